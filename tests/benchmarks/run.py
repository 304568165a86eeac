"""`make bench`: measure us and our peers side by side, print a table, write ``bench.json``.

``ONLY=vae`` (or ``vae.elbo``, or ``vae,page.slider``, …) measures only the groups whose name
begins so. The file is written anew after every row, so that a run cut short leaves what it has.
"""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from report import FILE, HEADER, Group, Row, line, write  # noqa: E402

from dashboard.lessons import LESSONS  # noqa: E402

SUBJECTS = ("vae", "page", "server", *(n for n in (x.name for x in LESSONS) if n != "vae"))
"""What is measured: every lesson, the page of one, the server under many. The rows of each are the
``GROUPS`` of a module of its own, ``<subject>_rows``: groups by name, and what measures them."""


def _asks_for(name: str) -> Callable[[str], bool]:
    return lambda wanted: name.startswith(wanted) or wanted.startswith(f"{name}.")


def main() -> None:
    """Measure the groups that ``ONLY`` asks for."""
    only = os.environ.get("ONLY", "")
    wanted = only.split(",")
    subjects = [s for s in SUBJECTS if any(w.startswith(s) or s.startswith(w) for w in wanted)]
    groups: dict[str, Group] = {}
    for subject in subjects:
        groups |= import_module(f"{subject}_rows").GROUPS
    chosen = [name for name in groups if any(map(_asks_for(name), wanted))]
    if not chosen:
        sys.exit(f"ONLY must begin one of {', '.join(groups) or SUBJECTS}, got '{only}'")
    rows: list[Row] = []
    print(HEADER, flush=True)
    for name in chosen:
        for row in groups[name]():
            rows.append(row)
            print(line(row), flush=True)
            write(rows)
    missed = [row.row for row in rows if row.is_met is False]
    print(f"\nWrote {FILE.name}. Short of target: {', '.join(missed) or 'none'}.")


if __name__ == "__main__":
    main()
