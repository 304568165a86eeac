"""Rows ``foundations.*``: EM against scikit-learn's, and what the page takes.

Both fit the same rows from the same start, without a floor, for as many iterations, and end at the
same log-likelihood. Each side lives in a process of its own with one thread; seconds are the
processor's.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import foundations_browser
import numpy as np
from page_server import ROUNDS, lone_worker
from report import Group, Row, compare, summary

SIZES = {"1e5": (100_000, 2, 8, 20, 8.0), "1e4": (10_000, 2, 8, 50, 5.0)}
"""Rows, D, K, iterations, and how much faster we mean to be."""

AGREE = 1e-10
"""Nats per row."""

SHOWN, COMPONENTS = 2_000, 4
REPEATS = 5


def em() -> Iterator[Row]:
    """`foundations.em.<N>`: iterations of EM, against ``sklearn.mixture.GaussianMixture``."""
    for name, (count, dim, components, steps, target) in SIZES.items():
        with ExitStack() as stack:
            ask_us, ask_them = (stack.enter_context(lone_worker()) for _ in range(2))
            asked = (count, dim, components, steps)
            yield compare(
                f"foundations.em.{name}",
                lambda ask=ask_us, asked=asked: ask(our_seconds, *asked)["seconds"],
                lambda us=ask_us, them=ask_them, asked=asked: _theirs(us, them, asked),
                ratio=lambda us, them: them / us,
                target=target,
                note=f"{steps} iterations on {count:,} × {dim}, K = {components}, from one start, "
                "against scikit-learn's GaussianMixture with reg_covar 0: processor seconds, "
                "theirs / ours",
            )


def _theirs(ask_us: Callable[..., Any], ask_them: Callable[..., Any], asked: Any) -> float:
    """Their seconds; both ended at the same log-likelihood."""
    ours, theirs = ask_us(our_seconds, *asked), ask_them(their_seconds, *asked)
    if not abs(ours["log_likelihood"] - theirs["log_likelihood"]) < AGREE:
        raise RuntimeError(f"log-likelihoods differ: {ours}, {theirs}")
    return float(theirs["seconds"])


def _problem(count: int, dim: int, components: int) -> tuple[Any, Any]:
    """Rows of a seeded mixture, and a start for both sides."""
    from core.foundations.starts import start_of

    generator = np.random.default_rng(0)
    centres = 4 * generator.standard_normal((components, dim))
    labels = generator.integers(components, size=count)
    x = centres[labels] + generator.standard_normal((count, dim))
    return x, start_of("spread", x, components, seed=1)


def our_seconds(count: int, dim: int, components: int, steps: int) -> dict[str, float]:
    """In a worker: seconds of our iterations, and where they end."""
    from core.foundations.em import run_em

    x, start = _problem(count, dim, components)
    began = time.process_time()
    run = run_em(x, start, steps, 0.0, tolerance=0)
    seconds = time.process_time() - began
    assert run.num_steps == steps
    return {"seconds": seconds, "log_likelihood": float(run.log_likelihoods[-1])}


def their_seconds(count: int, dim: int, components: int, steps: int) -> dict[str, float]:
    """In a worker: the same by scikit-learn."""
    import warnings

    from sklearn.mixture import GaussianMixture
    from threadpoolctl import threadpool_limits

    x, start = _problem(count, dim, components)
    model = GaussianMixture(
        n_components=components,
        reg_covar=0.0,
        max_iter=steps,
        tol=0,
        weights_init=start.weights,
        means_init=start.means,
        precisions_init=np.linalg.inv(start.covariances),
    )
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that it has not converged
        began = time.process_time()
        model.fit(x)
        seconds = time.process_time() - began
    return {"seconds": seconds, "log_likelihood": float(model.score(x))}


def drawn() -> Iterator[Row]:
    """`foundations.step_ms` and `foundations.landscape_ms`: what a page computes for a picture."""
    with lone_worker() as ask:
        steps = [ask(step_milliseconds) for _ in range(ROUNDS + 1)][1:]
        maps = [ask(landscape_milliseconds) for _ in range(ROUNDS + 1)][1:]
    yield summary(
        "foundations.step_ms",
        steps,
        better="lower",
        target=50,
        unit="ms",
        note=f"an E and an M step of {SHOWN:,} rows, K = {COMPONENTS}, with the points, the bound "
        "along the step and the curve as pictures",
    )
    yield summary(
        "foundations.landscape_ms",
        maps,
        better="lower",
        target=50,
        unit="ms",
        note="KL(q‖p) of 61 × 61 Gaussians q from a target of two components",
    )


def step_milliseconds() -> float:
    """In a worker: from the rows to all that is drawn of one E step, and of one M step."""
    from core.foundations.config import EMConfig
    from core.foundations.em_data import rows_of
    from core.foundations.requests import em_slice
    from dashboard.kit.words import words
    from dashboard.lessons.foundations.em_panels import points_panel
    from dashboard.lessons.foundations.em_stage import Stage
    from dashboard.lessons.foundations.em_touch import history, touch
    from dashboard.lessons.foundations.lesson import PACKAGE

    config, said = EMConfig(num_components=COMPONENTS), words(PACKAGE)
    rows, run = rows_of(config), em_slice(config, None)
    began = time.process_time()
    for half in range(5, 5 + 2 * REPEATS):
        stage = Stage(config=config, rows=rows, run=run, half=half, axes=(0, 1))
        for picture in (points_panel, touch, history):
            picture(stage, said)
    return 1000 * (time.process_time() - began) / (2 * REPEATS)


def landscape_milliseconds() -> float:
    """In a worker: the table of a landscape."""
    from core.foundations.kl_landscape import landscape
    from core.foundations.target import Target1D

    means, log_sds = np.linspace(-6, 6, 61), np.linspace(np.log(0.15), np.log(4.4), 61)
    began = time.process_time()
    for _ in range(REPEATS):
        landscape(Target1D(), means, log_sds)
    return 1000 * (time.process_time() - began) / REPEATS


GROUPS: dict[str, Group] = {
    "foundations.em": em,
    "foundations.drawn": drawn,
    "foundations.drag": foundations_browser.drag_rows,
}
