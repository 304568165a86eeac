"""The GAN: densities that are known exactly, D over the plane, what the game says of itself."""

from collections.abc import Sequence

import streamlit as st

from core.divergences.config import JudgeConfig
from core.divergences.losses import LOSSES
from core.history import History
from dashboard.charts.panel import Panel
from dashboard.kit.badges import badge
from dashboard.kit.controls import control
from dashboard.kit.downloads import Download, run_downloads
from dashboard.kit.held_board import held_board
from dashboard.kit.overlays import Compared
from dashboard.kit.questions import Answer
from dashboard.kit.scene import Scene
from dashboard.kit.sentences import bold, key_of
from dashboard.kit.stages import stages
from dashboard.kit.standing import tell
from dashboard.kit.words import code
from dashboard.lessons.divergences import gan_curves, gan_modes, gan_planes, gan_told
from dashboard.lessons.divergences.board_layout import LAYOUTS
from dashboard.lessons.divergences.choice import GAN
from dashboard.lessons.divergences.gan_judge import back, freeze
from dashboard.lessons.divergences.gan_questions import STAGES, asked, is_running
from dashboard.lessons.divergences.gan_shown import Shown
from dashboard.lessons.divergences.gan_stages import stages_of
from dashboard.lessons.divergences.names import CRITIC, DATA, MODEL, PICTURE
from dashboard.lessons.divergences.tab import Tab

BOARD = "tab_gan"


def draw(scene: Scene) -> None:
    """Keys, what is looked at more closely while the run stands, and the board."""
    _tell(scene, scene.answer(PICTURE))
    _controls(scene)
    shown = shown_now(scene)
    _closer(scene, shown)
    held_board(
        scene, BOARD, LAYOUTS[BOARD], _panels(scene, shown), _html(scene, shown), lambda c, d: {}
    )


def _tell(scene: Scene, answer: Answer) -> None:
    """Why there is no picture: densities that the cells cannot resolve are said in a sentence."""
    error = answer.error
    if error is not None and error.type == ValueError.__name__:
        st.warning(scene.said("gan.refused", reason=code(error.text)), icon=":material/grid_off:")
    elif error is not None or answer.worker == "suspect":
        tell(scene, answer)


def shown_now(scene: Scene) -> Shown:
    """What is drawn: the picture is of the moment that it was asked for."""
    run, answer = scene.view.run, scene.answer(PICTURE)
    judge = run.config if isinstance(run.config, JudgeConfig) else None
    return Shown(
        run=run,
        gan=run.config if judge is None else judge.gan,
        judge=judge,
        loss=LOSSES[run.config.loss],
        picture=answer.value,
        step=run.step if answer.key is None else answer.key[1],  # type: ignore[index]
        has_dots=scene.choices["dots"],
        is_live=is_running(scene.view),
        said_by_game=None if judge is None else said_by_game(scene, judge),
    )


def said_by_game(scene: Scene, judge: JudgeConfig) -> float | None:
    """What the game's own D said last before G was frozen, in the same loss; None if unknown."""
    game = scene.views[GAN].run
    if game.config != judge.gan or judge.gan.loss != judge.loss:
        return None
    return said_at(game.history, judge.step)


def said_at(history: History, step: int) -> float | None:
    """``says`` of the last record that is not after ``step``."""
    before = history.steps <= step
    return float(history["says"][before][-1]) if before.any() else None


def _panels(scene: Scene, shown: Shown) -> dict[str, Sequence[Panel]]:
    said = scene.said
    others = [gan_curves.risk(shown, said)]
    if shown.judge is None:
        others.insert(0, gan_curves.other(shown, said))
    panels: dict[str, Sequence[Panel]] = {
        "generated": [gan_planes.generated(shown, said)],
        "discriminator": [gan_planes.discriminator(shown, said)],
        "distance": [gan_curves.distance(shown, said)],
        "data": [gan_planes.data(shown, said)],
        "risks": others,
    }
    if shown.picture is not None:
        bars = gan_modes.bars(shown.picture.near, shown.picture.within, said)
        panels["modes"] = [bars]
    return panels


