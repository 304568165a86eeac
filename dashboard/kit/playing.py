"""What goes on by itself, beat by beat: an option that the server moves until there is no more.

Every beat is one run of the fragment, asked for by the browser, so that nothing waits here; a page
that is left stops by itself.
"""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from dashboard.components.ask_on import ask_on
from dashboard.kit.fragments import redraw
from dashboard.kit.lesson import Lesson
from dashboard.kit.scene import Scene
from dashboard.kit.state import state_of

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
    scene: Scene, place: Any, name: str, *, play: str, pause: str, key: str, disabled: bool
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
    """
    plays = is_playing(scene, name)
    place.button(
        pause if plays else play,
        key=f"{key}_{int(plays)}",
        icon=":material/pause:" if plays else ":material/play_arrow:",
        disabled=disabled and not plays,
        on_click=_play,
        args=(scene.lesson, name, not plays),
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
    if is_playing(scene, name):
        go_on: Callable[[], None] = partial(_go_on, scene.lesson, name, option, seen, following)
        ask_on(key=name, turn=next(_turns), after=BEAT, of=go_on)


def _play(lesson: Lesson, name: str, plays: bool) -> None:
    """A callback: it goes on by itself, or stops."""
    state_of(lesson).drawn[name] = plays
    redraw(lesson)


def _go_on(lesson: Lesson, name: str, option: str, seen: Any, following: Any) -> None:
    """A callback: one beat more, unless somebody has gone elsewhere meanwhile."""
    state = state_of(lesson)
    if state.drawn.get(name) and state.choices[option] == seen:
        state.choices[option] = following
    redraw(lesson)
