"""What a session keeps of a lesson: its choices, what it was told, what it last drew.

The choices are the kit's own, not those of the widgets: Streamlit forgets a widget that a page
does not draw, and mixes up two pages that call different things by the same letter. A widget is
given its value as the default that it is drawn with, and read again in every run.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import streamlit as st
from streamlit.errors import StreamlitWidgetAlreadyInstantiatedError

from dashboard.kit.desk import Desk
from dashboard.kit.guide import Guide
from dashboard.kit.heard import Given
from dashboard.kit.lesson import Lesson, Mended
from dashboard.kit.links import read_link, written
from dashboard.kit.look import chosen_language, kit_words, switched
from dashboard.kit.option import Choices, Option
from dashboard.kit.sessions import engine
from dashboard.kit.trail import Trail
from dashboard.kit.words import ENGLISH, Words, code, words

if TYPE_CHECKING:
    from dashboard.kit.scene import Scene
    from dashboard.kit.steering import Overlay

HERE = "kit_lesson"
"""Where the session keeps whose widgets stand."""


@dataclass(kw_only=True, eq=False)
class LessonState:
    """One lesson in one session.

    Attributes:
        choices: every option's value.
        complaints: sentences about what was asked and could not be (Markdown).
        shown: the experiment that was chosen, if it still holds.
        opening: what pictures in the browser are told to do; its ``nonce`` counts the tellings.
        unopened: names of runs that nobody has looked at: of what is chosen, and untrained.
        trail: the changes that can be undone.
        overlays: runs that the present one is compared with, the latest first.
        desk: the questions that the lesson has asked workers.
        drawn: what was last drawn, by name, so that it can stay until the new one is there.
        drawn_for: by part, names and keys of the questions that it was last drawn with.
        fields: of every number field beside a ladder, how often it was made anew, and its number.
        given: what widgets were given by experiments and undoings.
        guide: where the visitor stands in the script.
        is_moving: whether the run that comes next draws a handle on its way.
        begun: how many runs of the whole page have begun.
        finished: the last of them that was drawn to its end.
    """

    choices: dict[str, Any]
    complaints: tuple[str, ...] = ()
    shown: str | None = None
    opening: dict[str, Any] = field(default_factory=lambda: {"nonce": 0})
    unopened: set[str] = field(default_factory=set)
    trail: Trail = field(default_factory=Trail)
    overlays: tuple[Overlay, ...] = ()
    desk: Desk
    drawn: dict[str, Any] = field(default_factory=dict)
    drawn_for: dict[str, Any] = field(default_factory=dict)
    fields: dict[str, tuple[int, Any]] = field(default_factory=dict)
    given: Given = field(default_factory=Given)
    guide: Guide = field(default_factory=Guide)
    is_moving: bool = False
    begun: int = 0
    finished: int = 0


def state_of(lesson: Lesson) -> LessonState:
    """This session's state of ``lesson``."""
    slot = f"{lesson.name}_state"
    if slot not in st.session_state:
        st.session_state[slot] = LessonState(choices=dict(lesson.defaults), desk=Desk(engine()))
    found: LessonState = st.session_state[slot]
    return found


def is_arriving(lesson: Lesson) -> bool:
    """Whether another page stood before: what the link says is still to be read."""
    return bool(st.session_state.get(HERE) != lesson.name)


def enter(lesson: Lesson, state: LessonState, of_run: Choices | None) -> None:
    """Bring link, session and widgets together at the start of a run of the page.

    Args:
        lesson: the page.
        state: of it.
        of_run: what the options were for the run that the link names, if it is found.
    """
    if not is_arriving(lesson):
        absorb(lesson, state)
        return
    asked = {key: st.query_params.get_all(key) for key in st.query_params}
    found = read_link(lesson, asked, words(lesson.package, ENGLISH), kit_words())
    state.complaints = found.complaints
    state.trail.arrive()
    if found.choices:
        state.choices = dict(lesson.defaults) | found.choices
        _heed(lesson, state, found.choices)
    elif of_run is not None and state.begun == 1:  # later the session knows better
        state.choices = dict(lesson.defaults) | dict(of_run)
    if found.shows:
        state.shown = found.shows
    st.session_state[HERE] = lesson.name
    for option in lesson.options:
        if option.key in st.session_state:  # of another page, or of the last time
            del st.session_state[option.key]


