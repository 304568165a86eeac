"""What of the VAE lesson's view a link carries besides its controls: the snapshot, the plane."""

from collections.abc import Callable

from dashboard.kit.option import Option
from dashboard.kit.places import labels_of, places_of

NOW = "now"
"""Of the snapshots of a run: none of them, but the present."""


def is_step(text: str) -> None:
    """Refuse what cannot be the step of a snapshot; whether there is one, the run knows.

    Raises:
        ValueError: naming what it must be.
    """
    if text != NOW and not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError(f"`back` must be a training step or `{NOW}`")


def _on_plane(key: str, valid: Callable[[str], None]) -> Option:
    """What the plane holds in the browser."""
    return Option(key=key, look="text", applies="view", default="", valid=valid, place="picture")


PLANE = (
    Option(key="back", look="text", applies="view", default=NOW, valid=is_step, place="page"),
    _on_plane("pins", places_of("pins", 2)),
    _on_plane("cursor", places_of("cursor", 1)),
    _on_plane("hide", labels_of("hide")),
)
