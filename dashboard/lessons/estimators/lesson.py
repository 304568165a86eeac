"""The estimator arena, put together: choices, places on the page, and what fills them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.estimators.config import RaceConfig
from core.estimators.lineup import LINEUP
from core.estimators.moments import has_exact_variance
from core.estimators.requests import Race
from dashboard.components.ask_on import ask_on
from dashboard.components.board import board
from dashboard.kit.badges import badge
from dashboard.kit.experiments import experiments
from dashboard.kit.links import read_link
from dashboard.kit.look import chosen_look, projector_switch
from dashboard.lessons.estimators import panels as arena_panels
from dashboard.lessons.estimators.board_layout import LAYOUT, MEASURED
from dashboard.lessons.estimators.controls import (
    DEFAULTS,
    OPENING_ESTIMATORS,
    OPTIONS,
    Choice,
    arena_controls,
    current_choice,
    label,
    read_estimators,
)
from dashboard.lessons.estimators.desk import Answers, ArenaDesk, absent_sentence
from dashboard.lessons.estimators.presets import PRESETS
from dashboard.lessons.estimators.race import draw_race, has_field
from dashboard.lessons.estimators.submissions import submissions_html
from dashboard.lessons.estimators.sweeps import sweeps_of
from dashboard.lessons.estimators.text import role_color
from dashboard.lessons.vae.text import ScriptStep
from dashboard.theme import Look, ink

OPENING_TEXT = (
    "**Boopy reparameterizes, Naot differentiates drawn samples.** Both want "
    "∇E f(Z), Z ~ N(μ, ΣΣᵀ). One of them has no variance at all, and is wrong."
)

ASK_SECONDS = 0.15
"""How soon the browser asks for what had not come yet."""

RACE_SECONDS = 0.23
"""The same for the race: not at the same moment."""


def choices() -> None:
    """The controls on the left, set to what the link says."""
    read_estimators()
    read_link(OPTIONS, label, "arena_link")
    with st.sidebar:
        arena_controls()


def choose_preset(name: str) -> None:
    """A callback: set every control to what the preset asks for."""
    for key, value in (DEFAULTS | {"est": OPENING_ESTIMATORS} | PRESETS[name].choices).items():
        st.session_state[key] = list(value) if key == "est" else value
    st.session_state["arena_shows"] = name


def header() -> None:
    """Experiments to choose from, what the chosen one shows, and the projector switch."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="header"):
        experiments(
            PRESETS, choose_preset, caption="One click sets every control.", prefix="arena_"
        )
        st.fragment(_words, key="arena_words")()
        projector_switch()


def _words() -> None:
    shown = _shown_preset()
    st.markdown(
        f"**{PRESETS[shown].title}.** {PRESETS[shown].shows}" if shown else OPENING_TEXT,
        width="stretch",
    )


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


def arena() -> None:
    """Everything that follows the controls: a moved control draws only these fragments again.

    First what is seen first: the race, further down, is neither run nor drawn until then.
    """
    st.fragment(_measurements, key="arena")()
    with st.container():
        st.fragment(_race, key="arena_race")()
        st.fragment(_race_due, key="arena_race_due")()


def _desk() -> ArenaDesk:
    desk: ArenaDesk = st.session_state.setdefault("arena_desk", ArenaDesk())
    return desk


def _measurements() -> None:
    """Ask the workers, wait a moment, draw what they answered; the rest when the browser asks."""
    choice, sentences = current_choice()
    desk = _desk()
    desk.ask(choice)
    for sweep in sweeps_of(choice.arena):
        sweep.exact_curves(choice.arena)  # found here and remembered while the workers measure
    desk.settle()
    answers = desk.answers()
    _messages(choice, answers, sentences)
    board(key="board", layout=LAYOUT, look=chosen_look(), **_board(desk, choice, answers))
    if desk.is_waiting():
        ask_on(key="more", turn=next(desk.turns), after=ASK_SECONDS)


def _messages(choice: Choice, answers: Answers, sentences: Sequence[str]) -> None:
    for sentence in sentences:
        st.warning(sentence, icon=":material/block:")
    absent = absent_sentence(choice.arena)
    for sentence in [*answers.errors, *([f"Not in the arena: {absent}"] if absent else [])]:
        st.info(sentence, icon=":material/info:")


def _heading(text: str) -> str:
    return f'<h3 style="font-size: 1.45rem; padding: 0.5rem 0 0.4rem">{text}</h3>'


