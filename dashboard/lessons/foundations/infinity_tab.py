"""To infinity: more and more components, and a decoder that has infinitely many."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.foundations import requests
from core.foundations.config import LimitConfig
from core.foundations.infinity import LADDER, Rung, pool_of
from dashboard.charts.panel import Panel
from dashboard.components.board import Drag
from dashboard.kit.badges import badge
from dashboard.kit.held_board import held_board
from dashboard.kit.leaf import relative
from dashboard.kit.option import Choices
from dashboard.kit.questions import Question, Request
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.words import Words
from dashboard.lessons.foundations import infinity_panels
from dashboard.lessons.foundations.answers import LADDER_OF, RUNG_OF, all_of, rungs_of
from dashboard.lessons.foundations.board_layout import LAYOUTS
from dashboard.lessons.foundations.numbers import nats
from dashboard.lessons.foundations.tab import Tab

DECODED = "decoded"


def ask(scene: Scene) -> Sequence[Question]:
    """Rungs one after the other, or the digit under the decoder."""
    config: LimitConfig = scene.question.limit
    if config.target == "decoder":
        key = (config.row, config.seed)
        request = Request(function=requests.decoded, args=(config,), worker="training")
        return [Question(name=DECODED, key=key, request=request)]
    return [_rung_question(config), _ladder_question(config)]


def _rung(config: LimitConfig, num_components: int) -> Request:
    asked = (config.target, num_components, config.seed)
    return Request(function=requests.rung, args=asked, worker="training")


def _rung_question(config: LimitConfig) -> Question:
    """The K that is chosen, beside the others."""
    chosen = config.num_components
    return Question(
        name=RUNG_OF, key=(config.target, config.seed, chosen), request=_rung(config, chosen)
    )


def _ladder_question(config: LimitConfig) -> Question:
    """Every K of the ladder, whichever is chosen."""

    def following(so_far: Any) -> Request | None:
        done = len(so_far) if isinstance(so_far, tuple) else 1
        return _rung(config, LADDER[done]) if done < len(LADDER) else None

    return Question(
        name=LADDER_OF,
        key=(config.target, config.seed),
        request=_rung(config, LADDER[0]),
        following=following,
        merge=lambda so_far, more: (*all_of(so_far), more),
    )


def draw(scene: Scene) -> None:
    """The density of K components, and how near more of them come."""
    config: LimitConfig = scene.question.limit
    panels: dict[str, Sequence[Panel]] = {}
    if config.target == "decoder":
        html = _decoder(scene, config, panels)
    else:
        html = _plane(scene, config, panels)
    held_board(scene, "tab_infinity", LAYOUTS["infinity"], panels, html, taken)
    if config.target == "decoder":
        way = relative("evidence", row=str(config.row), q="prior", tab="convergence")
        st.markdown(scene.said("infinity.onward", evidence=way, vae=relative("vae")))


def _plane(
    scene: Scene, config: LimitConfig, panels: dict[str, Sequence[Panel]]
) -> dict[str, str]:
    said, rungs, pool = scene.said, rungs_of(scene), pool_of(config.target)
    chosen = next((r for r in rungs if r.num_components == config.num_components), None)
    panels["limit"] = [infinity_panels.density(pool, chosen, said)]
    if rungs:
        panels["entropy"] = [infinity_panels.ladder(pool, rungs, config, said)]
    note = (
        said("infinity.waits", done=len(rungs), count=len(LADDER))
        if chosen is None
        else _told(chosen, rungs, said)
    )
    return {
        "infinity_note": bold(note),
        "infinity_provenance": " ".join(
            (
                _key(said),
                badge(scene.kit, "trained", said("infinity.fitted", starts=requests.STARTS)),
                badge(scene.kit, "exact", said("infinity.entropy", value=f"{pool.entropy:.6f}")),
            )
        ),
    }


def _key(said: Words) -> str:
    """What the colours of the curves mean."""
    names = (
        (said("infinity.key_train"), infinity_panels.DATA),
        (said("infinity.key_test"), infinity_panels.HELD_OUT),
    )
    return key_of(names, exact=said("infinity.key_exact"))


def _told(chosen: Rung, rungs: Sequence[Rung], said: Words) -> str:
    best = min(rungs, key=lambda rung: rung.kl_paired)
    text = said(
        "infinity.rung",
        count=chosen.num_components,
        train=nats(chosen.kl_train),
        test=nats(chosen.kl_paired),
        error=nats(chosen.kl_paired_error),
    )
    done = {rung.num_components for rung in rungs}.intersection(LADDER)
    if len(done) < len(LADDER):
        return f"{text} {said('infinity.goes_on', done=len(done), count=len(LADDER))}"
    key = "infinity.best" if best.num_components == chosen.num_components else "infinity.better"
    return f"{text} {said(key, best=best.num_components, value=nats(best.kl_paired))}"


def _decoder(
    scene: Scene, config: LimitConfig, panels: dict[str, Sequence[Panel]]
) -> dict[str, str]:
    said, found = scene.said, scene.answer(DECODED).value
    if found is None:
        return {"infinity_note": bold(said("infinity.decodes"))}
    panels["limit"] = [infinity_panels.components(found, config, said)]
    panels["entropy"] = [infinity_panels.approach(found, config, said)]
    value = float(found.log_probs[config.num_draws - 1])
    return {
        "infinity_note": bold(
            said(
                "infinity.decoder",
                count=f"{config.num_draws:,}",
                value=nats(value),
                exact=nats(found.log_p),
            )
        ),
        "infinity_provenance": " ".join(
            (
                badge(scene.kit, "trained", said("infinity.vae", step=f"{found.step:,}")),
                badge(scene.kit, "exact", said("infinity.quadrature", error=f"{found.error:.1g}")),
                badge(scene.kit, "estimate", said("infinity.draws")),
            )
        ),
    }


def taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """The mark of K was moved to another number of components."""
    if drag.panel != "entropy":
        return {}
    if choices["to"] == "decoder":
        return {"draws": int(min(max(round(drag.x), 1), 10_000))} if drag.is_final else {}
    nearest = min(LADDER, key=lambda count: abs(count - drag.x) / count)
    return {"kk": nearest} if drag.is_final else {}


TAB = Tab(ask=ask, draw=draw)
