"""Where the nats of a hundred held-out rows go: bars of log p(x), split by encoder and best q."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.evidence.answers import Family, Gaps
from dashboard.charts.panel import Axis, Mark, Panel, rounded
from dashboard.charts.panel_handle import Handle
from dashboard.components.board import board, dragged
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.standing import tell
from dashboard.kit.state import put_one, state_of
from dashboard.kit.words import Words
from dashboard.lessons.evidence import questions
from dashboard.lessons.evidence.board_layout import LAYOUTS
from dashboard.lessons.evidence.columns import columns, edges, tip
from dashboard.lessons.evidence.numbers import nats
from dashboard.lessons.evidence.trained import Trained, trained_of
from dashboard.theme import ROLE_COLORS, Role

Array = NDArray[np.float64]

BOARD = "tab_gaps"
PANEL, HANDLE = "gaps", "row"
WORSE = 1.0
"""Nats by which a fit from one start has to end below the other to be called worse."""


def ask(scene: Scene) -> list[Question]:
    """The gaps, ten rows at a time."""
    trained = trained_of(scene)
    if scene.question.problem is not None or trained is None:
        return []
    return [questions.gaps_question(trained)]


def draw(scene: Scene) -> None:
    """The bars, as far as they have come, and what they say."""
    trained = trained_of(scene)
    if scene.question.problem is not None or trained is None:
        st.info(scene.said("gaps.only_digit"))
        return
    control(scene, "family")
    answer = scene.answer("gaps")
    is_of_this = answer.key == questions.gaps_question(trained).key
    found: tuple[Gaps, ...] = answer.value if is_of_this and answer.value else ()
    if answer.error is not None or not found:
        tell(scene, answer, scene.said("map.fitting"))
        return
    family: Family = scene.choices["family"]
    ordered = in_order(found)
    board(
        words=scene.kit.part("components.board"),
        key=BOARD,
        layout=LAYOUTS["gaps"],
        panels={"bars": [bars_panel(ordered, family, trained.row, _last(trained), scene.said)]},
        html={
            "bars_note": bold(sentence(found, family, scene.said)),
            "bars_provenance": _provenance(scene, found, trained),
        },
        look=scene.look,
        on_drag=lambda: _choose(scene),
    )


def in_order(found: Sequence[Gaps]) -> list[Gaps]:
    """By their total gap, the largest first."""
    return sorted(found, key=lambda gaps: gaps.encoder - gaps.log_evidence)


def bars_panel(
    ordered: Sequence[Gaps], family: Family, row: int, count: int, said: Words
) -> Panel:
    """One column per row: the encoder's ELBO, what it gives away, what the family costs."""
    log_p = np.array([gaps.log_evidence for gaps in ordered])
    elbo = np.array([gaps.encoder for gaps in ordered])
    best = elbo + np.array([gaps.amortisation(family) for gaps in ordered])
    low, high = rounded(float(elbo.min()), float(max(log_p.max(), best.max())))
    floor = np.full(len(ordered), low)
    marks = [
        columns(floor, elbo, ROLE_COLORS["elbo"], 0.75),
        columns(elbo, best, ROLE_COLORS["kl"], 0.85),
        columns(best, log_p, ROLE_COLORS["objective"], 1.0),
        Mark(
            kind="line",
            color="exact",
            x=edges(len(ordered)),
            y=np.repeat(log_p, 2),
            is_dashed=True,
        ),
        *(_tip(place, gaps, family, said) for place, gaps in enumerate(ordered)),
    ]
    amortisation, approximation = _medians(ordered, family)
    return Panel(
        name=PANEL,
        x=Axis(title=said("gaps.x"), low=0.0, high=float(count)),
        y=Axis(title=said("gaps.y"), low=low, high=high),
        marks=marks,
        alt=said(
            "gaps.alt",
            count=len(ordered),
            amortisation=nats(amortisation),
            approximation=nats(approximation),
        ),
        rows=17,
        handles=_handles(ordered, row, said),
    )