def _board(desk: ArenaDesk, choice: Choice, answers: Answers) -> dict[str, Any]:
    """The board; what is being measured anew stays as it was, faded, until the answer is there."""
    panels = {
        "story": arena_panels.story(choice, answers.witness),
        "strips": [],
        "sweeps": [arena_panels.sweep(of, found, choice) for of, found in answers.sweeps],
    }
    words = {
        "sweep_title": _heading("Variance of an estimate"),
        "sweep_note": _sweep_legend(choice, chosen_look()),
        "submissions": _submissions(answers),
    }
    is_stale = answers.trial is None
    if answers.trial is not None:
        panels["strips"] = [arena_panels.strips(choice, answers.trial, answers.exact)]
        words["provenance"] = arena_panels.provenance(choice, answers)
        if answers.exact is not None:
            words |= arena_panels.decision(choice, answers.trial, answers.exact)
        desk.last_strips, desk.last_words = panels["strips"], words
    else:
        panels["strips"] = desk.last_strips
        words |= {name: desk.last_words.get(name, "") for name in ("verdict", "table")}
        words["provenance"] = badge("estimate", "the workers are measuring …")
    return {"panels": panels, "html": words, "stale": MEASURED if is_stale else ()}


def _submissions(answers: Answers) -> str:
    if answers.witness is None:
        return "<small>The workers are starting: both submissions are run in a moment.</small>"
    return _heading("The two submissions, as executed") + submissions_html(
        answers.witness.submissions
    )


def _dot(name: str) -> str:
    return f'<span style="color:{ink(role_color(name))}"><b>●</b> {LINEUP[name].title}</span>'


def _sweep_legend(choice: Choice, look: Look) -> str:
    names = [name for name in LINEUP if name in choice.arena.estimators]
    parts = [_dot(name) for name in names]
    if has_exact_variance(choice.arena):
        parts.append(f'<span style="color:{look.truth}"><b>╌╌</b> exact</span>')
    parts.append("A variance of 0 has no place on a logarithmic axis.")
    if choice.arena.is_elbo:
        parts.append("No axis for d and k: the VAE has L = 2, and this f has no parameter.")
    return " &nbsp; ".join(parts)


def _race() -> None:
    """The race; that of the last question stays until the new one has been run."""
    choice, _ = current_choice()
    desk = _desk()
    desk.ask_race(choice)
    desk.settle()
    race = desk.answers().race
    if race is not None and choice.race is not None:
        desk.last_race = (choice.race, race)
    is_late = desk.is_waiting("race")
    heading = _heading("Race: gradient descent with every estimator")
    if choice.race is None:
        st.html(heading)
        st.info("This f is unbounded below: descent on E f has nowhere to arrive.")
    elif desk.last_race is None:
        st.html(f"{heading}<p>The race is being run.</p>")
    else:
        st.html(heading + _race_legend(*desk.last_race, is_late=is_late))
        draw_race(desk.last_race[1], desk.last_race[0], chosen_look())
    if is_late:
        ask_on(key="more_race", turn=next(desk.turns), after=RACE_SECONDS)


def _race_due() -> None:
    """Nothing to see: the browser asks for the race of a moved control when the rest is drawn."""
    choice, _ = current_choice()
    desk = _desk()
    if choice.race is not None and not desk.has_asked_race(choice):
        ask_on(key="race_due", turn=next(desk.turns), after=ASK_SECONDS, of=_draw_race)


def _draw_race() -> None:
    st.rerun(("arena_race", "arena_race_due"))


def _race_legend(config: RaceConfig, race: Race, *, is_late: bool) -> str:
    names = list(race.paths)
    parts = [_dot(name) for name in names]
    if race.exact is not None:
        parts.append("<b>╌╌</b> exact gradient")
    if config.arena.is_full:
        parts.append("with a diagonal factor")
    lost = [LINEUP[n].title for n in names if not pd.notna(race.losses[n][-1])]
    if lost:
        parts.append(f"<b>{', '.join(lost)} diverged</b>")
    shaded = "; shaded where E f is low" if has_field(config) else ""
    parts.append(
        f"start at the chosen (μ, σ); {race.num_samples} draws a step, the same for all; "
        f"learning rate {config.learning_rate:g}{shaded}"
    )
    if is_late:
        parts = ["<b>The new race is being run; this is the last one.</b>", *parts]
    return '<div class="legend">' + " &nbsp; ".join(parts) + "</div>"


def script_steps(script: Sequence[ScriptStep]) -> None:
    """The lesson for a class: ask, show, explain."""
    for number, step in enumerate(script, start=1):
        with st.expander(f"**{number}.** {step.predict}"):
            st.button(
                f"Reveal: {PRESETS[step.preset].title}",
                key=f"arena_reveal_{number}",
                on_click=choose_preset,
                args=(step.preset,),
                type="primary",
            )
            st.markdown(step.explain)
