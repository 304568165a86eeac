"""Rows ``flow.*``: ours against the fastest of zuko, normflows and nflows, one thread each."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from flow_peers import BATCH, PEERS, Contender, Ours, data
from report import Row, compare, summary
from streamlit.testing.v1 import AppTest

from core.flow.targets import TargetConfig, target

APP = Path(__file__).resolve().parents[2] / "dashboard/app.py"

STEPS_AT_ONCE = 40
GRID_SIDE = 300
MARGIN = 0.05
"""Nats above the exact NLL of the same held-out points."""

LAYERS = {"affine": 5, "spline": 3}
"""The fewest layers with which every contender that arrives at all arrives."""

SETTINGS = {
    ("ours", "affine"): (5e-3, 512),
    ("ours", "spline"): (5e-3, 1024),
    ("zuko", "affine"): (5e-3, 512),
    ("zuko", "spline"): (5e-3, 512),
    ("normflows", "affine"): (5e-3, 512),
    ("normflows", "spline"): (5e-3, 512),
    ("nflows", "affine"): (5e-3, 512),
    ("nflows", "spline"): (5e-3, 512),
}
"""Learning rate and batch size: the soonest of 2e-3, 5e-3, 1e-2 and of 512, 1024 (ours, zuko)."""

LOOK_EVERY = 25
GIVE_UP_SECONDS = 10.0
REDRAWS = 50


def steps() -> Iterator[Row]:
    """Training steps per second with three layers."""
    torch.set_num_threads(1)
    for kind, goal in (("affine", 2.2), ("spline", 1.2)):
        ours = Ours(kind, 3, 5e-3, BATCH, 0)
        peers = [make(kind, 3, 5e-3, BATCH, 0) for make in PEERS.values()]
        yield compare(
            f"flow.steps.{kind}",
            lambda ours=ours: _seconds_of_steps(ours),
            lambda peers=peers: min(map(_seconds_of_steps, peers)),
            ratio=lambda a, b: b / a,
            target=goal,
            note=f"3 {kind} MADE layers, 64-64, batch 512: steps per second, ours / fastest peer",
        )


def _seconds_of_steps(contender: Contender) -> float:
    start = time.perf_counter()
    for _ in range(STEPS_AT_ONCE):
        contender.step()
    return (time.perf_counter() - start) / STEPS_AT_ONCE


def grid() -> Iterator[Row]:
    """Density on a 300 × 300 grid with three layers."""
    torch.set_num_threads(1)
    axis = torch.linspace(-3, 3, GRID_SIDE)
    points = torch.cartesian_prod(axis, axis)
    for kind, goal in (("affine", 2.5), ("spline", 1.8)):
        ours = Ours(kind, 3, 5e-3, BATCH, 0)
        peers = [make(kind, 3, 5e-3, BATCH, 0) for make in PEERS.values()]
        yield compare(
            f"flow.grid.{kind}",
            lambda ours=ours: _seconds(lambda: ours.log_prob(points)),
            lambda peers=peers: min(_seconds(lambda p=p: p.log_prob(points)) for p in peers),
            ratio=lambda a, b: b / a,
            target=goal,
            note=f"density of 3 {kind} layers at 90,000 points: speed, ours / fastest peer",
        )


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def nll() -> Iterator[Row]:
    """Seconds of training to the exact NLL + 0.05 nats on two moons."""
    torch.set_num_threads(1)
    for kind, goal in (("affine", 2.2), ("spline", 1.7)):
        seeds = itertools.count()
        yield compare(
            f"flow.nll_s.{kind}",
            lambda kind=kind, seeds=seeds: _seconds_to_exact(
                Ours(kind, LAYERS[kind], *SETTINGS["ours", kind], next(seeds)), GIVE_UP_SECONDS
            ),
            lambda kind=kind, seeds=seeds: _fastest_peer(kind, next(seeds)),
            ratio=lambda a, b: b / a,
            target=goal,
            note=f"{LAYERS[kind]} {kind} layers on two moons: seconds to exact + {MARGIN} nats on "
            "10,000 held-out points, fastest peer / ours",
        )


def _fastest_peer(kind: str, seed: int) -> float:
    """Each peer may take as long as the best so far."""
    best = GIVE_UP_SECONDS
    for name, make in PEERS.items():
        contender = make(kind, LAYERS[kind], *SETTINGS[name, kind], seed)
        best = min(best, _seconds_to_exact(contender, best))
    return best


def _seconds_to_exact(contender: Contender, limit: float) -> float:
    """Time in steps only; looking at the held-out points is not counted."""
    _, x_test = data()
    known = target(TargetConfig()).log_density
    assert known is not None
    exact = -float(known(x_test.numpy()).mean())
    taken = 0.0
    while taken < limit:
        start = time.perf_counter()
        for _ in range(LOOK_EVERY):
            contender.step()
        taken += time.perf_counter() - start
        if -contender.log_prob(x_test).mean().item() <= exact + MARGIN:
            return taken
    return limit


def redraw() -> Iterator[Row]:
    """A moved point, and a moved transformer parameter, on the page: time at the server."""
    app = AppTest.from_file(APP, default_timeout=60)
    chosen = {"layer": "affine · linear", "k": 1, "on": "z", "start": "hand"}
    for key, value in chosen.items():
        app.session_state[key] = value
    app.run()
    app.switch_page("../pages/flow.py").run()
    moves: dict[str, Callable[[int], object]] = {
        "probe": lambda n: app.number_input(key="z1").set_value(0.01 * n).run(),
        "parameter": lambda n: app.select_slider(key="scale")
        .set_value(round(-1.5 + 0.1 * (n % 30), 1)).run(),
    }  # fmt: skip
    for name, move in moves.items():
        taken = []
        for n in range(REDRAWS + 5):
            start = time.perf_counter()
            move(n)
            taken.append(1e3 * (time.perf_counter() - start))
        yield summary(
            f"flow.redraw.{name}", taken[5:], better="lower", target=100.0, unit="ms",
            note=f"the page's script with a moved {name}, median of {REDRAWS}",
        )  # fmt: skip
