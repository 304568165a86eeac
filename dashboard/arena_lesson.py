"""The estimator arena, put together: choices, places on the page, and what fills them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from core.estimators.lineup import LINEUP
from dashboard import arena_panels
from dashboard.arena_controls import (
    DEFAULTS,
    OPENING_ESTIMATORS,
    OPTIONS,
    Choice,
    arena_controls,
    label,
    read_estimators,
)
from dashboard.arena_desk import Answers, ArenaDesk, absent_sentence
from dashboard.arena_presets import PRESETS
from dashboard.arena_race import draw_race, has_field
from dashboard.arena_text import role_color
from dashboard.links import read_link
from dashboard.look import chosen_look, projector_switch
from dashboard.theme import Look
from dashboard.vae_text import ScriptStep

OPENING_TEXT = (
    "**Boopy reparameterizes, Naot differentiates drawn samples.** Both want "
    "∇E f(Z), Z ~ N(μ, ΣΣᵀ). One of them has no variance at all, and is wrong."
)

STYLE = """
<style>
table.arena { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
table.arena th, table.arena td { padding: 0.16rem 0.6rem; text-align: right; white-space: nowrap; }
table.arena th { font-weight: 600; }
table.arena th:first-child { text-align: left; }
table.arena thead th { font-weight: 400; opacity: 0.8; font-size: 0.88rem; }
table.arena tbody tr { border-top: 1px solid color-mix(in srgb, currentColor 15%, transparent); }
table.arena td.best { background: color-mix(in srgb, var(--st-primary-color) 16%, transparent); }
table.arena td.best::after { content: " ★"; font-size: 0.8em; }
table.arena td:not(.best)::after { content: " ★"; font-size: 0.8em; visibility: hidden; }
table.arena small { opacity: 0.7; }
</style>
"""


@dataclass(kw_only=True, eq=False)
class Places:
    """Where on the page things stand: containers, filled, and filled again, as answers come.

    A container keeps what the last run drew until it is drawn anew; a placeholder would clear it,
    and every chart would be built again. So placeholders are made when they are first filled.
    """

    messages: Any
    story: Any
    strips: Any
    provenance: Any
    verdict: Any
    table: Any
    code: Any
    sweeps: list[Any]
    sweep_note: Any
    race: Any
    shown: dict[str, Any] = field(default_factory=dict)
    slots: dict[str, Any] = field(default_factory=dict)

    def slot(self, name: str, container: Any = None) -> Any:
        """The placeholder of a part, whose content can be replaced within this run."""
        if name not in self.slots:
            self.slots[name] = (container or getattr(self, name)).empty()
        return self.slots[name]


def choices() -> Choice:
    """The visitor's experiment, from the controls on the left."""
    read_estimators()
    read_link(OPTIONS, label, "arena_link")
    with st.sidebar:
        return arena_controls()


def choose_preset(name: str) -> None:
    """A callback: set every control to what the preset asks for."""
    for key, value in (DEFAULTS | {"est": OPENING_ESTIMATORS} | PRESETS[name].choices).items():
        st.session_state[key] = list(value) if key == "est" else value
    st.session_state["arena_shows"] = name


def header() -> None:
    """Experiments to choose from, what the chosen one shows, and the projector switch."""
    st.html(STYLE)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        with st.popover(
            "Experiments", icon=":material/science:", help="Each shows one thing in one click."
        ):
            st.caption("One click sets every control.")
            for name, preset in PRESETS.items():
                st.button(
                    preset.title, key=f"arena_{name}", on_click=choose_preset, args=(name,),
                    help=preset.shows, width="stretch",
                )  # fmt: skip
        shown = _shown_preset()
        st.markdown(
            f"**{PRESETS[shown].title}.** {PRESETS[shown].shows}" if shown else OPENING_TEXT,
            width="stretch",
        )
        projector_switch()


def _shown_preset() -> str | None:
    """The chosen experiment, as long as every control is where it put it."""
    shown: str | None = st.session_state.get("arena_shows")
    if shown is None:
        return None
    asked = DEFAULTS | {"est": OPENING_ESTIMATORS} | PRESETS[shown].choices
    moved = [
        key
        for key, value in asked.items()
        if key not in ("rate", "draw_seed", "total", "comp", "b")
        and (set if key == "est" else lambda v: v)(st.session_state.get(key, value))
        != (set(value) if key == "est" else value)
    ]
    return None if moved else shown


def arena_places() -> Places:
    """Lay the page out; nothing is drawn yet."""
    messages = st.container()
    left, right = st.columns([0.42, 0.58], gap="medium")
    with left:
        story = st.container()
    with right:
        strips, provenance, verdict = st.container(), st.container(), st.container()
    table = st.container()
    st.subheader("Variance of an estimate")
    sweeps = [column.container() for column in st.columns(4, gap="small")]
    sweep_note = st.container()
    st.subheader("The two submissions, as executed")
    code = st.container()
    st.subheader("Race: gradient descent with every estimator")
    return Places(
        messages=messages, story=story, strips=strips, provenance=provenance, verdict=verdict,
        table=table, code=code, sweeps=sweeps, sweep_note=sweep_note, race=st.container(),
    )  # fmt: skip


def fill(places: Places, choice: Choice) -> None:
    """Ask the workers and draw what they answer, as it comes.

    This runs in the thread of this session's script; every other session has its own. It ends when
    all is there, or as soon as a control is moved.
    """
    desk: ArenaDesk = st.session_state.setdefault("arena_desk", ArenaDesk())
    desk.ask(choice)
    look = chosen_look()
    for answers in desk.arrivals():
        _draw(places, choice, answers, look)


def _draw(places: Places, choice: Choice, answers: Answers, look: Look) -> None:
    """Draw what is new since the last time."""
    version, shown = answers.versions, places.shown

    def fresh(part: str, *names: str) -> bool:
        stamp = tuple(version.get(name) for name in names)
        if part in shown and shown[part] == stamp:
            return False
        shown[part] = stamp
        return True

    _messages(places, choice, answers)
    if fresh("story", "witness"):
        with places.slot("story").container():
            arena_panels.story(choice, answers.witness, look)
    if fresh("code", "witness"):
        _code(places, answers)
    if fresh("trial", "trial", "exact"):
        _trial(places, choice, answers, look)
    for place, (sweep, measured) in zip(places.sweeps, answers.sweeps, strict=False):
        waits = answers.is_early and measured is None
        if not waits and fresh(f"sweep_{sweep.axis}", f"sweep_{sweep.axis}"):
            with places.slot(f"sweep_{sweep.axis}", place).container():
                arena_panels.sweep(sweep, measured, choice, look)
    if choice.arena.is_elbo and "no_sweeps" not in shown:
        shown["no_sweeps"] = True
        places.slot("no_sweeps", places.sweeps[1]).caption(
            "μ, σ and d are the encoder's here, and this f has no k."
        )
    if "sweep_note" not in shown:
        shown["sweep_note"] = True
        places.slot("sweep_note").html(_sweep_legend(choice, look))
    if not answers.is_early and fresh("race", "race"):
        _race(places, choice, answers, look)


def _messages(places: Places, choice: Choice, answers: Answers) -> None:
    absent = absent_sentence(choice.arena)
    sentences = [*answers.errors, *([f"Not in the arena: {absent}"] if absent else [])]
    if sentences != places.shown.get("messages", []):
        places.shown["messages"] = sentences
        with places.slot("messages").container():
            for sentence in sentences:
                st.info(sentence, icon=":material/info:")


def _code(places: Places, answers: Answers) -> None:
    if answers.witness is None:
        places.slot("code").caption("The workers are starting: both are run in a moment.")
        return
    with places.slot("code").container():
        columns = st.columns(2, gap="medium")
        for column, name, submission in zip(
            columns, ("pathwise", "naive"), answers.witness.submissions, strict=True
        ):
            with column:
                arena_panels.code(submission, name)


def _trial(places: Places, choice: Choice, answers: Answers, look: Look) -> None:
    if answers.trial is None:
        places.slot("strips").caption(
            "The workers are starting: the estimates follow in a moment."
        )
        return
    with places.slot("strips").container():
        arena_panels.strips(choice, answers.trial, answers.exact, look)
    places.slot("provenance").html(f"<div>{arena_panels.provenance(choice, answers)}</div>")
    if answers.exact is not None:
        sentence, table = arena_panels.decision(choice, answers.trial, answers.exact)
        places.slot("verdict").markdown(sentence)
        places.slot("table").html(table)


def _dot(name: str) -> str:
    return f'<span style="color:{role_color(name)}"><b>●</b> {LINEUP[name].title}</span>'


def _sweep_legend(choice: Choice, look: Look) -> str:
    names = [name for name in LINEUP if name in choice.arena.estimators]
    parts = [_dot(name) for name in names]
    parts.append(f'<span style="color:{look.truth}"><b>╌╌</b> exact</span>')
    parts.append("A variance of 0 has no place on a logarithmic axis.")
    return '<div class="legend">' + " &nbsp; ".join(parts) + "</div>"


def _race(places: Places, choice: Choice, answers: Answers, look: Look) -> None:
    if choice.race is None:
        places.slot("race").info(
            "This f is unbounded below: descent on E f has nowhere to arrive."
        )
    elif answers.race is None:
        places.slot("race").caption("The race is being run.")
    else:
        with places.slot("race").container():
            st.html(_race_legend(choice, answers))
            draw_race(answers.race, choice.race, look)


def _race_legend(choice: Choice, answers: Answers) -> str:
    assert answers.race is not None
    assert choice.race is not None
    names = list(answers.race.paths)
    parts = [_dot(name) for name in names]
    if answers.race.exact is not None:
        parts.append("<b>╌╌</b> exact gradient")
    if choice.arena.is_full:
        parts.append("with a diagonal factor")
    lost = [LINEUP[n].title for n in names if not pd.notna(answers.race.losses[n][-1])]
    if lost:
        parts.append(f"<b>{', '.join(lost)} diverged</b>")
    shaded = "; shaded where E f is low" if has_field(choice.race) else ""
    parts.append(
        f"start at the chosen (μ, σ); {answers.race.num_samples} draws a step, the same for all; "
        f"learning rate {choice.race.learning_rate:g}{shaded}"
    )
    return '<div class="legend">' + " &nbsp; ".join(parts) + "</div>"


def script_steps(script: Sequence[ScriptStep]) -> None:
    """The lesson for a class: ask, show, explain."""
    for number, step in enumerate(script, start=1):
        with st.expander(f"**{number}.** {step.predict}"):
            st.button(
                f"Reveal: {PRESETS[step.preset].title}", key=f"arena_reveal_{number}",
                on_click=choose_preset, args=(step.preset,), type="primary",
            )  # fmt: skip
            st.markdown(step.explain)
