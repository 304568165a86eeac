"""What goes on by itself, beat by beat: an option that the server moves until there is no more.

Every beat is one run of the fragment, asked for by the browser, so that nothing waits here; a page
that is left stops by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from dashboard.components.ask_on import ask_on
from dashboard.kit.fragments import FIRST, redraw
from dashboard.kit.state import state_of

if TYPE_CHECKING:
    from dashboard.kit.lesson import Lesson
    from dashboard.kit.scene import Scene

BEAT = 0.4
"""Seconds from one to the next."""

_turns = count(1)


def is_playing(scene: Scene, name: str) -> bool:
    """Whether it goes on by itself."""
    return bool(scene.state.drawn.get(name))


def stop_playing(lesson: Lesson, name: str) -> None:
    """It has come to its end, or the visitor went elsewhere."""
    state_of(lesson).drawn[name] = False


def play_button(
    scene: Scene,
    place: Any,
    name: str,
    *,
    play: str,
    pause: str,
    key: str,
    disabled: bool,
    part: str = FIRST,
    begin: Callable[[], None] = lambda: None,
) -> None:
    """A button that starts it, and one that stops it.

    Args:
        scene: what the page is being drawn of.
        place: where the button goes.
        name: of what plays.
        play: what the button says while it stands.
        pause: what it says while it goes on.
        key: of the button, before its state.
        disabled: whether there is nothing to play.
        part: the fragment that shows it.
        begin: in a callback: what comes before the first beat, as to go back to the start.
    """
    plays = is_playing(scene, name)
    place.button(
        pause if plays else play,
        key=f"{key}_{int(plays)}",
        icon=":material/pause:" if plays else ":material/play_arrow:",
        disabled=disabled and not plays,
        on_click=_play,
        args=(scene.lesson, name, not plays, part, begin),
    )


def play_on(scene: Scene, name: str, option: str, seen: Any, following: Any) -> None:
    """The next beat, if it plays: the option becomes ``following`` unless it was moved meanwhile.

    Args:
        scene: what the page is being drawn of.
        name: of what plays.
        option: key of the option that is moved.
        seen: its value now.
        following: its next one.
    """
    beat(scene, name, partial(_move, scene.lesson, option, seen, following))


def beat(
    scene: Scene, name: str, then: Callable[[], None], *, after: float = BEAT, part: str = FIRST
) -> None:
    """The next beat, if it plays.

    Args:
        scene: what the page is being drawn of.
        name: of what plays.
        then: in a callback: what it brings, unless it was stopped meanwhile.
        after: seconds from now.
        part: the fragment that shows it.
    """
    if is_playing(scene, name):
        go_on = partial(_go_on, scene.lesson, name, then, part)
        ask_on(key=name, turn=next(_turns), after=after, of=go_on)


def _play(lesson: Lesson, name: str, plays: bool, part: str, begin: Callable[[], None]) -> None:
    """A callback: it goes on by itself, or stops."""
    if plays:
        begin()
    state_of(lesson).drawn[name] = plays
    redraw(lesson, part)


def _go_on(lesson: Lesson, name: str, then: Callable[[], None], part: str) -> None:
    """A callback: one beat more."""
    if state_of(lesson).drawn.get(name):
        then()
    redraw(lesson, part)


def _move(lesson: Lesson, option: str, seen: Any, following: Any) -> None:
    """The option goes on, unless somebody has gone elsewhere meanwhile."""
    state = state_of(lesson)
    if state.choices[option] == seen:
        state.choices[option] = following
