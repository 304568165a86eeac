"""The GAN's tab: what it asks, draws and says, and a judge of a frozen generator."""

import json
from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core.divergences import game_requests
from core.divergences.config import GanConfig, GanControls, JudgeConfig, JudgeControls
from core.divergences.game_answers import GamePicture
from core.divergences.judgement import equal_on_cells, floor_on_cells, judged, risk_on_cells
from core.divergences.losses import LOG_2, LOSSES
from core.divergences.plane import CELL
from core.divergences.targets import target_of
from core.execution.view import RunView
from core.run import Budget, Run
from core.training import advance, new_run
from dashboard.kit.downloads import run_archive
from dashboard.kit.words import words
from dashboard.lessons.divergences import (
    gan_curves,
    gan_modes,
    gan_planes,
    gan_questions,
    gan_stages,
    gan_told,
)
from dashboard.lessons.divergences.gan_shown import (
    Shown,
    coarse,
    covered,
    divergence,
    optimum,
    stairs,
)
from dashboard.lessons.divergences.gan_surface import surface_figure
from dashboard.lessons.divergences.gan_tab import said_at
from dashboard.lessons.divergences.lesson import LESSON
from dashboard.lessons.divergences.numbers import nats
from dashboard.theme import Look

SAID = words(LESSON.package)
GAN = GanConfig()
LOOK = Look(theme="light", projector=False)


@pytest.fixture(scope="module")
def game() -> Run:
    """A game of forty steps."""
    return trained(GAN)


def trained(config: GanConfig, steps: int = 40) -> Run:
    controls = GanControls()
    return advance(new_run(config, controls), controls, Budget(steps=steps))


def pictured(run: Run, *, running: bool = False) -> GamePicture:
    return game_requests.game_picture(run.state.parameters, run.config, 50, running)


def shown(run: Run, **more: Any) -> Shown:
    fields: dict[str, Any] = {"gan": run.config, "judge": None, "step": run.step}
    fields |= {"loss": LOSSES[run.config.loss]} | more
    if "picture" not in fields:
        fields["picture"] = pictured(run)
    return Shown(run=run, **fields)


def test_the_sentence_says_what_the_picture_holds(game: Run) -> None:
    one = shown(game)
    picture = one.picture
    assert picture is not None
    target = target_of(GAN.target)
    density, critic = picture.model.astype(float), picture.critic.astype(float)
    exact = judged(density, target).js
    risk = risk_on_cells("logistic", critic, density, target)
    floor = floor_on_cells("logistic", density, target)
    assert picture.says == pytest.approx(equal_on_cells("logistic", density, target) - risk)
    assert picture.floor == pytest.approx(floor)
    assert exact == pytest.approx(LOG_2 - floor, abs=1e-4)
    text = gan_told.verdict(one, SAID)
    for number in (nats(exact), nats(picture.says)):
        assert number in text
    found = covered(one.loss, 8, exact)
    assert f"**{found} of 8**" in text


def test_as_far_as_names_the_nearest_step_of_the_staircase() -> None:
    loss = LOSSES["logistic"]
    values = stairs(loss, 8)
    assert [covered(loss, 8, float(value)) for value in values] == list(range(1, 9))
    assert covered(loss, 8, 0.2) == 4
    assert covered(loss, 8, 0.0) == 8
    assert covered(loss, 8, np.log(2)) == 0
    assert all(covered(LOSSES[key], 8, LOSSES[key].at_equal) == 0 for key in ("squared", "hinge"))
    assert values[:7] == pytest.approx(
        [0.496929, 0.380396, 0.290305, 0.215762, 0.151796, 0.095603, 0.045407], abs=1e-6
    )


