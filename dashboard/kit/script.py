"""Predict, reveal, explain: a drawer at the bottom of the pictures.

A question with its guesses; only after a guess the answer can be revealed; only then it is
explained, and what the guess overlooked is said. Keys: 1 to 4 guess, PageDown goes on (it reveals
what was guessed), PageUp goes back.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.components.spotlight import spotlight
from dashboard.kit.guide import Guide, said_of
from dashboard.kit.header import start
from dashboard.kit.lesson import Lesson
from dashboard.kit.look import chosen_language
from dashboard.kit.script_file import MAX_BYTES, Script, ScriptError, Step, read_script
from dashboard.kit.script_link import script_for
from dashboard.kit.sheet import answers_csv
from dashboard.kit.state import state_of, write_link
from dashboard.kit.words import plain

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene

DRAWER = "script"
"""The fragment, and the container that the style sheet docks."""


def drawer(scene: Scene) -> None:
    """The script of the lesson, docked below its pictures."""
    if followed(scene).steps:
        with st.bottom:
            st.fragment(_drawer, key=DRAWER)(scene)


def followed(scene: Scene) -> Script:
    """The script that this visitor follows."""
    return script_for(scene.lesson, scene.state.guide, chosen_language())


def _drawer(scene: Scene) -> None:
    guide, script = scene.state.guide, followed(scene)
    guide.step = min(guide.step, len(script.steps))  # another language may have fewer
    with st.container(key=DRAWER, gap="small"):
        if not guide.step:
            _closed(scene, len(script.steps))
        else:
            step = script.steps[guide.step - 1]
            _bar(scene, len(script.steps))
            _question(scene, step)
        now = script.steps[guide.step - 1] if guide.step else None
        spotlight(
            key="spotlight",
            names=() if now is None else now.outline,
            veiled=() if now is None or guide.is_revealed else now.hidden,
            nonce=guide.moves,
            above=DRAWER,
        )
    write_link(scene)


def _closed(scene: Scene, count: int) -> None:
    st.button(
        scene.kit("script.open", count=count),
        key="script_open",
        icon=":material/quiz:",
        type="tertiary",
        shortcut="PageDown",
        on_click=_go,
        args=(scene.lesson, 1, count),
    )


def _bar(scene: Scene, count: int) -> None:
    """Where the visitor stands, back and on, what can be taken home, and how to close it.

    A key for each step, and another once its answer stands there: beside a poll Streamlit's
    browser side can send one click twice, and the second must not meet the next button.
    """
    guide, lesson, said = scene.state.guide, scene.lesson, scene.kit
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="script_bar"):
        st.html(_dots(guide, count, said("script.where", step=guide.step, count=count)))
        st.button(
            said("script.back"),
            key=f"script_back_{guide.step}",
            icon=":material/arrow_back:",
            shortcut="PageUp",
            disabled=guide.step == 1,
            on_click=_go,
            args=(lesson, guide.step - 1, count),
        )
        st.button(
            said("script.reveal" if guide.may_reveal else "script.next"),
            key=f"script_{'on' if guide.is_revealed else 'next'}_{guide.step}",
            icon=":material/visibility:" if guide.may_reveal else ":material/arrow_forward:",
            type="primary" if guide.may_reveal else "secondary",
            shortcut="PageDown",
            disabled=guide.step == count and not guide.may_reveal,
            on_click=partial(_forward, lesson, count, guide.step, guide.is_revealed),
        )
        _menu(scene)
        st.button(
            said("script.close"),
            key="script_close",
            icon=":material/close:",
            type="tertiary",
            on_click=_close,
            args=(lesson,),
        )


def _dots(guide: Guide, count: int, where: str) -> str:
    """One dot per step: open, answered, still to come."""
    kinds = dict.fromkeys(guide.revealed, "done") | {guide.step: "now"}
    dots = "".join(f'<i class="{kinds.get(n, "")}"></i>' for n in range(1, count + 1))
    return f'<span class="dots" role="img" aria-label="{where}">{dots}</span>'


def _question(scene: Scene, step: Step) -> None:
    """The question, and either the guesses or the answer."""
    guide, said = scene.state.guide, scene.kit
    shown = _shown(scene)
    st.markdown(f"**{guide.step}.** {shown(step.question)}")
    if not guide.is_revealed:
        _guesses(scene, step)
        return
    number = guide.guesses.get(guide.step, 0)
    lines = [f":material/check_circle: **{shown(step.options[step.answer - 1])}**"]
    if number and number != step.answer:
        guessed = shown(step.options[number - 1])
        overlooked = shown(said_of(guide, step, guide.step))
        lines.append(said("script.guessed", guess=guessed, overlooked=overlooked))
    lines.append(shown(step.explain))
    with st.container(key="script_answer"):
        st.markdown("\n\n".join(lines))


def _guesses(scene: Scene, step: Step) -> None:
    guide, shown = scene.state.guide, _shown(scene)
    with st.container(key="script_guesses"):
        for number, text in enumerate(step.options, start=1):
            chosen = guide.guesses.get(guide.step) == number
            st.button(
                shown(text),
                key=f"guess_{number}",
                type="primary" if chosen else "secondary",
                shortcut=str(number),
                width="stretch",
                wrap=True,
                on_click=_guess,
                args=(scene.lesson, number),
            )
    if guide.may_reveal:
        st.caption(scene.kit("script.then_reveal"))
    else:
        st.caption(scene.kit("script.guess_first", count=len(step.options)))


def _shown(scene: Scene) -> Callable[[str], str]:
    """The lesson's own words are Markdown; nothing of a teacher's file is but its formulas."""
    return str if scene.state.guide.other is None else plain


def _menu(scene: Scene) -> None:
    """What can be taken home, a teacher's sheet, another script."""
    guide, said = scene.state.guide, scene.kit
    with st.popover(said("script.more"), icon=":material/more_horiz:", key="script_menu"):
        st.download_button(
            said("script.answers_csv"),
            data=answers_csv(followed(scene), guide),
            file_name="latent-flow-lab-answers.csv",
            mime="text/csv",
            on_click="ignore",
            key="script_csv",
            width="stretch",
        )
        for sheet in ("answers", "solutions"):
            st.button(
                said(f"script.sheet.{sheet}"),
                key=f"sheet_{sheet}",
                icon=":material/print:",
                on_click=_print,
                args=(scene.lesson, sheet),
                width="stretch",
            )
        st.file_uploader(
            said("script.upload"),
            type="toml",
            key="script_file",
            max_upload_size=1,
            on_change=_uploaded,
            args=(scene,),
        )
        if guide.other is not None:
            st.button(said("script.own"), key="script_own", on_click=_own, args=(scene.lesson,))


