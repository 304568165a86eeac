"""Rows of the lesson's page: what watching costs, how soon it answers, how soon it is there."""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

import numpy as np
import page_browser
from lesson_client import LessonClient
from page_server import ANSWERS, ROUNDS, Server, lone_worker, running_chromium, running_server
from report import Group, Row, summary
from sizes import DEFAULT_CONFIG, DEFAULT_CONTROLS

from core.dataset import load_dataset
from core.run import Budget

WINDOW_SECONDS = 6.0
FIRST_STEP = 300
"""Throughput is measured from this step on: training has got going."""

BETAS = ("1", "2")
GRIDS = {"10 × 10": 10, "20 × 20": 20}
"""Labels of two sizes, and what a plane calls them."""

SPACINGS = {"linear": "linear", "prior quantiles": "quantile"}
"""Labels of the spacings, and what a plane calls them."""

MSE_SHARE = 0.75
STRIDE = 10


def watched() -> Iterator[Row]:
    """`page.watched.ws` and `page.watched.chromium`."""
    rounds: list[tuple[float, float, float]] = []
    with (
        lone_worker() as alone,
        running_server() as server,
        closing(open_lesson(server)) as client,
        running_chromium() as browser,
    ):
        page = open_tab(browser, server)
        page.evaluate(page_browser.SAMPLER)
        for _ in range(ROUNDS + 1):
            headless = alone(train_alone, FIRST_STEP, WINDOW_SECONDS)
            asked = throughput_asked(client, server)
            rounds.append((headless, asked, throughput_drawn(page, server)))
    peer = statistics.median(headless for headless, _, _ in rounds[1:])
    notes = {
        "ws": "asks as the page does, draws nothing",
        "chromium": "in Chromium (1440 × 900), drawn on the same cores",
    }
    for index, (name, target) in enumerate({"ws": 0.95, "chromium": 0.75}.items(), start=1):
        yield summary(
            f"page.watched.{name}",
            [one[index] / one[0] for one in rounds[1:]],
            better="higher",
            target=target,
            unit="ratio",
            peer=peer,
            ours=statistics.median(one[index] for one in rounds[1:]),
            note=f"steps per second, watched: {notes[name]}; over one worker process alone",
        )


def slider() -> Iterator[Row]:
    """`page.slider.p50_ms` and `.p95_ms`."""
    with running_server() as server, closing(open_lesson(server)) as client:
        start_training(client)
        waits = [change_beta(client, pause) for pause in pauses()]
    yield from percentiles(
        "page.slider",
        waits[1:],
        (200, 350),
        "β moved while training → a plane from parameters trained at the new β has come",
    )


def grid() -> Iterator[Row]:
    """`page.grid.p50_ms` and `.p95_ms`."""
    with running_server() as server, closing(open_lesson(server)) as client:
        start_training(client)
        waits = [change_grid(client, pause, n) for n, pause in enumerate(pauses())]
    yield from percentiles(
        "page.grid",
        waits[1:],
        (60, 150),
        "another size or spacing asked while training → a plane with that grid has come",
    )


def first_grid() -> Iterator[Row]:
    """`page.first_grid_s`."""
    with lone_worker() as alone:
        step = alone(first_good_step, MSE_SHARE)
    seconds = []
    with running_server() as server, closing(open_lesson(server)) as client:
        for _ in range(ROUNDS + 1):
            reset(client, server)
            pressed = client.press("train")
            seconds.append(client.wait_for_plane(pressed, lambda plane: plane.step >= step))
            client.press("pause")
    yield summary(
        "page.first_grid_s",
        seconds[1:],
        better="lower",
        target=1.5,
        unit="s",
        note=f"▶ Train on a fresh MNIST run → a plane of step {step} or later has come, where the "
        f"held-out MSE is ≤ {MSE_SHARE} × that of the mean image",
    )


def hover() -> Iterator[Row]:
    """`page.hover.fps`, and the same while training."""
    return page_browser.hover_rows()


def first_paint() -> Iterator[Row]:
    """`page.first_paint`."""
    return page_browser.paint_rows()


# ---- what a visitor does


def open_lesson(server: Server) -> LessonClient:
    """A client whose pictures have come, of a server that is warm."""
    client = LessonClient(server.url)
    client.wait("the first plane", lambda: client.planes)
    server.settle()
    return client


