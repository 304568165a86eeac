"""What a VAE is compared with: the run before it, in numbers and in the latent plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.vae.requests import picture
from dashboard.kit.overlays import Compared, overlays_of
from dashboard.kit.questions import Question, Request
from dashboard.lessons.vae.moment import NUM_CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.vae.answers import Picture
    from core.vae.config import VAEConfig
    from dashboard.kit.scene import Scene
    from dashboard.kit.steering import Overlay

CODES = "codes_before"


def comparable(before: VAEConfig, now: VAEConfig) -> bool:
    """Nats per datum can be compared where the data are the same."""
    return before.dataset == now.dataset


def compared(scene: Scene) -> tuple[Compared, ...]:
    """ELBO, KL and squared error, as far as a run has them, on the same held-out rows."""
    said = scene.said
    return (
        Compared(
            name=said("facts.elbo"),
            role="elbo",
            metric="elbo/held_out",
            error="elbo_error/held_out",
        ),
        Compared(name=said("roles.kl"), role="kl", metric="kl/held_out"),
        Compared(
            name=said("terms.squared_error"),
            role="model",
            metric="squared_error/held_out",
        ),
    )


def questions(scene: Scene) -> list[Question]:
    """Where the run before put the rows of the plane; asked once, of its last parameters."""
    overlay = _in_the_plane(scene)
    if overlay is None:
        return []
    run = overlay.run
    asked = (run.state.parameters, run.config, NUM_CODES, (0,), 1)
    return [
        Question(name=CODES, key=overlay.identity, request=Request(function=picture, args=asked))
    ]


def mean(scene: Scene) -> NDArray[np.float32] | None:
    """Posterior means of the run before, ``[n, L]``; None until a worker has found them."""
    overlay, answer = _in_the_plane(scene), scene.answer(CODES)
    found: Picture | None = answer.value
    if overlay is None or found is None or answer.key != overlay.identity:
        return None
    return np.asarray(found.mean, dtype=np.float32)


def _in_the_plane(scene: Scene) -> Overlay | None:
    """The latest run before whose latent space has as many dimensions."""
    count = scene.view.run.config.latent_dim
    fitting = (one for one in overlays_of(scene) if one.run.config.latent_dim == count)
    return next(fitting, None)
