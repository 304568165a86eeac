"""Two KLs: a target and the Gaussian that is to be like it, in two senses."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.foundations.config import (
    LEAST_SD,
    MOST_BUMPS,
    MOST_PLACE,
    MOST_SD,
    DivergenceConfig,
)
from dashboard.charts.panel import Panel
from dashboard.components.board import Drag
from dashboard.kit.badges import badge
from dashboard.kit.held import held_number, held_text
from dashboard.kit.held_board import MOVING, apart, held_board, while_dragged
from dashboard.kit.option import Choices
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.words import Words
from dashboard.lessons.foundations import kls_panels, kls_told, plane_panels
from dashboard.lessons.foundations.answers import sampled_of, target_of
from dashboard.lessons.foundations.board_layout import LAYOUTS
from dashboard.lessons.foundations.kls_panels import BALL, BUMP
from dashboard.lessons.foundations.tab import Tab
from dashboard.lessons.foundations.texts import bumps_of, gaussians_of, text_of

FIELD = 170
"""Pixels that a number field is wide."""

PEAK = 1 / math.sqrt(2 * math.pi)


def draw(scene: Scene) -> None:
    """Fields for what is dragged, and the board."""
    config: DivergenceConfig = scene.question.divergence
    if config.pair == "plane":
        held_text(scene, "pair")
    else:
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            held_number(scene, "m", width=FIELD)
            held_number(scene, "s", width=FIELD)
            held_text(scene, "p")
    apart(scene, _board)


def _board(scene: Scene) -> None:
    config: DivergenceConfig = scene.question.divergence
    if config.pair == "plane":
        _plane(scene, config)
    else:
        _mixture(scene, config)


def _mixture(scene: Scene, config: DivergenceConfig) -> None:
    target, sampled, said = target_of(config), sampled_of(config), scene.said
    ends = while_dragged(scene, "tab_kls", "line", kls_panels.line_ends(target))
    top = while_dragged(scene, "tab_kls", "top", kls_panels.highest(target, config))
    panels: dict[str, Sequence[Panel]] = {
        "densities": [kls_panels.densities(target, config, ends, top, said)],
        "landscape": [kls_panels.landscape_panel(target, config, said)],
        "integrands": [kls_panels.integrands_panel(target, config, ends, said)],
        "sampled": [kls_panels.sampled_panel(sampled, config, said)],
    }
    html = {
        "kls_note": bold(kls_told.told(target, config, sampled, said)),
        "kls_table": kls_told.table_html(target, config, said),
        "kls_provenance": " ".join(
            (
                _key(said),
                badge(scene.kit, "exact", said("kls.quadrature")),
                badge(scene.kit, "estimate", said("kls.draws", count=f"{config.num_samples:,}")),
            )
        ),
    }
    held_board(scene, "tab_kls", LAYOUTS["kls"], panels, html, taken, fragment=MOVING)


def _key(said: Words) -> str:
    """What the colours mean."""
    colors = {
        "p": kls_panels.DATA,
        "q": kls_panels.MODEL,
        "forward_integrand": kls_panels.FORWARD,
        "reverse_integrand": kls_panels.REVERSE,
        "log_ratio": kls_panels.LOG_RATIO,
        "positive": kls_panels.POSITIVE,
    }
    names = ((said(f"kls.key_{name}"), color) for name, color in colors.items())
    return key_of(names, exact=said("kls.key_exact"))


def _plane(scene: Scene, config: DivergenceConfig) -> None:
    said = scene.said
    panels = {
        "densities": [plane_panels.ellipses(config, said)],
        "landscape": [plane_panels.bowl(config, said)],
    }
    html = {
        "kls_note": bold(plane_panels.told(config, said)),
        "kls_table": plane_panels.terms_html(config, said),
        "kls_provenance": badge(scene.kit, "exact", said("provenance.formula")),
    }
    held_board(scene, "tab_kls", LAYOUTS["kls"], panels, html, taken, fragment=MOVING)


def taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """The Gaussian or a bump was moved; a bump was added, or is to go; one at least stays."""
    if choices["what"] == "plane":
        return _plane_taken(choices, drag)
    if drag.panel == "landscape" and drag.handle == BALL:
        return {"m": _rounded(drag.x), "s": _held_sd(drag.y)}
    if drag.panel != "densities":
        return {}
    if drag.handle == BALL:
        return {"m": _rounded(drag.x), "s": _held_sd(PEAK / max(drag.y, 1e-9))}
    bumps = [list(bump) for bump in bumps_of(choices["p"])]
    if drag.act == "add":
        if len(bumps) == MOST_BUMPS:
            return {}
        share = round(sum(share for share, _, _ in bumps) / len(bumps), 2)
        bumps.append([share, min(max(drag.x, -MOST_PLACE), MOST_PLACE), 0.5])
        return {"p": text_of(bumps)}
    place = drag.handle.removeprefix(BUMP)
    if not place.isdecimal() or int(place) >= len(bumps):
        return {}
    if drag.act == "remove":
        del bumps[int(place)]
        return {"p": text_of(bumps)} if bumps else {}
    whole = sum(share for share, _, _ in bumps)
    share = 1.0 if choices["what"] == "line" else bumps[int(place)][0] / whole
    sd = _held_sd(share * PEAK / max(drag.y, 1e-9))
    bumps[int(place)][1:] = [min(max(drag.x, -MOST_PLACE), MOST_PLACE), sd]
    return {"p": text_of(bumps)}


def _plane_taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    pair = [list(gaussian) for gaussian in gaussians_of(choices["pair"])]
    if drag.panel == "landscape":
        pair[1][:2] = [drag.x, drag.y]
        return {"pair": text_of(pair)}
    which, _, what = drag.handle.partition("_")
    if which not in ("p", "q") or drag.act != "move":
        return {}
    one = pair["pq".index(which)]
    if what == "mean":
        one[:2] = [drag.x, drag.y]
    elif what == "first":
        one[2] = _held_sd(abs(drag.x - one[0]))
    elif what == "second":
        one[3] = _held_sd(abs(drag.y - one[1]))
    return {"pair": text_of(pair)}


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")


def _held_sd(value: float) -> float:
    return _rounded(min(max(value, LEAST_SD), MOST_SD))


TAB = Tab(ask=lambda scene: [], draw=draw)
