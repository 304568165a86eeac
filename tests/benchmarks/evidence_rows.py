"""Rows ``evidence.*``: the exact log p(x) of digits, against scipy and against a grid per digit.

Each side lives in a process of its own with one thread, and only one of them works at a time.
Seconds are the processor's: neither side waits for anything. What the page takes in Chromium is in
``evidence_browser``.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import evidence_browser
import numpy as np
from evidence_peers import (
    BLIND,
    BLIND_TOLERANCE,
    GRID_REACH,
    GRID_SIDE,
    TOLD_TOLERANCE,
    Range,
    double_integral,
    grids_one_by_one,
)
from page_server import lone_worker
from report import Group, Row, compare

ROW = 2
"""The held-out digit whose integral is taken."""

STANDARD_DEVIATIONS = 6.0
"""Of the posterior, around its mean: where scipy looks when it is told."""

AGREE = 3e-3
"""Nats: twice the largest error of the two-level rule."""

DIGITS, TIMED = 500, 4
"""Digits of the table, and those for which the peer's time is taken: the others cost as much."""

TOGETHER = 50
"""Digits whose table is held at once: 16 MB of float64."""

Ask = Callable[..., Any]


def exact() -> Iterator[Row]:
    """`evidence.exact`: log p(x) of one digit, the decoded lattice at hand.

    `evidence.exact.told`: the same where scipy is told the posterior's place and width, which
    somebody has to have found before.
    """
    with ExitStack() as stack:
        ask_us, ask_them = (stack.enter_context(lone_worker()) for _ in range(2))
        near, top = ask_us(surroundings, ROW)
        yield _exact_row(
            "evidence.exact",
            ask_us,
            lambda: ask_them(double_integral, ROW, BLIND, BLIND_TOLERANCE, top),
            target=100.0,
            note="log p(x) of one digit, lattice decoded before, against scipy.integrate.dblquad "
            f"over ±6 at tolerance {BLIND_TOLERANCE:g}: processor seconds, theirs / ours",
        )
        yield _exact_row(
            "evidence.exact.told",
            ask_us,
            lambda: ask_them(double_integral, ROW, near, TOLD_TOLERANCE, top),
            target=None,
            note="the same against dblquad within 6 standard deviations of the posterior's mean, "
            f"both given, at tolerance {TOLD_TOLERANCE:g}",
        )


def _exact_row(
    row: str, ask_us: Ask, peer: Callable[[], Any], *, target: float | None, note: str
) -> Row:
    def theirs() -> float:
        found = peer()
        _require_agreement([ask_us(exact_seconds, ROW)["log_p"]], [found["log_p"]])
        return float(found["seconds"])

    return compare(
        row,
        lambda: float(ask_us(exact_seconds, ROW)["seconds"]),
        theirs,
        ratio=lambda us, them: them / us,
        target=target,
        note=note,
    )


def table() -> Iterator[Row]:
    """`evidence.table`: 500 digits on one grid of 200 × 200, decoding included."""
    with ExitStack() as stack:
        ask_us, ask_them = (stack.enter_context(lone_worker()) for _ in range(2))

        def theirs() -> float:
            found = ask_them(grids_one_by_one, tuple(range(TIMED)))
            _require_agreement(ask_us(table_seconds, TIMED)["log_p"], found["log_p"])
            return float(found["seconds"]) * DIGITS / TIMED

        yield compare(
            "evidence.table",
            lambda: float(ask_us(table_seconds, DIGITS)["seconds"]),
            theirs,
            ratio=lambda us, them: them / us,
            target=150.0,
            note=f"{DIGITS} digits on a grid of {GRID_SIDE} × {GRID_SIDE}, decoded once, against "
            f"decoding it for each digit, vectorised in torch; theirs from {TIMED} digits: "
            "processor seconds, theirs / ours",
        )


def _require_agreement(ours: list[float], theirs: list[float]) -> None:
    """Both sides found the same numbers.

    Raises:
        RuntimeError: where they did not.
    """
    if not np.allclose(ours, theirs, rtol=0, atol=AGREE):
        raise RuntimeError(f"log p(x) differs: ours {ours}, theirs {theirs}")


def surroundings(row: int) -> tuple[Range, float]:
    """In a worker: where a digit's posterior lies, and its highest log p(x, z)."""
    from core.evidence.grid import find_posterior

    decoder, grid = _model()
    found = find_posterior(decoder, grid, _digits(row + 1)[row])
    reach = STANDARD_DEVIATIONS * np.sqrt(np.diag(found.covariance))
    ends = zip((found.mean - reach).tolist(), (found.mean + reach).tolist(), strict=True)
    first, second = ends
    return (first, second), found.best_log_joint


def exact_seconds(row: int) -> dict[str, Any]:
    """In a worker: log p(x) of a digit, and how long it takes once the lattice is there."""
    from core.decoded_lattice import find_evidence

    decoder, grid = _model()
    x = _digits(row + 1)[row]
    start = time.process_time()
    found = find_evidence(decoder, grid, x)
    return {"log_p": found.log_integral, "seconds": time.process_time() - start}


def table_seconds(count: int) -> dict[str, Any]:
    """In a worker: log p(x) of the first digits by one grid, decoding included."""
    from core.decoded_lattice import decode_coarse
    from core.two_level import Lattice, log_sum

    decoder, _ = _model()
    x = _digits(count)
    lattice = Lattice(centre=np.zeros(2), reach=GRID_REACH, count=GRID_SIDE)
    start = time.process_time()
    grid = decode_coarse(decoder, lattice)
    found = []
    for first in range(0, count, TOGETHER):
        values = grid.log_joint(x[first : first + TOGETHER])
        found += [float(log_sum(row)) + lattice.log_volume(1) for row in values]
    return {"log_p": found, "seconds": time.process_time() - start}


def _model() -> Any:
    """The shipped VAE and its decoded lattice, which this process keeps."""
    from core.evidence.source import Source
    from core.evidence.work import model_of
    from core.vae.ready import ready_vae

    run = ready_vae()
    assert run is not None
    source = Source(parameters=run.state.parameters, config=run.config, controls=run.controls)
    return model_of(source)


def _digits(count: int) -> Any:
    """The first held-out digits, ``[count, 784]``."""
    from core.dataset import load_dataset
    from core.vae.config import VAEConfig

    return load_dataset(VAEConfig().dataset).x_test[:count]


GROUPS: dict[str, Group] = {
    "evidence.exact": exact,
    "evidence.table": table,
    "evidence.drag.p95_ms": evidence_browser.drag_row,
    "evidence.new_row_s": evidence_browser.new_row,
    "evidence.bars": evidence_browser.bars,
}
