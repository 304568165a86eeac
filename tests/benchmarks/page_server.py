"""The real server and a real Chromium, as the bench starts them; rounds and workers, too."""

import multiprocessing
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import report

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "dashboard" / "app.py"
ROUNDS = int(os.environ.get("BENCH_ROUNDS", report.ROUNDS))
ANSWERS = 10 * ROUNDS
"""Single answers that count, where a row is about answers."""

PATIENCE = 60.0
QUIET_SECONDS = 1.0
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)


@dataclass(frozen=True)
class Server:
    """The real server in a process of its own."""

    process: subprocess.Popen[bytes]
    url: str

    def mebibytes(self) -> float:
        """Resident memory of the server process, without its workers."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def wait_until_it_answers(self) -> None:
        """Wait for a server that has just been started."""
        deadline = time.monotonic() + PATIENCE
        while not _answers(f"{self.url}/_stcore/health"):
            if time.monotonic() > deadline:
                raise TimeoutError("the server does not answer")
            time.sleep(0.02)

    def settle(self) -> None:
        """Wait until neither the server nor a worker does anything: all are warm."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            before = self._ticks()
            time.sleep(QUIET_SECONDS)
            if self._ticks() - before <= 5:  # hundredths of a second
                return
        raise TimeoutError(f"the server was not quiet within {PATIENCE:.0f} s")

    def _ticks(self) -> int:
        """Processor time of the server and its workers, in hundredths of a second."""
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            if self.process.pid in (int(stat.parent.name), int(fields[1])):
                total += int(fields[11]) + int(fields[12])
        return total


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def starting_server(script: Path = APP) -> Iterator[Server]:
    """A new server, not yet answering; stopped at the end."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        "--server.port",
        str(port),
        "--server.headless",
        "true",
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield Server(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def running_server() -> Iterator[Server]:
    """A new server that answers; stopped at the end."""
    with starting_server() as server:
        server.wait_until_it_answers()
        yield server


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def chromium_path() -> str:
    """Where Chromium is.

    Raises:
        FileNotFoundError: when there is none.
    """
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise FileNotFoundError("no Chromium found: `make chromium` installs one on Debian")
    return path


@contextmanager
def running_chromium() -> Iterator[Any]:
    """A headless Chromium, started."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS.split())
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def lone_worker() -> Iterator[Callable[..., Any]]:
    """One worker process of one thread, torch imported, with no page: calls functions there."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn, initializer=one_thread) as executor:
        yield lambda function, *args: executor.submit(function, *args).result()


def one_thread() -> None:
    """Keep torch in this process to one thread, as the workers of the product do."""
    import torch

    torch.set_num_threads(1)
