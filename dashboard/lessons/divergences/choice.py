"""What the options configure: a critic on the line, a GAN of the plane, and a judge of it."""

from core.divergences.config import (
    CriticConfig,
    CriticControls,
    GanConfig,
    GanControls,
    JudgeConfig,
    JudgeControls,
    untrained,
)
from core.divergences.pair import PairConfig
from dashboard.kit.option import Choices
from dashboard.lessons.divergences.texts import pair_named, widths_of

CRITIC, GAN, JUDGE = "", "gan", "judge"
"""The lesson's runs by name; the main one is the critic."""


def pair_of(choices: Choices) -> PairConfig:
    """The two densities that are chosen.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    return pair_named(choices["pair"], choices["p"], choices["q"])


def steers(choices: Choices) -> str:
    """Which run the strip steers: that of the open tab."""
    if choices["panel"] != "gan":
        return CRITIC
    return JUDGE if choices["judge"] else GAN


def critic(choices: Choices) -> tuple[CriticConfig, CriticControls]:
    """The discriminator on the line.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    config = CriticConfig(
        loss=choices["loss"],
        pair=pair_of(choices),
        source=choices["source"],
        points=choices["points"],
        leash=choices["leash"],
        hidden=widths_of(choices["hidden"]),
        fourier=choices["fourier"],
        batch_size=choices["batch"],
        seed=choices["seed"],
    )
    return config, CriticControls(learning_rate=choices["lr"])


def gan(choices: Choices) -> tuple[GanConfig, GanControls]:
    """Generator and discriminator of the plane.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    config = GanConfig(
        target=choices["target"],
        loss=choices["game"],
        generator_loss=choices["pull"],
        noise=choices["h"],
        hidden=widths_of(choices["ghidden"]),
        fourier=choices["gfourier"],
        activation=choices["act"],
        batch_size=choices["gbatch"],
        seed=choices["gseed"],
    )
    controls = GanControls(
        critic_rate=choices["lrd"],
        generator_rate=choices["lrg"],
        beta1=choices["beta1"],
        critic_steps=choices["k"],
    )
    return config, controls


def judge(choices: Choices) -> tuple[JudgeConfig, JudgeControls]:
    """A judge of the generator as it is before its first step: freezing puts another in place.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    config, _ = gan(choices)
    made = JudgeConfig(
        gan=config,
        generator=untrained(config),
        step=0,
        loss=choices["jloss"],
        hidden=widths_of(choices["jhidden"]),
        fourier=choices["jfourier"],
        batch_size=choices["jbatch"],
        seed=choices["jseed"],
    )
    return made, JudgeControls(learning_rate=choices["jlr"])
