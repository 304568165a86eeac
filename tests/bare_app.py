"""A server with one page of its own, for a component without a lesson around it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support import ROOT, wait_for


@contextmanager
def bare_app(script: Path, folder: Path) -> Iterator[str]:
    """The address of a server that runs ``script`` with our configuration and static files."""
    shutil.copytree(ROOT / "dashboard/.streamlit", folder / ".streamlit")
    (folder / "static").symlink_to(ROOT / "dashboard/static")
    shutil.copy(script, folder / "app.py")
    log = folder / "log"
    command = [sys.executable, "-m", "streamlit", "run", str(folder / "app.py")]
    command += ["--server.port", "0", "--server.headless", "true"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "tests")))},
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    try:
        yield wait_for(lambda: _url_in(log.read_text()), "the server's address")
    finally:
        process.terminate()
        process.wait(timeout=30)


def _url_in(log: str) -> str | None:
    return next((word for word in log.split() if word.startswith("http://127.0.0.1:")), None)