def _html(scene: Scene, shown: Shown) -> dict[str, str]:
    said, picture = scene.said, shown.picture
    sentences = [gan_told.verdict(shown, said)]
    if picture is not None:
        sentences.append(gan_told.modes(picture, said))
    return {
        "gan_key": _key(scene, shown),
        "gan_note": bold(" ".join(sentences)),
        "gan_provenance": _provenance(scene, shown),
    }


def _key(scene: Scene, shown: Shown) -> str:
    said = scene.said
    most = f"{gan_planes.scale_of(shown):g}"
    names = ((said("gan.key_data"), DATA), (said("gan.key_model"), MODEL))
    critic = "gan.key_critic" if shown.judge is None else "gan.key_judge"
    return key_of((*names, (said(critic, most=most), CRITIC)), exact=said("gan.key_exact"))


def _provenance(scene: Scene, shown: Shown) -> str:
    said, kit = scene.said, scene.kit
    exact = said("gan.exact_detail")
    if shown.picture is not None:
        exact = f"{exact}: {gan_told.nodes(shown.picture, said)}"
    step = said("gan.trained_detail", step=f"{shown.step:,}")
    if shown.judge is not None:
        step = said("gan.judge_detail", step=f"{shown.step:,}", frozen=f"{shown.judge.step:,}")
    marks = [
        badge(kit, "exact", exact),
        badge(kit, "trained" if shown.step else "untrained", step),
    ]
    if shown.has_dots and shown.picture is not None:
        count = f"{len(shown.picture.samples):,}"
        marks.append(badge(kit, "estimate", said("gan.dots_detail", count=count)))
    return " ".join(marks)


def _controls(scene: Scene) -> None:
    """The judge, and what is drawn besides."""
    said, judges = scene.said, scene.choices["judge"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="gan_keys"):
        if judges:
            st.button(
                said("gan.back"),
                key="back_to_game",
                icon=":material/sports_esports:",
                on_click=back,
                args=(scene.lesson,),
            )
        st.button(
            said("gan.again" if judges else "gan.ask"),
            key="ask_judge",
            icon=":material/gavel:",
            type="secondary" if judges else "primary",
            help=said("gan.ask_help"),
            disabled=not judges and not scene.view.run.step,
            on_click=freeze,
            args=(scene.lesson,),
        )
        control(scene, "dots")
        control(scene, "closer", label_visibility="collapsed")


def _closer(scene: Scene, shown: Shown) -> None:
    """The surface of D, or a step in slow motion."""
    closer = scene.choices["closer"]
    if closer == "slow":
        _slow(scene, shown)
    elif closer == "surface" and shown.is_live:
        st.caption(scene.said("gan.pause_and_look"))
    elif closer == "surface":
        control(scene, "which", label_visibility="collapsed")
        if shown.picture is not None:
            from dashboard.lessons.divergences.gan_surface import draw_surface

            draw_surface(shown, scene.choices["which"], scene.look, scene.said)


def _slow(scene: Scene, shown: Shown) -> None:
    if shown.judge is not None:
        st.caption(scene.said("gan_slow.game_only"))
        return
    answer = scene.answer(STAGES)
    if answer.error is not None:
        tell(scene, answer)
    found = answer.value if answer.is_current else None
    stages(
        scene,
        "gan_slow",
        LAYOUTS["gan_slow"],
        () if found is None else stages_of(found, shown.gan, scene.said),
    )


def downloads(scene: Scene) -> Sequence[Download]:
    """The curves and the run that is steered."""
    return run_downloads(scene.main.held.latest)


def compared(scene: Scene) -> Sequence[Compared]:
    """R(D) and the exact divergence."""
    return (
        Compared(name="R(D)", role="discriminator", metric="risk", digits=4),
        Compared(name="JS", role="generator", metric="js", digits=4),
    )


TAB = Tab(ask=asked, draw=draw, facts=gan_told.facts, downloads=downloads, compared=compared)
