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

GROUPS = {
    "vae.elbo": "vae_rows:elbo",
    "vae.images": "vae_rows:images",
    "vae.busy": "vae_rows:busy",
    "vae.peak": "vae_rows:peak",
    "page.watched": "page_rows:watched",
    "page.slider": "page_rows:slider",
    "page.grid": "page_rows:grid",
    "page.hover": "page_rows:hover",
    "page.first_paint": "page_rows:first_paint",
    "page.first_grid_s": "page_rows:first_grid",
    "server.20": "server_rows:twenty_sessions",
    "estimators.million_ms": "estimator_rows:million",
    "estimators.redraw_ms": "estimator_rows:redraw",
    "flow.steps": "flow_rows:steps",
    "flow.grid": "flow_rows:grid",
    "flow.redraw": "flow_rows:redraw",
    "flow.nll_s": "flow_rows:nll",
}
"""Name of each group of rows and the function that measures it."""


def _asks_for(name: str) -> Callable[[str], bool]:
    return lambda wanted: name.startswith(wanted) or wanted.startswith(f"{name}.")


def main() -> None:
    """Measure the groups that ``ONLY`` asks for."""
    only = os.environ.get("ONLY", "")
    chosen = [name for name in GROUPS if any(map(_asks_for(name), only.split(",")))]
    if not chosen:
        sys.exit(f"ONLY must begin one of {', '.join(GROUPS)}, got '{only}'")
    rows: list[Row] = []
    print(HEADER, flush=True)
    for name in chosen:
        module, function = GROUPS[name].split(":")
        group: Group = getattr(import_module(module), function)
        for row in group():
            rows.append(row)
            print(line(row), flush=True)
            write(rows)
    missed = [row.row for row in rows if row.is_met is False]
    print(f"\nWrote {FILE.name}. Short of target: {', '.join(missed) or 'none'}.")


if __name__ == "__main__":
    main()
