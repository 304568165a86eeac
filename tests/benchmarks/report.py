"""Rows of the bench: interleaved rounds, their median and range, the table and the file."""

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
"""Rounds that count; one more comes first and is dropped. Fewer are for trying a row out."""

FILE = Path(__file__).resolve().parents[2] / "bench.json"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table.

    Attributes:
        row: its name, such as "vae.elbo.784-400-20".
        median: over rounds (or over single answers, where ``note`` says so).
        min: over the same.
        max: over the same.
        better: which direction is better.
        target: what the product promises; None for a row that only informs.
        unit: of median, min, max and target.
        ours: median of our own measure, in the words of ``note``.
        peer: median of the peer's; None where there is none.
        note: what was measured against what.
    """

    row: str
    median: float
    min: float
    max: float
    better: Literal["higher", "lower"]
    target: float | None
    unit: str
    ours: float | None
    peer: float | None
    note: str

    @property
    def is_met(self) -> bool | None:
        """Whether the target is reached; None without a target."""
        if self.target is None:
            return None
        if self.better == "higher":
            return self.median >= self.target
        return self.median <= self.target


Group = Callable[[], Iterator[Row]]
"""Measures its rows one after the other."""


def compare(
    row: str,
    ours: Callable[[], float],
    peer: Callable[[], float],
    *,
    ratio: Callable[[float, float], float],
    target: float | None,
    note: str,
    rounds: int = ROUNDS,
) -> Row:
    """A row of ratios: the peer's measure and ours, turn by turn, the first round dropped.

    Args:
        row: its name.
        ours: measures us once.
        peer: measures the peer once.
        ratio: of our measure and the peer's, the larger the better.
        target: least ratio.
        note: what was measured.
        rounds: that count.
    """
    pairs = [(peer(), ours()) for _ in range(rounds + 1)][1:]
    ratios = [ratio(mine, theirs) for theirs, mine in pairs]
    return summary(
        row,
        ratios,
        better="higher",
        target=target,
        unit="ratio",
        note=note,
        ours=statistics.median(mine for _, mine in pairs),
        peer=statistics.median(theirs for theirs, _ in pairs),
    )


def summary(
    row: str,
    values: Sequence[float],
    *,
    better: Literal["higher", "lower"],
    target: float | None,
    unit: str,
    note: str,
    ours: float | None = None,
    peer: float | None = None,
) -> Row:
    """A row of median, smallest and largest of ``values``."""
    return Row(
        row=row,
        median=statistics.median(values),
        min=min(values),
        max=max(values),
        better=better,
        target=target,
        unit=unit,
        ours=ours,
        peer=peer,
        note=note,
    )


def line(row: Row) -> str:
    """A row of the Markdown table."""
    sign = {"higher": "≥", "lower": "≤"}[row.better]
    target = "" if row.target is None else f"{sign} {row.target:g}"
    met = {None: "", True: "yes", False: "**no**"}[row.is_met]
    numbers = " | ".join(f"{value:.3g}" for value in (row.median, row.min, row.max))
    return f"| `{row.row}` | {numbers} | {row.unit} | {target} | {met} | {row.note} |"


HEADER = (
    "| row | median | min | max | unit | target | met | what |\n|---|---|---|---|---|---|---|---|"
)


def write(rows: Sequence[Row]) -> None:
    """Write ``bench.json``: the machine and the rows."""
    FILE.write_text(
        json.dumps({"machine": machine(), "rows": [asdict(row) for row in rows]}, indent=1)
    )


def machine() -> dict[str, str | int | None]:
    """What the numbers were measured on."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "streamlit", "numpy")},
    }


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    names = [row.split(":")[1].strip() for row in text.splitlines() if "model name" in row]
    return names[0] if names else platform.processor()
