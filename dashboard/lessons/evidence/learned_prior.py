"""The prior that fits the encoder, and what it does to the bound and to log p(x), row by row."""

from collections.abc import Sequence
from html import escape

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core.evidence.answers import PriorEffect
from core.evidence.prior import IsotropicPrior, LearnedPrior
from core.vae.requests import picture
from dashboard.charts.panel import Axis, Mark, Panel, rounded
from dashboard.components.board import board
from dashboard.kit.badges import badge
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, small
from dashboard.kit.standing import tell
from dashboard.kit.words import Words, with_minus
from dashboard.lessons.evidence import questions
from dashboard.lessons.evidence.board_layout import LAYOUTS
from dashboard.lessons.evidence.columns import columns, tip
from dashboard.lessons.evidence.numbers import nats
from dashboard.lessons.evidence.trained import Trained, trained_of
from dashboard.theme import ROLE_COLORS

Array = NDArray[np.float64]

BOARD = "tab_prior"
NUM_CODES = 1000
ROUND = np.linspace(0, 2 * np.pi, 73)
RADII = (1.0, 2.0)
"""Standard deviations at which a prior is drawn as a circle."""


def ask(scene: Scene) -> list[Question]:
    """The learned prior, the codes it fits, and both priors on a hundred rows."""
    trained = trained_of(scene)
    if scene.question.problem is not None or trained is None:
        return []
    asked = [questions.prior_question(trained), codes_question(trained)]
    learned = _learned(scene, trained)
    return asked if learned is None else [*asked, questions.effect_question(trained, learned)]


def codes_question(trained: Trained) -> Question:
    """Posterior means of training rows."""
    run = trained.run
    request = Request(
        function=picture, args=(run.state.parameters, run.config, NUM_CODES, (0,), 1)
    )
    return Question(name="codes", key=trained.key, request=request)


def _learned(scene: Scene, trained: Trained) -> LearnedPrior | None:
    answer = scene.answer("prior")
    return answer.value if answer.key == questions.prior_question(trained).key else None


def draw(scene: Scene) -> None:
    """Codes with both priors, changes of log p(x), and what rose and what fell."""
    trained, said = trained_of(scene), scene.said
    if scene.question.problem is not None or trained is None:
        st.info(said("prior.only_digit"))
        return
    learned, answer = _learned(scene, trained), scene.answer("prior")
    if learned is None:
        tell(scene, answer, said("prior.computing"))
        return
    effect = scene.answer("effect")
    wanted = questions.effect_question(trained, learned)
    found: Sequence[PriorEffect] = effect.value if effect.key == wanted.key else ()
    codes = scene.answer("codes")
    means = codes.value.mean if codes.key == trained.key else np.zeros((0, trained.latent_dim))
    text = [_fit_sentence(trained, learned, said)]
    if found:
        text.append(_effect_sentence(found, said))
    html = {"prior_note": "<br>".join(bold(one) for one in text)}
    if found:
        html["prior_provenance"] = _provenance(scene, found, trained)
    board(
        words=scene.kit.part("components.board"),
        key=BOARD,
        layout=LAYOUTS["prior"],
        panels={
            "codes": [codes_panel(means, learned, said)],
            "changes": [changes_panel(found, said)] if found else [],
        },
        html=html,
        look=scene.look,
    )


def codes_panel(means: Array, learned: LearnedPrior, said: Words) -> Panel:
    """Codes as dots; both priors as circles of one and two standard deviations."""
    is_line = len(learned.after.mean) == 1
    x = means[:, 0]
    y = np.zeros(len(x)) if is_line else means[:, 1]
    marks = [Mark(kind="points", color=ROLE_COLORS["data"], x=x, y=y, size=1.6, opacity=0.5)]
    for prior, color, name in (
        (learned.before, "muted", "prior.old"),
        (learned.after, ROLE_COLORS["kl"], "prior.new"),
    ):
        marks += [_circle(prior, radius, color, said(name)) for radius in RADII]
    reach = max(
        4.5,
        float(np.abs(means).max()) if len(means) else 0.0,
        1.1 * RADII[-1] * learned.after.variance**0.5,
    )
    _, high = rounded(-reach, reach)
    axes = [said("prior.axis", index=index) for index in ("₁", "₂")]
    radius = f"{learned.after.variance**0.5:.2f}"
    return Panel(
        name="codes",
        x=Axis(title=axes[0], low=-high, high=high),
        y=Axis(title="" if is_line else axes[1], low=-high, high=high),
        marks=marks,
        alt=said("prior.codes_alt", radius=radius),
        rows=32,
    )


