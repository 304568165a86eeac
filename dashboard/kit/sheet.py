"""A script on paper: a visitor's answers, or a teacher's sheet with the solutions; and as CSV."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.components.print_button import print_button
from dashboard.kit.guide import Guide, answers, said_of
from dashboard.kit.lesson import Lesson
from dashboard.kit.script_file import Script, Step
from dashboard.kit.state import state_of
from dashboard.kit.words import plain

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene


def answers_csv(script: Script, guide: Guide) -> bytes:
    """One row per step: question, guess, and, where it was revealed, the answer."""
    rows, text = answers(script, guide), io.StringIO()
    table = csv.DictWriter(text, fieldnames=list(rows[0]) if rows else ["step"])
    table.writeheader()
    table.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def sheet(scene: Scene, script: Script) -> None:
    """The page to be printed, in place of the lesson's pictures."""
    guide, said = scene.state.guide, scene.kit
    with st.container(horizontal=True, key="sheet_acts"):
        print_button(key="print", label=said("script.print"))
        st.button(said("script.leave"), key="sheet_leave", on_click=_leave, args=(scene.lesson,))
    shown = str if guide.other is None else plain
    title = shown(script.title) or scene.said("title")
    with st.container(key="sheet"):
        st.header(said(f"script.titles.{guide.sheet}", title=title))
        for number, step in enumerate(script.steps, start=1):
            with st.container(key=f"sheet_step_{number}"):
                st.markdown(_entry(scene, step, number))


def _entry(scene: Scene, step: Step, number: int) -> str:
    """One step as Markdown: with the guess and its answer, or with all solutions."""
    guide, said = scene.state.guide, scene.kit
    shown = str if guide.other is None else plain
    lines = [f"**{number}. {shown(step.question)}**"]
    is_solved = guide.sheet == "solutions" or number in guide.revealed
    for n, text in enumerate(step.options, start=1):
        mark = "☑" if guide.sheet == "answers" and guide.guesses.get(number) == n else "☐"
        mark = "☑" if guide.sheet == "solutions" and n == step.answer else mark
        line = f"{mark} {n}. {shown(text)}"
        if guide.sheet == "solutions" and step.overlooked[n - 1]:
            line += f"  \n*{shown(step.overlooked[n - 1])}*"
        lines.append(line)
    if is_solved:
        answer = shown(step.options[step.answer - 1])
        lines.append(said("script.answer", answer=answer))
        overlooked = said_of(guide, step, number) if guide.sheet == "answers" else ""
        lines += [shown(overlooked)] if overlooked else []
        lines.append(shown(step.explain))
    return "\n\n".join(lines)


def _leave(lesson: Lesson) -> None:
    state_of(lesson).guide.sheet = ""
