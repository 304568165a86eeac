"""Colours that can be told apart, on both backgrounds."""

import itertools
import tomllib
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from core.estimators.lineup import LINEUP
from dashboard.kit.lesson import Lesson
from dashboard.lessons import LESSONS
from dashboard.theme import (
    BACKGROUNDS,
    CLASS_COLORS,
    INK_SHARE,
    ROLE_COLORS,
    TRUTH_COLORS,
    Look,
    Role,
    Theme,
    ink,
    inked,
)

CONFIG = Path(__file__).resolve().parents[2] / "dashboard/.streamlit/config.toml"


def linear_rgb(color: str) -> np.ndarray:
    srgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    low, high = sorted([float(weights @ linear_rgb(one)), float(weights @ linear_rgb(other))])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", BACKGROUNDS)
@pytest.mark.parametrize("color", sorted({*ROLE_COLORS.values(), *CLASS_COLORS}))
def test_a_colour_stands_out_from_the_background(theme: str, color: str) -> None:
    least = 3.0 if color in ROLE_COLORS.values() else 2.5
    assert contrast(color, BACKGROUNDS[theme]) >= least


SIDEBARS = {
    theme: tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme][
        "secondaryBackgroundColor"
    ]
    for theme in BACKGROUNDS
}


@pytest.mark.parametrize("theme", BACKGROUNDS)
@pytest.mark.parametrize("color", sorted({*ROLE_COLORS.values(), *CLASS_COLORS}))
def test_words_about_a_role_have_the_contrast_of_text(theme: str, color: str) -> None:
    assert ink(color) == f"color-mix(in srgb, {color} {INK_SHARE:.0%}, currentColor)"
    for background in (BACKGROUNDS[theme], SIDEBARS[theme]):
        assert contrast(inked(color, TRUTH_COLORS[theme]), background) >= 4.5


def test_a_mixture_is_the_one_that_a_browser_makes() -> None:
    assert INK_SHARE == 0.65
    assert inked("#ff0000", "#001040") == "#a60616"


@pytest.mark.parametrize("theme", get_args(Theme))
def test_formulas_know_the_ink_of_every_role(theme: Theme) -> None:
    look = Look(theme=theme)
    assert look.inks == {
        role: inked(color, TRUTH_COLORS[theme]) for role, color in ROLE_COLORS.items()
    }


def test_every_estimator_has_a_colour_of_its_own() -> None:
    colors = [ROLE_COLORS[name] for name in LINEUP]
    assert len(set(colors)) == len(colors)


@pytest.mark.parametrize("theme", BACKGROUNDS)
def test_the_exact_line_has_the_contrast_of_text(theme: str) -> None:
    assert contrast(TRUTH_COLORS[theme], BACKGROUNDS[theme]) >= 7.0


# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
BLINDNESS = {
    "none": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* of linear RGB under D65."""
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    t = to_xyz @ np.clip(rgb, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


PICTURES: dict[str, tuple[tuple[Role, ...], float]] = {
    "the terms of a bound": (("elbo", "log_likelihood", "kl"), 15),
    "a bound and what is trained": (("elbo", "objective"), 12),
    "data, reconstructions, samples": (("data", "model", "elbo"), 12),
    "a dimension that lives or dies": (("kl", "data"), 12),
    "a map that rises or falls": (("model", "kl"), 12),
    "what passes cost": (("model", "kl", "log_likelihood", "elbo"), 15),
    "the classmates": (("pathwise", "naive", "score_function"), 15),
    "a game": (("data", "generator", "discriminator"), 12),
    "a sampler on its way": (("data", "model", "score", "sampler"), 12),
    "remedies beside none": (("model", "warm_up", "free_bits", "skip", "top_down", "price"), 15),
}
"""Roles that meet in one picture, and how far apart they are at least (CIE 1976)."""


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize(("roles", "least"), PICTURES.values(), ids=PICTURES.keys())
def test_the_roles_of_one_picture_differ_for_everybody(
    roles: tuple[Role, ...], least: float, blindness: str
) -> None:
    matrix = np.array(BLINDNESS[blindness])
    seen = {role: lab(matrix @ linear_rgb(ROLE_COLORS[role])) for role in roles}
    for one, other in itertools.combinations(roles, 2):
        assert np.linalg.norm(seen[one] - seen[other]) > least, (one, other)


def test_two_meanings_have_two_colours() -> None:
    """But for the model's: the generator of a game, and its own number, the objective."""
    others = {role: color for role, color in ROLE_COLORS.items() if color != ROLE_COLORS["model"]}
    assert set(ROLE_COLORS) - set(others) == {"model", "generator", "objective"}
    for one, other in itertools.combinations(others, 2):
        apart = lab(linear_rgb(others[one])) - lab(linear_rgb(others[other]))
        assert np.linalg.norm(apart) > 8, (one, other)


@pytest.mark.parametrize("role", ["data", "model", "elbo", "log_likelihood", "kl", "objective"])
def test_no_class_has_the_colour_of_a_role_beside_it(role: Role) -> None:
    for color in CLASS_COLORS:
        apart = lab(linear_rgb(color)) - lab(linear_rgb(ROLE_COLORS[role]))
        assert np.linalg.norm(apart) > 15, color


def test_classes_can_be_told_apart() -> None:
    for one, other in itertools.combinations(CLASS_COLORS, 2):
        assert np.linalg.norm(lab(linear_rgb(one)) - lab(linear_rgb(other))) > 25, (one, other)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_a_lesson_speaks_of_known_roles(lesson: Lesson) -> None:
    assert set(lesson.roles) <= set(ROLE_COLORS)


def test_no_estimator_is_orange_or_magenta() -> None:
    """Orange is the KL's, magenta the model's: they carry no further meaning here."""
    for name in LINEUP:
        for other in ("kl", "model"):
            apart = lab(linear_rgb(ROLE_COLORS[name])) - lab(linear_rgb(ROLE_COLORS[other]))
            assert np.linalg.norm(apart) > 25, (name, other)
