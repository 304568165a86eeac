"""Flow experiments that each show one thing in one click, the failures too."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Preset:
    """A named experiment.

    Attributes:
        title: on its button.
        shows: one sentence: what to look at.
        choices: widget keys that differ from their defaults.
        train_steps: it trains by itself up to this step; 0 where there is nothing to train.
        panel: which panel beside the map it opens.
        closer: which closer look below it opens.
        shows_data: whether the map shows the target's points at first.
        plays: whether the map walks through the layers at once.
    """

    title: str
    shows: str
    choices: dict[str, Any] = field(default_factory=dict)
    train_steps: int = 0
    panel: str = "Training"
    closer: str | None = None
    shows_data: bool = True
    plays: bool = False


PIMA, FOLD, COST = "Cumulative sum", "Break it", "Cost"
CLOSER = (PIMA, FOLD, COST)

PRESETS: dict[str, Preset] = {
    "cumulative": Preset(
        title="Cumulative sum (PIMA-6)",
        shows="x₁ = z₁, x₂ = z₁ + z₂: the grid shears, every cell keeps its area, det J = 1 "
        "(colour by log |det J|: all white).",
        choices={"layer": "additive · cumulative sum", "k": 1, "on": "z", "start": "hand"},
        panel="Samples",
        closer=PIMA,
        shows_data=False,
        plays=True,
    ),
    "affine": Preset(
        title="One affine layer",
        shows="By hand: scale, shift and coupling. Move them: the Jacobian's diagonal is exp of "
        "the log-scale, the coupling stays below it and does not count.",
        choices={
            "layer": "affine · linear",
            "k": 1,
            "on": "z",
            "start": "hand",
            "scale": 0.4,
            "shift": 0.3,
            "coupling": 0.8,
        },
        panel="Samples",
        shows_data=False,
        plays=True,
    ),
    "one_affine": Preset(
        title="One affine layer cannot make two moons",
        shows="However long it trains: given x₁, an affine layer makes x₂ Gaussian, and two moons "
        "need two humps. The NLL stops far above its floor.",
        choices={"layer": "affine · made", "k": 1, "rate": 0.005},
        train_steps=2000,
    ),
    "spline": Preset(
        title="A spline can",
        shows="One more bend per dimension: given x₁, a spline splits x₂ into two humps. The NLL "
        "falls to within a few hundredths of the dashed floor.",
        choices={"rate": 0.005},
        train_steps=2500,
    ),
    "stack": Preset(
        title="Stacking and flips",
        shows="Five affine layers, dimensions exchanged in between: each bends what the last one "
        "kept straight. Play the walk.",
        choices={"layer": "affine · made", "k": 5, "rate": 0.005},
        train_steps=4000,
    ),
    "no_flips": Preset(
        title="Stacking without flips",
        shows="The same five layers, never exchanged: x₁ = τ(z₁) stays Gaussian for ever, and no "
        "depth helps.",
        choices={"layer": "affine · made", "k": 5, "between": "none", "rate": 0.005},
        train_steps=4000,
    ),
    "fold": Preset(
        title="The fold",
        shows="τ(z) = z + a sin(bz) with ab > 1 is not monotone: the sheet folds over itself, "
        "several z share one x. Slide a below.",
        choices={
            "layer": "wave · none",
            "k": 1,
            "on": "z",
            "start": "hand",
            "fold_a": 1.6,
            "fold_b": 2.0,
        },
        panel="Samples",
        closer=FOLD,
        shows_data=False,
        plays=True,
    ),
    "fast_slow": Preset(
        title="Fast and slow direction",
        shows="Conditioned on z, a flow samples in one pass and evaluates in D: training it asks "
        "for the slow direction at every step. Compare the steps per second.",
        choices={"layer": "affine · made", "on": "z", "rate": 0.005},
        train_steps=1000,
        closer=COST,
    ),
    "square": Preset(
        title="A uniform base",
        shows="Splines on [0, 1] map the square onto itself: a checkerboard with its edges.",
        choices={"target": "checkerboard", "base": "uniform", "k": 4, "bins": 16, "rate": 0.005},
        train_steps=3000,
        panel="Density",
    ),
    "america": Preset(
        title="Real data: US zip codes",
        shows="33,109 places, density unknown: no dashed line to reach, but held-out points to be "
        "honest about.",
        choices={"target": "zip_codes", "k": 5, "bins": 16, "rate": 0.005},
        train_steps=3000,
        panel="Samples",
    ),
    "yours": Preset(
        title="Your own mixture",
        shows="Drag the rings in the right picture, press ⟲ Reset, then ▶ Train.",
        choices={"target": "mixture", "rate": 0.005},
        train_steps=1500,
    ),
}
