"""Rows `vae.*`: our training step beside the recipe's and pythae's.

Each side lives in a process of its own: ours is the product's worker with one thread; the peers
have torch's default number of threads. Only one of them works at a time.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count
from multiprocessing import get_context
from typing import Any

import ours
import recipe
from report import ROUNDS, Group, Row, compare, summary
from sizes import SIZES

from core.execution.processes import process_executor
from core.execution.worker import warm_up

ELBO_TARGETS = {"784-400-20": 12.0, "784-256-2": 12.0, "64-64-2": 100.0}
IMAGE_TARGETS = {"784-400-20": 4.0, "784-256-2": 5.0, "64-64-2": 20.0}
IMAGES = {"784-400-20": 30_000, "784-256-2": 30_000, "64-64-2": 60_000}

Ask = Callable[..., Any]
"""Calls a function in one side's process and waits for its answer."""


@contextmanager
def _sides() -> Iterator[tuple[Ask, Ask]]:
    """Our worker, started as the product starts it, and a process for the peers."""
    with process_executor() as worker, _peer_process() as peer:
        _ask(worker)(warm_up, ("core.vae.training",))
        yield _ask(worker), _ask(peer)


def _peer_process() -> Executor:
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"))


def _ask(side: Executor) -> Ask:
    return lambda function, *args: side.submit(function, *args).result()


def elbo() -> Iterator[Row]:
    """Seconds until the held-out ELBO that the recipe reaches, theirs over ours."""
    with _sides() as (ask_us, ask_them):
        for name, target in ELBO_TARGETS.items():
            yield _elbo_row(name, target, ask_us, ask_them)


def _elbo_row(name: str, target: float, ask_us: Ask, ask_them: Ask) -> Row:
    size, seeds, reached = SIZES[name], count(), [0.0]

    def theirs() -> float:
        result = ask_them(recipe.train_recipe, name, size.recipe_images, next(seeds))
        reached.append(result["elbo"])
        return float(result["seconds"])

    def mine() -> float:
        return float(ask_us(ours.seconds_to_elbo, name, reached[-1], len(reached)))

    return compare(
        f"vae.elbo.{name}",
        mine,
        theirs,
        ratio=lambda us, them: them / us,
        target=target,
        note=f"seconds to the ELBO of the recipe after {size.recipe_images:,} images; ours with "
        f"batch {size.batch_size} and learning rate {size.learning_rate:g}",
    )


def images() -> Iterator[Row]:
    """Images a second at the same batch size, ours over theirs."""
    peers = {"recipe": recipe.train_recipe, "pythae": recipe.train_pythae}
    with _sides() as (ask_us, ask_them):
        for name, target in IMAGE_TARGETS.items():
            for peer, train in peers.items():
                yield _images_row(
                    f"vae.images.{name}.{peer}",
                    name,
                    ask_us,
                    lambda train=train, name=name: ask_them(train, name, IMAGES[name], 0),
                    target=target if peer == "recipe" else None,
                    note=f"images/s, one worker, against {peer}, batch 128 on both sides",
                )


def _images_row(
    row: str, name: str, ask_us: Ask, peer: Callable[[], Any], *, target: float | None, note: str
) -> Row:
    def theirs() -> float:
        result = peer()
        return float(result["images"] / result["seconds"])

    return compare(
        row,
        lambda: float(ask_us(ours.images_per_second, name, IMAGES[name])),
        theirs,
        ratio=lambda us, them: us / them,
        target=target,
        note=note,
    )


def busy() -> Iterator[Row]:
    """Images a second beside a neighbour that keeps one core busy."""
    name = "784-400-20"
    with _sides() as (ask_us, ask_them):
        neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        try:
            yield _images_row(
                f"vae.busy.{name}",
                name,
                ask_us,
                lambda: ask_them(recipe.train_recipe, name, IMAGES[name] // 2, 0),
                target=8.0,
                note="images/s beside one busy process, against the recipe",
            )
        finally:
            neighbour.kill()
            neighbour.wait()


def peak() -> Iterator[Row]:
    """Operations of the products in a training step, over those of `torch.mm` alone."""
    name = "784-400-20"
    with _sides() as (ask_us, _):
        pairs = [ask_us(ours.share_of_peak, name, IMAGES[name]) for _ in range(ROUNDS + 1)][1:]
    yield summary(
        f"vae.peak.{name}",
        [trained / alone for trained, alone in pairs],
        better="higher",
        target=0.6,
        unit="share",
        ours=pairs[0][0] / 1e9,
        peer=pairs[0][1] / 1e9,
        note="GFLOP/s of the products inside training, over torch.mm alone, batch 128",
    )


GROUPS: dict[str, Group] = {
    "vae.elbo": elbo,
    "vae.images": images,
    "vae.busy": busy,
    "vae.peak": peak,
}
