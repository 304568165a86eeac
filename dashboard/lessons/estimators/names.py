"""What the pictures of the lesson call things: estimators, the coordinate, the parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.theme import ink, role_colors

if TYPE_CHECKING:
    from dashboard.kit.words import Words
    from dashboard.lessons.estimators.choice import Choice


def color_of(name: str) -> str:
    """The colour of an estimator's marks."""
    return role_colors()[name]


def ink_of(name: str) -> str:
    """The colour (CSS) of words about an estimator."""
    return ink(color_of(name))


def title_of(name: str, said: Words) -> str:
    """An estimator as the page calls it."""
    return said.value("est", name)


def dot(name: str, said: Words) -> str:
    """An estimator in a legend (HTML)."""
    return f'<span style="color:{ink_of(name)}"><b>●</b> {title_of(name, said)}</span>'


def coordinate(choice: Choice) -> str:
    """The latent coordinate that is shown."""
    return "z" if choice.config.size == 1 else f"z{subscript(choice.component + 1)}"


def wanted(choice: Choice) -> str:
    """With respect to what the gradient is."""
    config = choice.config
    j = "" if config.size == 1 else subscript(choice.component + 1)
    if config.block == "mean":
        return f"μ{j}"
    if config.is_elbo:
        return f"log σ²{j}"
    return f"Σ{j}{j}" if config.is_full else f"σ{j}"


def subscript(number: int) -> str:
    """A number below the line."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
