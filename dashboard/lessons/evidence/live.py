"""The pictures of the evidence lesson: the map, and below it one of four boards."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from dashboard.kit.controls import control
from dashboard.kit.parts import Live, Part
from dashboard.kit.questions import Question
from dashboard.kit.scene import Scene
from dashboard.kit.standing import failed
from dashboard.lessons.evidence import convergence, gaps, learned_prior, questions, raising
from dashboard.lessons.evidence.answers import known_now, source_of
from dashboard.lessons.evidence.downloads import downloads
from dashboard.lessons.evidence.lesson import TAB
from dashboard.lessons.evidence.map import draw_map
from dashboard.lessons.evidence.provenance import provenance
from dashboard.lessons.evidence.trained import trained_of


@dataclass(frozen=True, kw_only=True)
class Tab:
    """What stands below the map.

    Attributes:
        ask: what it wants to know.
        draw: draws what is known.
    """

    ask: Callable[[Scene], list[Question]]
    draw: Callable[[Scene], None]


TABS = {
    "convergence": Tab(ask=convergence.ask, draw=convergence.draw),
    "gaps": Tab(ask=gaps.ask, draw=gaps.draw),
    "raise": Tab(ask=lambda scene: [], draw=raising.draw),
    "prior": Tab(ask=learned_prior.ask, draw=learned_prior.draw),
}


def ask(scene: Scene) -> list[Question]:
    """The posterior of the row, every best q, and what the q that is chosen splits it into."""
    trained = trained_of(scene)
    if scene.question.problem is not None or trained is None:
        return []
    asked = [questions.prior_question(trained)] if scene.question.learned_prior else []
    source, _ = source_of(scene, trained)
    if source is None:
        return asked
    asked.append(questions.posterior_question(trained, source))
    known = known_now(scene)
    if known.posterior is None:
        return asked  # it comes first: all else would take it a processor
    asked.append(questions.fits_question(trained, source))
    return [*asked, *questions.split_questions(known), *questions.draws_questions(known)]


def draw(scene: Scene) -> None:
    """The map, column and weights, and where every number comes from."""
    known = known_now(scene)
    asked = ("prior", "posterior", "fits", "split", "draws")
    answers = [scene.answer(name) for name in asked]
    texts = sorted({failed(scene.kit, answer.error) for answer in answers if answer.error})
    if any(answer.worker == "suspect" for answer in answers):
        texts.append(scene.kit("worker.suspect"))
    for text in texts:
        st.info(text, icon=":material/info:")
    draw_map(scene, known)
    st.html(provenance(scene, known))


def ask_tab(scene: Scene) -> list[Question]:
    """What the tab that is open wants to know; nobody wants to know the rest any more."""
    is_early = scene.question.problem is None and known_now(scene).posterior is None
    asked = [] if is_early else TABS[scene.choices["tab"]].ask(scene)
    kept = {question.name for question in (*ask(scene), *asked)}
    scene.desk.keep_only(kept)
    return asked


def draw_tab(scene: Scene) -> None:
    """The tab that is open."""
    control(scene, "tab", label_visibility="collapsed")
    TABS[scene.choices["tab"]].draw(scene)


LIVE = Live(
    parts=(
        Part(ask=ask, draw=draw),
        Part(ask=ask_tab, draw=draw_tab, name=TAB, is_later=True),
    ),
    downloads=downloads,
)
