"""What the hierarchy lesson asks the workers of the run that is shown."""

from dataclasses import replace
from typing import Any

from core.hierarchy import requests
from core.hierarchy.answers import Snake
from core.hierarchy.config import HierarchyControls
from core.hierarchy.remedies import SEEDS, Outcome, remedies_for, treated
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.lessons.hierarchy.snake_panels import reach_of

NUM_CODES = 1000
IMAGES = 8
ROWS, COLUMNS = 4, 8
REMEDY_STEPS = 2000
FLAT_STEPS = 4000
SPLIT_ROWS = 30
"""Held-out rows of the exact split that are done at a time."""


def held_z(scene: Scene) -> tuple[float, float]:
    """The z2 that is held: its first two coordinates."""
    return scene.choices["z"], scene.choices["zz"]


def of(scene: Scene) -> list[Question]:
    """The snake, images of it, and where they are wanted p(z1) and the exact split."""
    view = scene.view
    run, identity = view.run, (view.run_id, view.generation)
    moment: tuple[Any, ...] = (run.state.parameters, run.config)
    z = held_z(scene)[: run.config.top_dim]

    def ask(name: str, function: Any, *args: Any, more: Any = ()) -> Question:
        return Question(
            name=name,
            key=(identity, run.step, more),
            identity=(identity, more) if name != "at" else identity,
            request=Request(function=function, args=(*moment, *args)),
        )

    asked = [
        ask("snake", requests.snake, NUM_CODES),
        ask("at", requests.at, z, NUM_CODES, IMAGES, more=z),
        ask("samples", requests.samples, ROWS, COLUMNS),
    ]
    found = scene.answer("snake").value
    if has_map(scene) and isinstance(found, Snake):
        asked.append(ask("prior", requests.prior_map, reach_of(found), more=reach_of(found)))
    if scene.choices["panel"] == "flow" and has_split(scene) and not view.training:
        asked.append(_split(moment, (identity, run.step)))
    if scene.choices["panel"] == "flow" and not view.training:
        asked += _exact(scene, moment, (identity, run.step))
    if scene.choices["panel"] == "flow":
        asked.append(flat(scene))
    if scene.choices["panel"] == "remedies":
        asked.append(remedies(scene))
    return asked


def flat(scene: Scene) -> Question:
    """The VAE without z2 of the run's sizes, data and seed; the price of z2 is nothing to it."""
    run = scene.view.run
    config = replace(run.config, skip=False, inference="bottom-up", top_dim=1)
    controls = HierarchyControls(
        kl_weight=run.controls.kl_weight,
        decoder_variance=run.controls.decoder_variance,
        learning_rate=run.controls.learning_rate,
    )
    args = (config, controls, FLAT_STEPS)
    return Question(
        name="flat",
        key=args,
        request=Request(function=requests.flat, args=args, worker="training"),
    )


def remedies(scene: Scene) -> Question:
    """Every remedy with every seed, one after the other, on the model that is chosen."""
    config, controls = scene.main.config, scene.main.controls
    pairs = [(remedy, seed) for seed in range(SEEDS) for remedy in remedies_for(config)]
    plain = treated(replace(config, seed=0), controls, "none")

    def part(place: int) -> Request:
        args = (*plain, *pairs[place], REMEDY_STEPS)
        return Request(function=requests.outcome, args=args)

    def following(so_far: Any) -> Request | None:
        done = len(all_outcomes(so_far))
        return part(done) if done < len(pairs) else None

    return Question(
        name="remedies",
        key=plain,
        request=part(0),
        following=following,
        merge=lambda so_far, more: (*all_outcomes(so_far), more),
    )


def all_outcomes(found: Any) -> tuple[Outcome, ...]:
    """What is known of the remedies."""
    if found is None:
        return ()
    return found if isinstance(found, tuple) else (found,)


def has_map(scene: Scene) -> bool:
    """Whether p(z1) is drawn: of a plane, and at once."""
    config = scene.view.run.config
    return bool(config.latent_dim == 2 and config.top_dim == 1)


def has_split(scene: Scene) -> bool:
    """Whether the exact split is found: where p(z1) is, and q(z2|z1) sees z1 only."""
    return has_map(scene) and not scene.view.run.config.sees_x


def _exact(scene: Scene, moment: tuple[Any, ...], key: Any) -> list[Question]:
    """``log p(x)`` where it is known, and what z2 says about x where all is linear."""
    config, variance = scene.view.run.config, scene.view.run.controls.decoder_variance
    asked = []
    if config.is_linear or (config.has_evidence and has_map(scene)):

        def part(first: int) -> Request:
            args = (*moment, variance, first)
            return Request(function=requests.exact_log_evidence, args=args)

        asked.append(
            Question(
                name="evidence",
                key=(*key, variance),
                request=part(0),
                following=lambda so_far: None if so_far.is_whole else part(so_far.num_rows),
                merge=lambda so_far, more: so_far.merged(more),
            )
        )
    if config.is_linear and config.top_dim <= 2:
        request = Request(function=requests.top_information, args=moment)
        asked.append(Question(name="information", key=key, request=request))
    return asked


def _split(moment: tuple[Any, ...], key: Any) -> Question:
    def part(first: int) -> Request:
        return Request(function=requests.split, args=(*moment, first, SPLIT_ROWS))

    return Question(
        name="split",
        key=key,
        request=part(0),
        following=lambda so_far: None if so_far.is_whole else part(so_far.num_rows),
        merge=lambda so_far, more: so_far.merged(more),
    )
