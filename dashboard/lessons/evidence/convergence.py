"""How log p̂ of more and more draws tends to log p(x): repeats, their mean, and what is exact."""

from collections.abc import Collection
from html import escape

import numpy as np
from numpy.typing import NDArray

from core.evidence.answers import Convergence, Expected
from core.evidence.config import Named
from core.evidence.problem import REPEATS
from dashboard.charts.panel import Axis, Mark, Panel, rounded
from dashboard.components.board import board
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import small
from dashboard.kit.words import Words, with_minus
from dashboard.lessons.evidence import questions
from dashboard.lessons.evidence.answers import Known, compared, known_now, repeats_of
from dashboard.lessons.evidence.board_layout import LAYOUTS
from dashboard.lessons.evidence.numbers import nats
from dashboard.theme import ROLE_COLORS, Role

Array = NDArray[np.float64]

BOARD = "tab_convergence"

COLORS: dict[Named, Role] = {
    "prior": "data",
    "encoder": "generator",
    "mine": "elbo",
}
LOWEST = 60.0
"""Nats below the lowest of the last means that the axis shows at most."""


def ask(scene: Scene) -> list[Question]:
    """Repeats of every proposal, and what they are on average where that is known."""
    known, most = known_now(scene), int(scene.choices["most"])
    asked = []
    for name, q in compared(known).items():
        asked.append(questions.convergence_question(known, name, q, most))
        expected = questions.expected_question(known, name, q, most)
        if expected is not None:
            asked.append(expected)
    return asked


def draw(scene: Scene) -> None:
    """Dots, means, exact curves; a table of the numbers at the last K."""
    known, said = known_now(scene), scene.said
    control(scene, "most")
    found = repeats_of(scene, known)
    measured = {name: one for name, (one, _) in found.items() if one is not None}
    panels = [panel(known, found, scene)] if measured or known.log_p is not None else []
    left = REPEATS - min((one.repeats for one in measured.values()), default=0)
    notes = [said("convergence.note", repeats=REPEATS - left)] if measured else []
    if known.exact is not None:
        notes.append(said("convergence.expected_note"))
        notes.append(said("convergence.approximation_note"))
    if not measured or left:
        notes.append(said("convergence.measuring"))
    if measured:
        notes.append(underflow(measured.values(), said))
    board(
        words=scene.kit.part("components.board"),
        key=BOARD,
        layout=LAYOUTS["convergence"],
        panels={"estimates": panels},
        html={
            "estimates_note": small(escape(" ".join(note for note in notes if note))),
            "estimates_table": table(known, measured, scene) if measured else "",
        },
        look=scene.look,
    )


def panel(
    known: Known,
    found: dict[Named, tuple[Convergence | None, Expected | None]],
    scene: Scene,
) -> Panel:
    """Every repeat a dot, their mean ± its standard error a line, the exact answers dashed."""
    said, most = scene.said, float(scene.choices["most"])
    marks, ends = [], []
    for name, (measured, expected) in found.items():
        title = title_of(known, name, said)
        if expected is not None:
            marks += _exact_marks(expected, title, said)
        if measured is not None:
            marks += _measured_marks(measured, title, ROLE_COLORS[COLORS[name]], said)
            value, last = nats(float(measured.mean[-1])), int(measured.sizes[-1])
            ends.append(said("convergence.end", name=title, value=value, K=f"{last:,}"))
    exact = "–" if known.log_p is None else nats(known.log_p)
    if known.log_p is not None:
        marks.append(_exact_line(known.log_p, most, said("convergence.exact", value=exact)))
    low, high = _range([one for one, _ in found.values() if one is not None], known.log_p)
    return Panel(
        name="convergence",
        x=Axis(title=said("convergence.x"), low=0.8, high=1.25 * most, is_log=True),
        y=Axis(title=said("convergence.y"), low=low, high=high),
        marks=marks,
        alt=said("convergence.alt", ends="; ".join(ends), exact=exact),
        rows=18,
    )


