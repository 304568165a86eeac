"""One colour, one meaning, on every page, in charts and in the words of the text.

``ROLE_COLORS`` is the one table of all lessons. Every colour keeps a contrast of 3 : 1 against the
light and the dark background; roles that meet in one picture are told apart with every common form
of colour blindness; words are mixed with the colour of the text until they have the contrast of
text. All is held by ``tests/kit/test_theme.py``.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "data",
    "model",
    "generator",
    "discriminator",
    "score",
    "sampler",
    "elbo",
    "log_likelihood",
    "kl",
    "objective",
    "pathwise",
    "naive",
    "score_function",
    "constant_baseline",
    "optimal_baseline",
    "leave_one_out",
    "measure_valued",
    "antithetic",
    "score_antithetic",
    "warm_up",
    "free_bits",
    "skip",
    "top_down",
    "price",
]

Theme = Literal["light", "dark"]

ROLE_COLORS: dict[Role, str] = {
    # what is drawn from, and what is learned of it
    "data": "#7d8794",
    "model": "#b8479f",
    "generator": "#b8479f",
    "discriminator": "#cc3311",
    "score": "#449966",
    "sampler": "#bb66ee",
    # the terms of a bound, in nats
    "elbo": "#3a78e0",
    "log_likelihood": "#1e9e57",
    "kl": "#d9641e",
    "objective": "#b8479f",
    # estimators of a gradient
    "pathwise": "#0b93ad",
    "naive": "#dc3d43",
    "score_function": "#a9790a",
    "constant_baseline": "#8c6d46",
    "optimal_baseline": "#6f8a12",
    "leave_one_out": "#8a63d2",
    "measure_valued": "#287366",
    "antithetic": "#4d7fc4",
    "score_antithetic": "#736611",
    # remedies against posterior collapse
    "warm_up": "#3399dd",
    "free_bits": "#559911",
    "skip": "#dd6666",
    "top_down": "#7766ee",
    "price": "#dd2277",
}
"""What each colour means; the exact answer has none, see ``Look.truth``.

The generator is the model of a game, the objective the model's own number: both have the model's
colour. Boopy, Naot and the score function are told apart by everybody; the variants of the last
two share the hue of their family for some, so every picture names them as well.
"""


def role_colors() -> dict[str, str]:
    """Every role's colour, by name."""
    return {str(role): color for role, color in ROLE_COLORS.items()}


BACKGROUNDS: dict[Theme, str] = {"light": "#ffffff", "dark": "#10151c"}
TRUTH_COLORS: dict[Theme, str] = {"light": "#1b2430", "dark": "#e8edf3"}
GRID_COLORS: dict[Theme, str] = {"light": "#e3e8ee", "dark": "#2b3440"}
MUTED_COLORS: dict[Theme, str] = {"light": "#5b6673", "dark": "#9aa6b4"}

INK_SHARE = 0.65
"""How much of a role's colour is in the words about it."""

TRUTH_DASH = (6, 4)
"""The exact answer is always this dashed line, in the colour of the text, labelled "exact"."""

LOG_DET_COLORS = {"grows": "#8a7a00", "shrinks": "#2563c4"}
"""log|det J| above and below 0; white between them is area kept.

Yellow and blue are told apart by everybody, and neither is a role of the flow's own pictures."""

ALONG = ("#2563c4", "#8e4fb3", "#c4457a", "#c2560c")
"""Along a quantity from low to high: blue over purple and red to orange, never paler."""

CLASS_COLORS = (
    "#10a0f0",
    "#207010",
    "#1f9e78",
    "#d64f5a",
    "#9a6fd8",
    "#9c7a54",
    "#d080b0",
    "#606090",
    "#96962a",
    "#1aa0b4",
)
"""Colours of the labels of a dataset, in order; a label is also named on hover.

None is near the colour of data, of a model or of a term, which stand beside them.
"""


def along(share: float) -> str:
    """The colour at ``share`` of the way through ``ALONG``, 0 to 1: ``#rrggbb``."""
    place = min(max(share, 0.0), 1.0) * (len(ALONG) - 1)
    first = min(int(place), len(ALONG) - 2)
    pairs = (
        (int(ALONG[first][i : i + 2], 16), int(ALONG[first + 1][i : i + 2], 16)) for i in (1, 3, 5)
    )
    part = place - first
    return "#" + "".join(f"{round((1 - part) * a + part * b):02x}" for a, b in pairs)


def ink(color: str) -> str:
    """The CSS colour of words about something drawn in ``color``.

    No colour has the contrast of text, 4.5 : 1, against a light and a dark background alike, so
    words are drawn in a mixture of it and the colour of the text around them.
    """
    return f"color-mix(in srgb, {color} {INK_SHARE:.0%}, currentColor)"


def inked(color: str, text: str) -> str:
    """The same mixture as a number, for formulas, which know no CSS: of two ``#rrggbb``."""
    pairs = ((int(color[i : i + 2], 16), int(text[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(INK_SHARE * a + (1 - INK_SHARE) * b):02x}" for a, b in pairs)


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a chart is drawn: background theme, and larger type and lines for a projector."""

    theme: Theme = "light"
    projector: bool = False

    @property
    def truth(self) -> str:
        """The colour of exact answers."""
        return TRUTH_COLORS[self.theme]

    @property
    def inks(self) -> dict[str, str]:
        """The colour of every role in formulas, by its name."""
        return {role: inked(color, self.truth) for role, color in role_colors().items()}

    @property
    def muted(self) -> str:
        """The colour of axis labels and notes."""
        return MUTED_COLORS[self.theme]

    @property
    def grid(self) -> str:
        """The colour of grid lines."""
        return GRID_COLORS[self.theme]

    @property
    def font_size(self) -> int:
        """Of axis labels, in pixels."""
        return 18 if self.projector else 12

    @property
    def line_width(self) -> float:
        """Of the main line of a chart, in pixels."""
        return 4.0 if self.projector else 2.0