def _circle(prior: IsotropicPrior, radius: float, color: str, name: str) -> Mark:
    r = radius * prior.variance**0.5
    centre = (*prior.mean, 0.0)[:2]
    return Mark(
        kind="line",
        color=color,
        x=centre[0] + r * np.cos(ROUND),
        y=centre[1] + r * np.sin(ROUND),
        is_thin=radius > 1,
        tip=name,
    )


def changes_panel(found: Sequence[PriorEffect], said: Words) -> Panel:
    """Change of log p(x) of every row, sorted; rows that lose lie below 0."""
    ordered = sorted(found, key=lambda one: one.evidence_change.value)
    change = np.array([one.evidence_change.value for one in ordered])
    zero = np.zeros(len(ordered))
    marks = [
        columns(zero, np.maximum(change, 0.0), ROLE_COLORS["log_likelihood"]),
        columns(np.minimum(change, 0.0), zero, ROLE_COLORS["kl"]),
    ]
    marks += [_tip(place, one, said) for place, one in enumerate(ordered)]
    low, high = rounded(min(float(change.min()), 0.0), max(float(change.max()), 0.0))
    return Panel(
        name="changes",
        x=Axis(title=said("prior.x"), low=0.0, high=float(len(ordered))),
        y=Axis(title=said("prior.y"), low=low, high=high),
        marks=marks,
        alt=said(
            "prior.changes_alt",
            count=len(ordered),
            mean=nats(float(change.mean())),
            losing=int((change < 0).sum()),
        ),
        rows=13,
    )


def _tip(place: int, one: PriorEffect, said: Words) -> Mark:
    """What is said of a row."""
    text = said(
        "prior.bar",
        row=one.row,
        old=nats(one.before.log_evidence.value),
        new=nats(one.after.log_evidence.value),
    )
    return tip(place, one.evidence_change.value, text)


def _fit_sentence(trained: Trained, learned: LearnedPrior, said: Words) -> str:
    after = learned.after
    return said(
        "prior.note",
        mean=with_minus(", ".join(f"{value:.3f}" for value in after.mean)),
        variance=f"{after.variance:.3f}",
        rows=f"{len(trained.data.x_train):,}",
        before=nats(learned.kl_before),
        after=nats(learned.kl_after),
        gain=nats(learned.gain),
    )


def _effect_sentence(found: Sequence[PriorEffect], said: Words) -> str:
    rows = sorted(one.row for one in found)
    change = np.array([one.evidence_change.value for one in found])
    return said(
        "prior.effect",
        first=rows[0],
        last=rows[-1],
        elbo=signed(float(np.mean([one.elbo_change for one in found]))),
        log_p=signed(float(change.mean())),
        losing=int((change < 0).sum()),
        count=len(found),
    )


def signed(value: float) -> str:
    """A change, with its sign."""
    return f"+{nats(value)}" if value > 0 else nats(value)


def _provenance(scene: Scene, found: Sequence[PriorEffect], trained: Trained) -> str:
    said, last = scene.said, min(questions.ROWS_OF_STRIP, len(trained.data.x_test))
    error = max(one.evidence_change.error for one in found)
    parts = [
        badge(scene.kit, "exact", said("provenance.quadrature", error=f"{error:.1g}")),
        badge(scene.kit, "trained", said("provenance.vae", step=f"{trained.run.step:,}")),
    ]
    if len(found) < last:
        parts.insert(0, small(escape(said("gaps.progress", count=len(found), of=last))))
    return " ".join(parts)


def frame(found: Sequence[PriorEffect]) -> pd.DataFrame:
    """One row for each held-out row."""
    columns: dict[str, list[float]] = {"row": [one.row for one in found]}
    for name in ("before", "after"):
        under = [getattr(one, name) for one in found]
        columns[f"log_p_{name}"] = [one.log_evidence.value for one in under]
        columns[f"elbo_{name}"] = [one.elbo.value for one in under]
    return pd.DataFrame(columns)