def _range(measured: Collection[Convergence], log_p: float | None) -> tuple[float, float]:
    """Of the axis: all means, but not those that lie far below where they end."""
    heights = [] if log_p is None else [log_p]
    for one in measured:
        heights += (one.mean - np.nan_to_num(one.standard_error)).tolist()
    ends = [float(one.mean[-1]) for one in measured]
    lowest = max(min(heights), min(ends, default=min(heights)) - LOWEST)
    return rounded(lowest, max(heights) + 0.02 * LOWEST)


def _exact_line(log_p: float, most: float, tip: str) -> Mark:
    ends = np.array([1.0, most])
    return Mark(kind="line", color="exact", x=ends, y=np.full(2, log_p), is_dashed=True, tip=tip)


def _measured_marks(measured: Convergence, title: str, color: str, said: Words) -> list[Mark]:
    sizes = measured.sizes.astype(np.float64)
    mean, error = measured.mean, np.nan_to_num(measured.standard_error)
    return [
        Mark(
            kind="points",
            color=color,
            x=np.tile(sizes, measured.repeats),
            y=measured.estimates.ravel(),
            size=1.6,
            opacity=0.35,
            tip=said("convergence.dot", name=title, x="{x}", y="{y}"),
        ),
        Mark(kind="area", color=color, x=sizes, y=mean + error, y2=mean - error, opacity=0.25),
        Mark(
            kind="line",
            color=color,
            x=sizes,
            y=mean,
            tip=said("convergence.mean", name=title, x="{x}", y="{y}"),
        ),
    ]


def _exact_marks(expected: Expected, title: str, said: Words) -> list[Mark]:
    sizes = expected.sizes.astype(np.float64)
    return [
        Mark(
            kind="line",
            color="exact",
            x=sizes,
            y=expected.value,
            is_dashed=True,
            tip=said("convergence.expected", name=title, x="{x}", y="{y}"),
        ),
        Mark(
            kind="line",
            color="muted",
            x=sizes,
            y=expected.asymptote,
            is_dashed=True,
            is_thin=True,
            tip=said("convergence.approximation", x="{x}", y="{y}"),
        ),
    ]


def title_of(known: Known, name: Named, said: Words) -> str:
    """A proposal in words: the chosen one by the name it was chosen by."""
    shown = known.config.proposal if name == "mine" else name
    return said(f"options.q.values.{shown}")


def table(known: Known, measured: dict[Named, Convergence], scene: Scene) -> str:
    """The last K of every proposal: mean, its error, effective sample size (HTML)."""
    said = scene.said
    columns = ("column_q", "column_K", "column_log_p", "column_error", "column_ess")
    head = "".join(f"<th>{escape(said(f'convergence.{name}'))}</th>" for name in columns)
    rows = []
    for name, one in measured.items():
        error = one.standard_error[-1]
        cells = (
            with_minus(f"{float(np.mean(one.estimates[:, -1])):.3f}"),
            "–" if np.isnan(error) else f"{error:.3f}",
            f"{float(np.median(one.effective[:, -1])):,.1f}",
        )
        title = escape(title_of(known, name, said))
        color = ROLE_COLORS[COLORS[name]]
        first = f'<td><span style="color:{color}"><b>━</b></span> {title}</td>'
        others = "".join(f"<td>{cell}</td>" for cell in (f"{int(one.sizes[-1]):,}", *cells))
        rows.append(f"<tr>{first}{others}</tr>")
    kind = badge(scene.kit, "estimate")
    return f'<table class="numbers"><tr>{head}</tr>{"".join(rows)}</table> {kind}'


def underflow(measured: Collection[Convergence], said: Words) -> str:
    """Why everything is added as logarithms: the smallest weight as a number."""
    lowest = min(float(one.estimates[:, 0].min()) for one in measured)
    return said(
        "convergence.underflow", exponent=f"{lowest:,.0f}".replace("-", "−"), shown=shown(lowest)
    )


def shown(log_value: float) -> str:
    """``e^log_value`` as 64-bit arithmetic has it."""
    with np.errstate(under="ignore"):
        return f"{np.exp(np.float64(log_value)):.2g}"