@pytest.mark.parametrize(("loss", "metric"), [("squared", "tri"), ("hinge", "tv")])
def test_another_loss_speaks_of_its_own_divergence(loss: Any, metric: str) -> None:
    run = trained(replace(GAN, loss=loss), 17)
    one = shown(run)
    assert one.picture is not None
    assert one.metric == metric
    exact = divergence(one, one.picture)
    assert exact == pytest.approx(one.loss.at_equal - one.picture.floor, abs=1e-4)
    assert SAID(f"gan_told.name_{metric}") in gan_told.verdict(one, SAID)
    assert gan_curves.distance(one, SAID).y.title == SAID(f"gan.{metric}")
    steps = stairs(one.loss, 8)
    assert steps[-1] == pytest.approx(0, abs=1e-12)
    assert np.all(np.diff(steps) < 0)


def test_d_and_its_best_are_drawn_over_the_same_plane(game: Run) -> None:
    one = shown(game)
    best = optimum(one)
    assert best is not None
    assert one.density is not None
    seen = np.isfinite(best)
    both = one.data + one.density
    assert 0.99 < float(both[seen].sum() / both.sum()) <= 1
    t = one.data[seen] / np.maximum(one.density[seen], 1e-300)
    assert np.exp(best[seen][t < 1e6]) == pytest.approx(t[t < 1e6], rel=1e-6)
    figure = surface_figure(one, "both", LOOK, SAID)
    assert len(figure.data) == 2
    assert len(surface_figure(one, "exact", LOOK, SAID).data) == 1


def test_coarse_cells_hold_the_same_mass(game: Run) -> None:
    density = shown(game).density
    assert density is not None
    fewer = coarse(density, 64)
    assert fewer.sum() * (4 * CELL) ** 2 == pytest.approx(density.sum() * CELL**2)
    assert coarse(fewer, 128) is fewer


def test_the_bars_add_up_to_what_is_in_the_picture(game: Run) -> None:
    picture = pictured(game)
    assert picture.near.sum() == pytest.approx(picture.mass, abs=1e-6)
    assert (picture.within <= picture.near + 1e-6).all()
    near, within = gan_modes.bars(picture.near, picture.within, SAID).marks[:2]
    assert near.y.reshape(8, 4)[:, 1] == pytest.approx(picture.near)  # type: ignore[union-attr]
    assert within.y.reshape(8, 4)[:, 1] == pytest.approx(picture.within)  # type: ignore[union-attr]


def test_dots_are_drawn_only_where_they_are_wanted(game: Run) -> None:
    def kinds(one: Shown) -> list[str]:
        return [getattr(mark, "kind", "") for mark in gan_planes.generated(one, SAID).marks]

    assert "points" not in kinds(shown(game))
    assert "points" in kinds(shown(game, has_dots=True))


def test_frozen_says_how_far_twice_the_nodes_are_and_running_how_rough_it_is(game: Run) -> None:
    still, running = pictured(game), pictured(game, running=True)
    assert still.error < 2e-3
    assert f"{still.error:.1g}" in gan_told.nodes(still, SAID)
    assert np.isnan(running.error)
    assert "0.006" in gan_told.nodes(running, SAID)


def scene_of(run: Run, *, training: bool) -> Any:
    view = SimpleNamespace(run=run, run_id="a", generation=1, training=training, phase="paused")
    return SimpleNamespace(
        view=view,
        steered=SimpleNamespace(name="gan"),
        state=SimpleNamespace(drawn={}),
        choices={"closer": "slow", "judge": False},
        main=SimpleNamespace(controls=run.controls),
    )


def test_a_run_that_trains_is_pictured_at_most_twice_a_second(game: Run) -> None:
    scene = scene_of(game, training=True)
    first = gan_questions.picture_question(scene, 10.0)
    scene.view.run = replace(game, step=game.step + 9)
    assert gan_questions.picture_question(scene, 10.4) is first
    later = gan_questions.picture_question(scene, 10.5)
    assert later.key != first.key
    scene.view.training = False
    still = gan_questions.picture_question(scene, 10.6)
    assert still.key not in (first.key, later.key)
    assert still.request.args[-1] is False


