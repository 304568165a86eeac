"""The pictures of the estimators lesson: the board that follows the choices, and the race."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.estimators.lineup import LINEUP
from core.estimators.moments import has_exact_variance
from dashboard.charts.panel import Panel
from dashboard.components.board import board
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import heading, small
from dashboard.kit.standing import failed
from dashboard.lessons.estimators import panels
from dashboard.lessons.estimators.answers import Known, known_now
from dashboard.lessons.estimators.board_layout import LAYOUT, MEASURED
from dashboard.lessons.estimators.downloads import downloads
from dashboard.lessons.estimators.names import dot, title_of, wanted
from dashboard.lessons.estimators.questions import questions, race_question
from dashboard.lessons.estimators.race import Raced, draw_race, has_field, race_legend
from dashboard.lessons.estimators.strips_chart import SHOWN
from dashboard.lessons.estimators.submissions import submissions_html

STRIPS = "strips"
"""What of the lesson's state was last measured: pictures, and HTML by place."""

LEFT_STANDING = ("strips_note", "verdict", "table", "table_note")
"""What stays as it was, faded, while the next is measured."""

RACE = "race"
"""What of the lesson's state was last raced."""


def ask(scene: Scene) -> list[Question]:
    """All but the race; nobody wants to know the rest any more."""
    asked, race = questions(scene.question), race_question(scene.question)
    is_running = race is not None and scene.desk.has_asked(race)
    kept = {question.name for question in asked} | ({"race"} if is_running else set())
    scene.desk.keep_only(kept)
    for axis, _ in known_now(scene).sweeps:
        axis.exact_curves(scene.question.config)  # found while the workers measure, and kept
    return asked


def draw(scene: Scene) -> None:
    """Messages, and the board; what is being measured anew stays as it was, faded."""
    known = known_now(scene)
    _messages(scene)
    pictures: dict[str, Sequence[Panel]] = {
        "story": panels.story(scene.question, known.witness, scene.said),
        "strips": [],
        "sweeps": [
            panels.sweep(axis, found, scene.question, scene.said) for axis, found in known.sweeps
        ],
    }
    html = {
        "sweep_title": heading(scene.said("board.sweeps")) if known.sweeps else "",
        "sweep_note": _sweep_legend(scene) if known.sweeps else "",
        "submissions": _submissions(scene, known),
        "story_note": _story_note(scene, known),
    }
    is_stale = known.trial is None and bool(scene.question.config.competitors)
    if known.trial is not None:
        pictures["strips"] = [_strips(scene, known)]
        html["strips_note"] = small(scene.said("strips.note", shown=SHOWN))
        html["provenance"] = panels.provenance(scene, known)
        if known.exact is not None:
            html |= panels.decision(scene.question, known.trial, known.exact, scene.said)
        scene.state.drawn[STRIPS] = (pictures["strips"], html)
    elif is_stale:
        pictures["strips"], last = scene.state.drawn.get(STRIPS, ([], {}))
        html |= {name: last.get(name, "") for name in LEFT_STANDING}
        html["provenance"] = badge(scene.kit, "estimate", scene.said("board.measuring"))
    else:
        html["verdict"] = scene.said("absent.no_estimates")
        html["provenance"] = panels.provenance(scene, known)
    _board(scene, pictures, html, is_stale=is_stale)


def _board(
    scene: Scene,
    pictures: Mapping[str, Sequence[Panel]],
    html: Mapping[str, str],
    *,
    is_stale: bool,
) -> None:
    """Pictures by slot and HTML by place; strips, verdict and table fade while they are old."""
    board(
        words=scene.kit.part("components.board"),
        key="board",
        layout=LAYOUT,
        panels=pictures,
        html=html,
        look=scene.look,
        stale=MEASURED if is_stale else (),
    )


def _messages(scene: Scene) -> None:
    """Who cannot take part, and what could not be computed."""
    said, config = scene.said, scene.question.config
    sentences = [
        said(f"absent.{why.key}", name=title_of(name, said), number=why.number)
        for name, why in config.absentees().items()
    ]
    texts = [said("absent.intro", sentences=" ".join(sentences))] if sentences else []
    if not config.competitors:
        texts.append(said("absent.nobody"))
    answers = [scene.answer(question.name) for question in questions(scene.question)]
    texts += sorted({failed(scene.kit, answer.error) for answer in answers if answer.error})
    if any(answer.worker == "suspect" for answer in answers):
        texts.append(scene.kit("worker.suspect"))
    for text in texts:
        st.info(text, icon=":material/info:")


def _strips(scene: Scene, known: Known) -> Panel:
    assert known.trial is not None
    return panels.strips(scene.question, known.trial, known.exact, known.witness, scene.said)


def _story_note(scene: Scene, known: Known) -> str:
    """What an arrow is, where there are some."""
    if known.witness is None or not known.witness.arrows:
        return ""
    return small(scene.said("arrows.note", wanted=wanted(scene.question)))


def _submissions(scene: Scene, known: Known) -> str:
    if known.witness is None:
        return small(scene.said("board.submissions_wait"))
    title = heading(scene.said("board.submissions"))
    return title + submissions_html(known.witness.submissions, scene.said)


def _sweep_legend(scene: Scene) -> str:
    said, config = scene.said, scene.question.config
    parts = [dot(name, said) for name in LINEUP if name in config.estimators]
    if has_exact_variance(config):
        exact = said("board.exact")
        parts.append(f'<span style="color:{scene.look.truth}"><b>╌╌</b> {exact}</span>')
    parts.append(said("board.no_zero"))
    if config.is_elbo:
        parts.append(said("board.no_axes"))
    return " &nbsp; ".join(parts)


def ask_race(scene: Scene) -> list[Question]:
    """The race, after all that is above it."""
    race = race_question(scene.question)
    return [] if race is None else [race]


def draw_race_part(scene: Scene) -> None:
    """The race; that of the last question stays until the new one has been run."""
    said, config = scene.said, scene.question.race
    title = heading(said("race.title"))
    if config is None:
        is_bounded = scene.question.config.test_function.is_bounded_below
        st.html(title)
        st.info(said("race.nobody" if is_bounded else "race.unbounded"))
        return
    race = known_now(scene).race
    if race is not None:
        scene.state.drawn[RACE] = Raced(config=config, race=race)
    last: Raced | None = scene.state.drawn.get(RACE)
    answer = scene.answer("race")
    if answer.error is not None:
        st.html(title)
        st.info(failed(scene.kit, answer.error))
    elif last is None:
        st.html(f"{title}<p>{said('race.running')}</p>")
    else:
        st.html(title + race_legend(last, said, is_late=answer.is_waiting))
        _race_pictures(scene, last)


def _race_pictures(scene: Scene, run: Raced) -> None:
    """The flat race, and beside it the surface where the visitor wants to turn it."""
    if has_field(run.config):
        control(scene, "surface", on_change=None)  # draws this part, in which it stands
        if scene.choices["surface"]:
            from dashboard.lessons.estimators.surface import draw_surface  # only where it is drawn

            flat, turned = st.columns(2, gap="medium")
            with flat:
                draw_race(run, scene)
            with turned:
                draw_surface(run, scene.look, scene.said)
            return
    draw_race(run, scene)


LIVE = Live(
    parts=(
        Part(ask=ask, draw=draw),
        Part(ask=ask_race, draw=draw_race_part, name="race", is_later=True),
    ),
    downloads=downloads,
)