def _tip(place: int, gaps: Gaps, family: Family, said: Words) -> Mark:
    """What is said of a column."""
    text = said(
        "gaps.bar",
        row=gaps.row,
        log_p=nats(gaps.log_evidence),
        elbo=nats(gaps.encoder),
        amortisation=nats(gaps.amortisation(family)),
        approximation=nats(gaps.approximation(family)),
    )
    return tip(place, gaps.log_evidence, text)


def _handles(ordered: Sequence[Gaps], row: int, said: Words) -> tuple[Handle, ...]:
    place = next((i for i, gaps in enumerate(ordered) if gaps.row == row), None)
    if place is None or len(ordered) == 1:  # nothing to choose between
        return ()
    return (
        Handle(
            name=HANDLE,
            title=said("gaps.handle"),
            x=place + 0.5,
            y=ordered[place].log_evidence,
            moves="x",
            x_bounds=(0.5, len(ordered) - 0.5),
        ),
    )


def _choose(scene: Scene) -> None:
    """A callback: the row under the handle is shown above, as soon as it has come to rest."""
    drag, answer = dragged(BOARD), scene.answer("gaps")
    if drag is None or not drag.is_final or drag.handle != HANDLE or not answer.value:
        return
    ordered = in_order(answer.value)
    place = min(max(int(drag.x), 0), len(ordered) - 1)
    state = state_of(scene.lesson)
    state.choices["row"] = ordered[place].row
    put_one(scene.lesson, scene.option("row"), ordered[place].row)
    st.rerun()


def sentence(found: Sequence[Gaps], family: Family, said: Words) -> str:
    """Means and medians over the rows, and what a second start is good for (Markdown)."""
    rows = sorted(gaps.row for gaps in found)
    amortisation, approximation = _medians(found, family)
    means = said(
        "gaps.sentence",
        first=rows[0],
        last=rows[-1],
        family=said(f"options.family.values.{family}"),
        log_p=nats(float(np.mean([gaps.log_evidence for gaps in found]))),
        elbo=nats(float(np.mean([gaps.encoder for gaps in found]))),
        amortisation=nats(amortisation),
        mean_amortisation=nats(float(np.mean([gaps.amortisation(family) for gaps in found]))),
        approximation=nats(approximation),
    )
    worse = sum(gaps.lost_from("encoder", family) > WORSE for gaps in found)
    return f"{means} {said('gaps.starts', worse=worse, count=len(found))}"


def _medians(found: Sequence[Gaps], family: Family) -> tuple[float, float]:
    """Of the amortisation gap and of the approximation gap."""
    amortisation = float(np.median([gaps.amortisation(family) for gaps in found]))
    return amortisation, float(np.median([gaps.approximation(family) for gaps in found]))


def _last(trained: Trained) -> int:
    """How many rows there will be."""
    return min(questions.ROWS_OF_STRIP, len(trained.data.x_test))


def _provenance(scene: Scene, found: Sequence[Gaps], trained: Trained) -> str:
    said, last = scene.said, _last(trained)
    error = max(gaps.error for gaps in found)
    parts = [
        badge(scene.kit, "exact", said("provenance.quadrature", error=f"{error:.1g}")),
        badge(scene.kit, "trained", said("provenance.vae", step=f"{trained.run.step:,}")),
    ]
    if len(found) < last:
        parts.insert(0, escape(said("gaps.progress", count=len(found), of=last)))
    names: dict[str, Role] = {"elbo": "elbo", "amortisation": "kl", "approximation": "objective"}
    legend = key_of((said(f"gaps.{name}"), ROLE_COLORS[role]) for name, role in names.items())
    return f"{legend} &nbsp; {' '.join(parts)}"


def frame(found: Sequence[Gaps]) -> pd.DataFrame:
    """One row for each held-out row."""
    columns: dict[str, list[float]] = {
        "row": [gaps.row for gaps in found],
        "log_p": [gaps.log_evidence for gaps in found],
        "log_p_error": [gaps.error for gaps in found],
        "elbo_encoder": [gaps.encoder for gaps in found],
    }
    for family in questions.FITTED:
        columns[f"elbo_{family}"] = [gaps.best(family).elbo for gaps in found]
    return pd.DataFrame(columns)
