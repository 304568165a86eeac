"""`make soak`: storms of random acts on every lesson, outside of CI.

    make soak                                   ten seeds of 300 acts on every lesson
    make soak LESSONS=vae SEEDS=0,3 ACTS=60     only these
    make soak NEIGHBOURS=2                      beside two busy processes

A page that does not answer within 20 s, an exception on the page, an error in the browser, a line
of an error in the server's log: each is a failure. Where py-spy is installed, the stacks of a
server that lets a page wait are written down.
"""

import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from soak.storm import Report, storm
from soak.wire import Wire
from support import (
    HOW_TO_GET_ONE,
    LESSON_NAMES,
    Server,
    chromium_path,
    new_profile,
    running_chromium,
    running_server,
)

LONG_WAIT = 10.0
"""Seconds a page waits before the server's stacks are written down."""


def _busy() -> None:
    while True:
        sum(range(10_000))


@contextmanager
def neighbours(count: int) -> Iterator[None]:
    """So many processes that want a core each."""
    started = [multiprocessing.Process(target=_busy, daemon=True) for _ in range(count)]
    for process in started:
        process.start()
    try:
        yield
    finally:
        for process in started:
            process.terminate()


class Stacks:
    """Writes down what a server and its workers do that let a page wait."""

    def __init__(self, server: Server, folder: Path) -> None:
        """Name the server, and where the files go."""
        self.server, self.folder, self.written = server, folder, 0
        self.spy = shutil.which("py-spy")

    def __call__(self, report: Report, wire: Wire) -> None:
        """Once for every long wait."""
        if self.spy is None or wire.waiting < LONG_WAIT or self.written >= 10:
            return
        self.written += 1
        path = self.folder / f"{report.lesson}-{report.seed}-{len(report.acts)}.txt"
        pid = str(self.server.process.pid)
        dump = [self.spy, "dump", "--subprocesses", "--pid", pid]
        with suppress(OSError), path.open("w") as file:
            file.write("\n".join([*report.acts[-12:], f"waiting {wire.waiting:.1f} s", ""]))
            file.flush()
            subprocess.run(dump, stdout=file, stderr=subprocess.STDOUT, timeout=60, check=False)
        print(f"  a wait of {wire.waiting:.0f} s: {path}", flush=True)


def storms(chromium: Any, server: Server, folder: Path) -> list[Report]:
    """Every seed on every lesson; each is printed when it is over."""
    names = os.environ.get("LESSONS") or ",".join(LESSON_NAMES)
    seeds = os.environ.get("SEEDS") or "0,1,2,3,4,5,6,7,8,9"
    acts, reports = int(os.environ.get("ACTS") or 300), []
    for lesson in names.split(","):
        for seed in map(int, seeds.split(",")):
            context = new_profile(chromium)
            stacks = Stacks(server, folder)
            reports.append(storm(context, server, lesson, seed=seed, acts=acts, after_act=stacks))
            context.close()
            print(reports[-1].line(), flush=True)
            (folder / f"{lesson}-{seed}.acts").write_text("\n".join(reports[-1].acts))
    return reports


def main() -> int:
    """Run the storms; 1 if one of them found a fault."""
    path = chromium_path()
    if path is None:
        print(HOW_TO_GET_ONE)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    print(f"Logs, acts and stacks: {folder}")
    server = running_server(folder / "server.log")
    try:
        with (
            neighbours(int(os.environ.get("NEIGHBOURS") or 0)),
            running_chromium(path) as chromium,
        ):
            reports = storms(chromium, server, folder)
    finally:
        server.stop()
    bad = [report for report in reports if report.faults or report.answered_after is None]
    longest = max(report.longest_wait for report in reports)
    print(f"{len(reports)} storms, {len(bad)} with faults; longest wait {longest:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
