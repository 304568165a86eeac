"""What the tab of the GAN asks: its picture, at most twice a second, and the stages of a step."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.divergences import game_requests
from core.divergences.config import JudgeConfig
from core.execution.view import RunView
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.lessons.divergences.names import PICTURE

STAGES = "gan_stages"

DOTS = 800
"""Samples of G that are drawn."""

SECONDS = 0.5
"""Between two pictures of a run that trains: a density is worth about 35 steps."""

MOMENT = "gan_moment"
"""Where the lesson's state keeps what was asked last, and when."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Moment:
    """A picture that was asked for.

    Attributes:
        question: of what.
        asked: when, in seconds.
    """

    question: Question
    asked: float


def is_running(view: RunView) -> bool:
    """Whether the run moves on by itself."""
    return view.training or view.phase == "running"


def asked(scene: Scene) -> Sequence[Question]:
    """The picture of this moment; the stages where they are wanted and the run stands still."""
    questions = [picture_question(scene, time.monotonic())]
    view = scene.view
    if scene.choices["closer"] == "slow" and not scene.choices["judge"] and not is_running(view):
        questions.append(_stages(scene))
    return questions


def picture_question(scene: Scene, now: float) -> Question:
    """The question of this moment; while the run trains the last one, if it is of just now."""
    view = scene.view
    identity = (scene.steered.name, view.run_id, view.generation)
    kept: Moment | None = scene.state.drawn.get(MOMENT)
    goes_on = is_running(view)
    if (
        goes_on
        and kept is not None
        and kept.question.identity == identity
        and now - kept.asked < SECONDS
    ):
        return kept.question
    question = Question(
        name=PICTURE,
        key=(identity, view.run.step, goes_on),
        identity=identity,
        request=_request(view, is_running=goes_on),
    )
    scene.state.drawn[MOMENT] = Moment(question=question, asked=now)
    return question


def _request(view: RunView, *, is_running: bool) -> Request:
    run = view.run
    if isinstance(run.config, JudgeConfig):
        args = (run.state.parameters, run.config, DOTS)
        return Request(function=game_requests.judge_picture, args=args)
    function = game_requests.game_picture
    return Request(function=function, args=(run.state.parameters, run.config, DOTS, is_running))


def _stages(scene: Scene) -> Question:
    view, controls = scene.view, scene.main.controls
    run = view.run
    return Question(
        name=STAGES,
        key=(view.run_id, view.generation, run.step, controls),
        request=Request(
            function=game_requests.stages, args=(run.state, run.step, run.config, controls)
        ),
    )
