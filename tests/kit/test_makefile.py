"""The commands of a stranger: which torch they install, in which order."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INDEX = "https://download.pytorch.org/whl/cpu"

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="no make on this system")


def installs(folder: Path, *settings: str) -> list[str]:
    """What pip would be asked to install on a fresh clone."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(ROOT / name, folder)
    said = subprocess.run(
        ["make", "--dry-run", "run", *settings],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={name: value for name, value in os.environ.items() if "MAKE" not in name},
    ).stdout
    return re.findall(r"pip install (.*)", said)


def test_a_plain_run_installs_the_pinned_versions_alone(tmp_path: Path) -> None:
    assert installs(tmp_path) == ["-r requirements.txt"]


def test_torch_comes_first_from_the_index_that_is_named(tmp_path: Path) -> None:
    first, then = installs(tmp_path, f"TORCH_INDEX={INDEX}")
    pinned = re.search(r"^torch==\S+$", (ROOT / "requirements.txt").read_text(), re.M)
    assert pinned
    assert first == f"--no-deps --index-url {INDEX} {pinned.group()}"
    assert then == "-r requirements.txt"