def _heed(lesson: Lesson, state: LessonState, asked: Choices) -> None:
    """Mend what a link alone can get wrong; what it asked for itself is said."""
    if lesson.check_link is None:
        return
    used, mended = lesson.check_link(state.choices)
    own, said = words(lesson.package, chosen_language()), kit_words()
    state.choices = dict(used)
    state.complaints += tuple(mended_sentence(m, own, said) for m in mended if m.key in asked)


def absorb(lesson: Lesson, state: LessonState) -> None:
    """Take over what the widgets say; what a browser says that is behind is no choice.

    It is told again then, also where the session shows what it was told: Streamlit forgets to
    pass on what a widget was given when a frame comes before the widget is drawn.
    """
    behind = state.given.is_behind()
    for option in _standing(lesson):
        key, value = option.key, _as_value(option, st.session_state[option.key])
        if behind and (value == state.choices[key] or state.given.is_past(key, value)):
            with suppress(StreamlitWidgetAlreadyInstantiatedError):  # told earlier in this run
                put_one(lesson, option, state.choices[key])
        elif value not in (None, state.choices[key]):
            state.complaints = ()
            state.choices[key] = value


def _standing(lesson: Lesson) -> list[Option]:
    """The options whose widgets stand on the page: of another lesson's page, none.

    A click on the page before can arrive when the next one stands, which may call something
    else by the same letter.
    """
    if is_arriving(lesson):
        return []
    return [option for option in lesson.options if option.key in st.session_state]


def _as_value(option: Option, shown: Any) -> Any:
    if option.is_many:
        chosen = set(shown or ())
        return tuple(value for value in option.values if value in chosen)
    if option.is_number and shown is not None:
        return int(shown) if option.is_whole else float(shown)
    return shown


def put(lesson: Lesson, choices: Choices) -> None:
    """Give every widget that stands its value; in a callback."""
    standing = _standing(lesson)
    shown = {o.key: _as_value(o, st.session_state[o.key]) for o in standing}
    state_of(lesson).given.note(shown, dict(choices))
    for option in standing:
        put_one(lesson, option, choices[option.key])


def put_one(lesson: Lesson, option: Option, value: Any) -> None:
    """Give one widget its value, if it stands; any other is given it when it is drawn.

    A value that waits in the session until its widget is drawn would stay there: Streamlit then
    sends the widget's own value back to the browser again and again, over newer ones.
    """
    if option.key in st.session_state and not is_arriving(lesson):
        st.session_state[option.key] = list(value) if option.is_many else value


def fitted(lesson: Lesson, state: LessonState, *, in_widgets: bool) -> Choices:
    """The choices as they fit together; what had to be mended is said.

    Args:
        lesson: whose ``check`` decides.
        state: its choices are mended, too.
        in_widgets: whether the widgets are still to be drawn, and can follow; if not, and they
            have to, the whole page is drawn anew.
    """
    if lesson.check is None:
        return state.choices
    used, mended = lesson.check(state.choices)
    if mended and not in_widgets:
        st.rerun()
    if mended:
        own, said = words(lesson.package, chosen_language()), kit_words()
        state.complaints += tuple(mended_sentence(one, own, said) for one in mended)
        state.choices = dict(used)
        for one in mended:
            put_one(lesson, lesson.by_key[one.key], one.used)
    return state.choices


def mended_sentence(one: Mended, own: Words, said: Words) -> str:
    """What was asked, what holds instead, and why (Markdown)."""
    why = own(one.sentence, asked=one.asked, used=one.used) if one.sentence else one.reason
    return said(
        "link.mended",
        key=code(one.key),
        asked=code(str(one.asked)),
        used=code(str(one.used)),
        why=why,
    )


def write_link(scene: Scene) -> None:
    """Let the address say what is chosen, and which runs are shown."""
    lesson, asked = scene.lesson, st.query_params
    link = written(lesson, scene.state.choices)
    shown = scene.shown
    if shown is not None:
        link["shows"] = shown
    looked_at = [part for part in lesson.training if part.name not in scene.state.unopened]
    link |= {part.link_key: scene.runs[part.name].held.run_id for part in looked_at}
    link |= scene.state.guide.link()
    if scene.of_run is not None and "of" in asked:
        link["of"] = asked["of"]
    link |= switched()
    if asked.to_dict() != link:
        asked.from_dict(link)