def open_tab(browser: Any, server: Server) -> Any:
    """The lesson in a new tab of Chromium, when its pictures are there, of a warm server."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{server.url}/vae")
    page.wait_for_selector(".st-key-plane canvas")
    server.settle()
    return page


def press(page: Any, key: str) -> None:
    """Press a button in Chromium."""
    page.locator(f".st-key-{key} button:visible:enabled").first.click()


def start_training(client: LessonClient) -> None:
    """▶ Train, and wait until it has got going."""
    pressed = client.press("train")
    client.wait_for_plane(pressed, lambda plane: plane.step > client.steps[0][1] + FIRST_STEP)


def reset(client: LessonClient, server: Server) -> None:
    """⟲ Reset, and wait until nothing moves."""
    server.settle()
    pressed = client.press("reset")
    client.wait_for_plane(pressed, lambda plane: plane.step == 0)
    server.settle()


def pauses() -> Iterator[float]:
    """Seconds between two changes, the first of which does not count."""
    moments = random.Random(0)
    return (moments.uniform(0.8, 1.6) for _ in range(ANSWERS + 1))


def change_beta(client: LessonClient, pause: float) -> float:
    """Move β; seconds until a plane came that was trained with it."""
    time.sleep(pause)
    old = client.moved
    value = BETAS[client.chosen("beta") == BETAS[0]]
    sent = client.choose("beta", value)
    moved = client.wait("the change to be noted", lambda: client.moved != old and client.moved)
    text, step = moved[-1]
    assert text.endswith(f"→ {value}"), text
    return client.wait_for_plane(sent, lambda plane: plane.step > step)


def change_grid(client: LessonClient, pause: float, number: int) -> float:
    """Ask for another size or, every second time, spacing; seconds until such a plane came."""
    time.sleep(pause)
    if number % 2:
        label = next(name for name in SPACINGS if name != client.chosen("spacing"))
        sent = client.choose("spacing", label)
        return client.wait_for_plane(sent, lambda plane: plane.spacing == SPACINGS[label])
    label = next(name for name in GRIDS if name != client.chosen("grid"))
    sent = client.choose("grid", label)
    return client.wait_for_plane(sent, lambda plane: plane.grid_size == GRIDS[label])


def percentiles(
    row: str, seconds: Sequence[float], targets: tuple[int, int], note: str
) -> Iterator[Row]:
    """Two rows of the same answers: their median and their 95th percentile, in milliseconds."""
    waits = [1000 * wait for wait in seconds]
    for percent, target in zip((50, 95), targets, strict=True):
        yield Row(
            row=f"{row}.p{percent}_ms",
            median=float(np.percentile(waits, percent)),
            min=min(waits),
            max=max(waits),
            better="lower",
            target=target,
            unit="ms",
            ours=None,
            peer=None,
            note=f"{note}; p{percent} of {len(waits)}",
        )


# ---- throughput


def throughput_asked(client: LessonClient, server: Server) -> float:
    """Steps per second of a fresh run that the client watches."""
    reset(client, server)
    pressed = client.press("train")
    client.wait_for_plane(pressed, lambda plane: plane.step >= FIRST_STEP)
    time.sleep(WINDOW_SECONDS)
    seen = [(plane.at, plane.step) for plane in client.planes if plane.at > pressed]
    client.press("pause")
    server.settle()
    return slope(seen)


def throughput_drawn(page: Any, server: Server) -> float:
    """Steps per second of a fresh run that Chromium watches and draws."""
    press(page, "reset")
    page.wait_for_function("globalThis.__latentPlane?.plane?.counters.step === 0")
    server.settle()
    page.evaluate("globalThis.__seen.length = 0")
    press(page, "train")
    page.wait_for_function(f"globalThis.__latentPlane?.plane?.counters.step >= {FIRST_STEP}")
    page.wait_for_timeout(1000 * WINDOW_SECONDS)
    seen = page.evaluate("globalThis.__seen")
    press(page, "pause")
    server.settle()
    return slope(seen)


def slope(seen: Sequence[tuple[float, int]]) -> float:
    """Steps per second: the line through the steps shown, from ``FIRST_STEP`` on."""
    times, steps = np.array([(at, step) for at, step in seen if step >= FIRST_STEP]).T
    return float(np.polyfit(times - times[0], steps, 1)[0])


# ---- in a worker process


def train_alone(first_step: int, seconds: float) -> float:
    """Steps per second from ``first_step`` on, with nobody watching."""
    from core.training import advance, new_run

    run = new_run(DEFAULT_CONFIG, DEFAULT_CONTROLS)
    run = advance(run, DEFAULT_CONTROLS, Budget(steps=first_step))
    began = time.perf_counter()
    later = advance(run, DEFAULT_CONTROLS, Budget(seconds=seconds))
    return (later.step - run.step) / (time.perf_counter() - began)


def first_good_step(share: float) -> int:
    """Steps, a multiple of ``STRIDE``, until the held-out MSE is ``share`` × the mean image's.

    The reconstruction is the decoded posterior mean. Training does not depend on how it is
    sliced, so a run of the page is there after the same number of steps.
    """
    from core.training import advance, new_run
    from core.vae.inference import picture

    data = load_dataset(DEFAULT_CONFIG.dataset)
    rows = tuple(range(len(data.x_test)))
    bound = share * np.square(data.x_test - data.x_train.mean(0)).mean()
    run = new_run(DEFAULT_CONFIG, DEFAULT_CONTROLS)
    while True:
        run = advance(run, DEFAULT_CONTROLS, Budget(steps=STRIDE))
        seen = picture(run.state.parameters, run.config, 1, rows, 1)
        if np.square(data.x_test - seen.reconstructions).mean() <= bound:
            return run.step


GROUPS: dict[str, Group] = {
    "page.watched": watched,
    "page.slider": slider,
    "page.grid": grid,
    "page.hover": hover,
    "page.first_paint": first_paint,
    "page.first_grid_s": first_grid,
}
