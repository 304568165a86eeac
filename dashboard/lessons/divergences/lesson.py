"""The divergences lesson: a loss is a distance in disguise, and a GAN is measured (SUT-DL4 Q3)."""

from core.divergences.config import (
    CriticConfig,
    CriticControls,
    GanConfig,
    GanControls,
    JudgeConfig,
    JudgeControls,
)
from dashboard.components.board_layout import places
from dashboard.kit.lesson import Lesson, Training
from dashboard.lessons.divergences import choice
from dashboard.lessons.divergences.board_layout import LAYOUTS
from dashboard.lessons.divergences.options import OPTIONS
from dashboard.lessons.divergences.presets import PRESETS

PACKAGE = "dashboard.lessons.divergences"

PICTURES = tuple(
    name
    for board, layout in LAYOUTS.items()
    for name in (board, *(f"{board} {place.name}" for place in places(layout)))
)
"""What a script can outline: every board, and every place of it."""

LESSON = Lesson(
    name="divergences",
    package=PACKAGE,
    icon=":material/compare:",
    group="adversarial",
    minutes=35,
    options=OPTIONS,
    presets=PRESETS,
    pictures=PICTURES,
    training=(
        Training(
            config=CriticConfig,
            controls=CriticControls,
            name=choice.CRITIC,
            configure=choice.critic,
            opening_steps=1000,
        ),
        Training(
            config=GanConfig,
            controls=GanControls,
            name=choice.GAN,
            configure=choice.gan,
            opening_steps=1000,
        ),
        Training(
            config=JudgeConfig,
            controls=JudgeControls,
            name=choice.JUDGE,
            configure=choice.judge,
            opening_steps=0,
            carries=("gan", "generator", "step"),
        ),
    ),
    steers=choice.steers,
    warm_modules=(
        "core.divergences.critic_training",
        "core.divergences.gan_training",
        "core.divergences.judge_training",
    ),
    roles=("data", "generator", "discriminator"),
    symbols=("p_d", "p_g", "t", "ell", "alpha", "D", "f", "R", "Delta", "W1", "theta", "G", "s"),
)