def test_another_run_is_pictured_at_once(game: Run) -> None:
    scene = scene_of(game, training=True)
    first = gan_questions.picture_question(scene, 10.0)
    scene.view.generation = 2
    second = gan_questions.picture_question(scene, 10.1)
    assert not second.is_like(first)


def test_stages_are_asked_for_only_while_the_run_stands(game: Run) -> None:
    assert len(gan_questions.asked(scene_of(game, training=True))) == 1
    still = scene_of(game, training=False)
    assert [q.name for q in gan_questions.asked(still)] == ["gan_picture", "gan_stages"]
    view: RunView = still.view
    assert gan_questions.is_running(view) is False


@pytest.mark.parametrize("critic_steps", [1, 3])
def test_slow_motion_tells_the_numbers_of_the_step_that_is_taken(
    game: Run, critic_steps: int
) -> None:
    controls = replace(GanControls(), critic_steps=critic_steps)
    found = game_requests.stages(game.state, game.step, game.config, controls)
    stages = gan_stages.stages_of(found, game.config, SAID)
    assert len(stages) == len(found) == 3 * critic_steps + 3
    assert len({stage.key for stage in stages}) == len(stages)
    after = advance(game, controls, Budget(steps=1)).state.parameters
    count = game.config.generator_shape.num_parameters
    moved = np.linalg.norm((after - game.state.parameters)[:count].astype(float))
    assert f"{found[-1].update_norm:.4g}" in stages[-1].html["gan_stage_numbers"]
    assert found[-1].update_norm == pytest.approx(moved, rel=1e-4)
    arrows = [mark for mark in stages[-1].panels["gan_x"][0].marks if mark.kind == "arrows"]  # type: ignore[union-attr]
    assert len(arrows) == 1
    scale = gan_stages.arrow_scale(found[-1].push)
    drawn = arrows[0].x2 - arrows[0].x  # type: ignore[union-attr]
    assert drawn == pytest.approx(scale * found[-1].push[:, 0], abs=1e-5)


def judge_of(game: Run, step: int | None = None) -> JudgeConfig:
    count = game.config.generator_shape.num_parameters
    frozen = game.state.parameters[:count].tobytes()
    return JudgeConfig(gan=game.config, generator=frozen, step=step or game.step)


def test_a_judge_finds_more_than_the_game_said_and_never_more_than_there_is(game: Run) -> None:
    config, controls = judge_of(game), JudgeControls()
    run = advance(new_run(config, controls), controls, Budget(steps=150))
    picture = game_requests.judge_picture(run.state.parameters, config, 10)
    assert picture.risk >= picture.floor
    said = said_at(game.history, config.step)
    assert said is not None
    assert picture.says > said
    one = shown(run, gan=config.gan, judge=config, picture=picture, said_by_game=said)
    text = gan_told.verdict(one, SAID)
    for number in (nats(picture.says), nats(picture.js), nats(said), "step 40"):
        assert number in text
    tip = SAID("gan.exact_judge_tip")
    lines = [m for m in gan_curves.distance(one, SAID).marks if getattr(m, "tip", "") == tip]
    assert [m.is_dashed for m in lines] == [True]  # type: ignore[union-attr]
    assert lines[0].y == pytest.approx(run.history.latest()["exact"])  # type: ignore[union-attr]


def test_what_the_game_said_is_of_a_record_before_the_freeze(game: Run) -> None:
    history = game.history
    assert said_at(history, int(history.steps[-1])) == history["says"][-1]
    assert said_at(history, int(history.steps[-1]) - 1) == history["says"][-2]
    assert said_at(replace(history, steps=history.steps[:0], values=history.values[:0]), 5) is None


def test_a_judge_can_be_taken_home(game: Run) -> None:
    config = judge_of(game)
    archive = np.load(BytesIO(run_archive(new_run(config, JudgeControls()))))
    fields = json.loads(str(archive["config"]))
    assert bytes.fromhex(fields["generator"]) == config.generator