def _go(lesson: Lesson, step: int, count: int) -> None:
    """Open a step, over what its question is asked over."""
    guide = state_of(lesson).guide
    guide.go(step, count)
    over = script_for(lesson, guide, chosen_language()).steps[guide.step - 1].over
    if over is None or guide.is_revealed:
        return
    start(lesson, dict(lesson.defaults) | dict(over), 0, shown=None, opening={})
    st.rerun()


def _guess(lesson: Lesson, number: int) -> None:
    state_of(lesson).guide.guess(number)


def _close(lesson: Lesson) -> None:
    state_of(lesson).guide.step = 0


def _forward(lesson: Lesson, count: int, step: int, was_revealed: bool) -> None:
    """Reveal what was guessed; otherwise open the next step.

    Args:
        lesson: whose script.
        count: of its steps.
        step: that the button stood in: the same click again does nothing.
        was_revealed: whether the answer of that step stood there.
    """
    guide = state_of(lesson).guide
    if guide.step != step or guide.is_revealed != was_revealed:
        return
    if not guide.may_reveal:
        _go(lesson, guide.step + 1, count)
        return
    asked = script_for(lesson, guide, chosen_language()).steps[guide.step - 1]
    guide.revealed.add(guide.step)
    guide.moves += 1
    preset = lesson.presets[asked.preset] if asked.preset else None
    choices = dict(lesson.defaults) | (dict(preset.choices) if preset is not None else {})
    start(
        lesson,
        choices | dict(asked.choices),
        asked.train_steps or (preset.train_steps if preset is not None else 0),
        shown=asked.preset or None,
        opening=preset.opening if preset is not None else {},
    )
    st.rerun()


def _print(lesson: Lesson, sheet: str) -> None:
    state_of(lesson).guide.sheet = "answers" if sheet == "answers" else "solutions"
    st.rerun()


def _own(lesson: Lesson) -> None:
    state_of(lesson).guide.follow(None)


def _uploaded(scene: Scene) -> None:
    """A callback: follow the script of a file, or say what is wrong with it."""
    file, state = st.session_state.get("script_file"), state_of(scene.lesson)
    if file is None:
        return
    data, said = file.getvalue(), scene.kit
    state.complaints = ()
    try:
        if len(data) > MAX_BYTES:
            raise ScriptError(said("script.too_large", most=MAX_BYTES // 1000))
        state.guide.follow(read_script(scene.lesson, data.decode("utf-8"), said))
    except UnicodeDecodeError:
        state.complaints = (said("script.no_text", name=""),)
    except ScriptError as error:
        state.complaints = (str(error),)
    st.rerun()  # the sentence stands at the top of the page
