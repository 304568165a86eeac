"""Numbers and sentences of the GAN and of its judge, each of what is shown."""

import math

from core.divergences.config import JudgeConfig
from core.divergences.game_answers import GamePicture
from dashboard.kit.scene import Scene
from dashboard.kit.words import Words
from dashboard.lessons.divergences.gan_shown import Shown, covered, divergence
from dashboard.lessons.divergences.names import CRITIC, MODEL, PICTURE
from dashboard.lessons.divergences.numbers import nats, short
from dashboard.theme import ink

LOST = 1e-3
"""Mass of p_g outside of the picture that is spoken of."""

CLOSE = 0.01
"""Above its floor R is called as good as there."""


def verdict(shown: Shown, said: Words) -> str:
    """What is said of the generator, what is true, and which dropped modes that is (Markdown)."""
    picture = shown.picture
    if picture is None:
        return said("gan_told.waits")
    exact = divergence(shown, picture)
    values = {
        "name": said(f"gan_told.name_{shown.metric}"),
        "says": nats(picture.says),
        "exact": nats(exact),
        "step": f"{shown.step:,}",
    }
    values["far"] = far(shown, exact, said)
    if shown.judge is None:
        return said("gan_told.game" if shown.step else "gan_told.game_untrained", **values)
    sentences = [_frozen(shown.judge, said), said("gan_told.judge", **values)]
    if shown.said_by_game is not None:
        sentences.append(said("gan_told.game_said", says=nats(shown.said_by_game)))
    gap = picture.risk - picture.floor
    if gap < CLOSE:
        sentences.append(said("gan_told.close", gap=nats(gap)))
    return " ".join(sentences)


def far(shown: Shown, exact: float, said: Words) -> str:
    """The step of the staircase that is nearest (Markdown)."""
    count = len(shown.modes)
    found = covered(shown.loss, count, exact)
    key = {0: "none_covered", count: "all_covered"}.get(found, "covered")
    return said(f"gan_told.{key}", covered=found, all=count, missing=count - found)


def _frozen(judge: JudgeConfig, said: Words) -> str:
    key = "gan_told.frozen" if judge.step else "gan_told.frozen_untrained"
    return said(key, step=f"{judge.step:,}")


def nodes(picture: GamePicture, said: Words) -> str:
    """How far the JS is from that with twice the nodes; empty while that is not known."""
    if math.isnan(picture.error):
        return said("gan_told.rough")
    return said("gan_told.nodes", error=f"{picture.error:.1g}")


def modes(found: GamePicture, said: Words) -> str:
    """Who holds the least, by both counts; what lies outside of the picture (Markdown)."""
    count = len(found.near)
    sentences = [
        said(
            "gan_told.modes",
            all=count,
            near=short(float(found.near.min())),
            within=short(float(found.within.min())),
            between=f"{max(0.0, found.mass - float(found.within.sum())):.0%}",
        )
    ]
    if 1 - found.mass > LOST:
        sentences.append(said("gan_told.outside", share=f"{1 - found.mass:.1%}"))
    return " ".join(sentences)


def facts(scene: Scene) -> str:
    """Step, speed, R(D), its floor and the exact divergence (HTML)."""
    view, said = scene.view, scene.said
    parts = [f"{said('facts.step')} <b>{view.run.step:,}</b>"]
    if view.training and view.steps_per_second:
        parts.append(f"<b>{view.steps_per_second:,.0f}</b> {said('facts.speed')}")
    found = measured(scene)
    if found is not None:
        step, risk, floor, js = found
        parts += [
            f'<span style="color:{ink(CRITIC)}">R(D) <b>{nats(risk)}</b></span>',
            f"{said('facts.exact')} <b>{nats(floor)}</b>",
            f'<span style="color:{ink(MODEL)}">JS <b>{nats(js)}</b></span>',
        ]
        if step != view.run.step:
            parts.append(said("facts.at", step=f"{step:,}"))
    return " ".join(f"<span>{part}</span>" for part in parts)


def measured(scene: Scene) -> tuple[int, float, float, float] | None:
    """Step, R(D), floor and JS of what was judged last: the picture, or a record after it."""
    view, answer = scene.view, scene.answer(PICTURE)
    latest = view.run.history.latest() if len(view.run.history) else {}
    recorded = int(view.run.history.steps[-1]) if latest else -1
    if answer.value is not None and isinstance(answer.key, tuple):
        identity, step, _ = answer.key
        if identity == (scene.steered.name, view.run_id, view.generation) and step >= recorded:
            return step, answer.value.risk, answer.value.floor, answer.value.js
    return (recorded, latest["risk"], latest["risk_exact"], latest["js"]) if latest else None
