"""Experiments that each show one thing in one click, the failures too."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named experiment.

    Attributes:
        title: on its button.
        shows: one sentence: what to look at.
        choices: widget keys that differ from their defaults.
        train_steps: it trains by itself up to this step.
    """

    title: str
    shows: str
    choices: dict[str, Any] = field(default_factory=dict)
    train_steps: int = 3000


PRESETS: dict[str, Preset] = {
    "start": Preset(
        title="Digits in the plane",
        shows="From random weights: the latent plane sorts ten digits that it has no labels of.",
    ),
    "collapse": Preset(
        title="Posterior collapse",
        shows="β = 500: no direction of the data is worth its KL. Codes fall onto the prior, "
        "every image becomes the mean image.",
        choices={"beta": 500.0},
        train_steps=1500,
    ),
    "holes": Preset(
        title="Holes: plain autoencoder",
        shows="Without sampling and KL the codes lie anywhere: prior samples decode to nothing "
        "like the data.",
        choices={"mode": "autoencoder"},
    ),
    "ppca": Preset(
        title="Linear = pPCA",
        shows="A linear VAE meets the exact answer: every curve lands on its dashed line.",
        choices={"data": "digits", "net": "linear", "lr": 0.005, "batch": 128},
        train_steps=8000,
    ),
    "threshold": Preset(
        title="Who may live: λ > βσ²",
        shows="Ten linear dimensions, βσ² = 0.5: only the three eigenvalues above it stay alive "
        "(see KL per dimension).",
        choices={"data": "digits", "net": "linear", "latent": 10, "s2": 0.1, "beta": 5.0,
                 "lr": 0.002, "batch": 128},
        train_steps=6000,
    ),
    "one_knob": Preset(
        title="One knob, not two",
        shows="β = 10, σ² = 0.005 has the same βσ² as the default: the same latent plane from the "
        "same seed, another ELBO.",
        choices={"beta": 10.0, "s2": 0.005},
    ),
    "sigma": Preset(
        title="Let σ² find itself",
        shows="The σ-VAE sets σ² to the mean squared error: watch σ² fall and the KL rise.",
        choices={"var": "optimal"},
    ),
    "wide": Preset(
        title="Twenty dimensions",
        shows="L = 20: how many does the model use, how many would a linear one?",
        choices={"latent": 20, "width": 400},
    ),
    "moons": Preset(
        title="Two moons",
        shows="Data in the plane: the decoded grid is a mesh that folds itself over the moons.",
        choices={"data": "two_moons", "layers": 2, "width": 64, "s2": 0.01, "batch": 128},
        train_steps=6000,
    ),
    "diverge": Preset(
        title="Divergence",
        shows="SGD with a learning rate far too large: the loss leaves the finite numbers.",
        choices={"data": "digits", "net": "linear", "opt": "sgd", "lr": 1.0},
    ),
}  # fmt: skip
