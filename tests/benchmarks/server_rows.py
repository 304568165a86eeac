"""Rows of one server with many visitors: how soon a control answers, what a session costs."""

import itertools
import random
import time
from collections.abc import Iterator

import numpy as np
from lesson_client import LessonClient
from page_rows import BETAS, change_grid, open_lesson, start_training
from page_server import ROUNDS, Server, running_server
from report import Group, Row

NUM_IDLE = 15
NUM_TRAINING = 5
SECONDS = 6.0 * ROUNDS
PAUSE_SECONDS = (0.1, 0.5)
"""Least and largest time between an answer and the next session's control."""


def twenty_sessions() -> Iterator[Row]:
    """`server.20.p95_ms` and `server.20.mib`."""
    with running_server() as server:
        first = open_lesson(server)  # whatever is loaded once is loaded by now
        before = server.mebibytes()
        idle = [open_quietly(server) for _ in range(NUM_IDLE)]
        server.settle()
        mebibytes = (server.mebibytes() - before) / NUM_IDLE
        training = [first, *(open_quietly(server) for _ in range(NUM_TRAINING - 1))]
        for client in training:
            start_training(client)
        waits = [1000 * wait for wait in answers(idle, training)]
        for client in (*idle, *training):
            client.close()
    yield Row(
        row="server.20.p95_ms",
        median=float(np.percentile(waits, 95)),
        min=min(waits),
        max=max(waits),
        better="lower",
        target=1000,
        unit="ms",
        ours=float(np.median(waits)),
        peer=None,
        note=f"{NUM_IDLE + NUM_TRAINING} sessions, {NUM_TRAINING} training: β moved → the page "
        f"redrawn, or (not training) another grid asked → it came; p95 of {len(waits)}",
    )
    yield Row(
        row="server.20.mib",
        median=mebibytes,
        min=mebibytes,
        max=mebibytes,
        better="lower",
        target=40,
        unit="MiB",
        ours=None,
        peer=None,
        note=f"resident memory of the server process per session opened, not training: the mean "
        f"of {NUM_IDLE} after a first one",
    )


def open_quietly(server: Server) -> LessonClient:
    """A session whose pictures have come, and which asks no more."""
    client = LessonClient(server.url)
    client.wait("the first plane", lambda: client.planes)
    client.wait("the page to be complete", lambda: client.runs and not client.repeats)
    return client


def answers(idle: list[LessonClient], training: list[LessonClient]) -> Iterator[float]:
    """Seconds until a control answered, session after session, at random moments."""
    moments = random.Random(0)
    deadline = time.perf_counter() + SECONDS
    order = [*training, *idle]
    moments.shuffle(order)
    for number, client in enumerate(itertools.cycle(order)):
        if time.perf_counter() > deadline:
            return
        pause = moments.uniform(*PAUSE_SECONDS)
        if client in training:
            time.sleep(pause)
            yield redraw(client)
        else:
            yield change_grid(client, pause, number // len(order))


def redraw(client: LessonClient) -> float:
    """Move β; seconds until the whole page was drawn anew."""
    sent = client.choose("beta", BETAS[client.chosen("beta") == BETAS[0]])
    return client.wait("the page", lambda: client.finished_since(sent, whole=True)).at - sent


GROUPS: dict[str, Group] = {
    "server.20": twenty_sessions,
}
