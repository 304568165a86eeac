"""The VAE lesson on the home page: where the shipped model puts a thousand digits."""

from core.dataset import load_dataset
from core.vae.ready import ready_codes, ready_vae
from dashboard.charts.sketch import dots, placed, sketch
from dashboard.kit.badges import Kind
from dashboard.theme import CLASS_COLORS, Look

KIND: Kind = "trained"
REACH = 4.2
"""The drawn part of the latent plane, from its centre upwards."""


def card(look: Look) -> str:
    """Posterior means of the first training rows, coloured by the class it never saw (SVG)."""
    run = ready_vae()
    if run is None:
        return sketch(look)
    codes, wide = ready_codes(), REACH * 4 / 3
    points = placed(codes, (-wide, -REACH), (wide, REACH))
    labels = load_dataset(run.config.dataset).y_train[: len(codes)]
    parts = (dots(points[labels == k], color) for k, color in enumerate(CLASS_COLORS))
    return sketch(look, *parts)
