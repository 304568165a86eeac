"""Flow experiments that each show one thing in one click, the failures too. No streamlit."""

from dashboard.kit.lesson import Preset

WALK = {"mode": "density", "data": False, "play": True}
"""What the map is told where an experiment shows the way through the layers."""

STAND = {"mode": "density", "data": True, "play": False}

PRESETS = {
    "cumulative": Preset(
        choices={
            "layer": "additive-cumulative_sum",
            "k": 1,
            "on": "z",
            "start": "hand",
            "panel": "samples",
        },
        opening=WALK | {"mode": "logdet"},
    ),
    "affine": Preset(
        choices={
            "layer": "affine-linear",
            "k": 1,
            "on": "z",
            "start": "hand",
            "scale": 0.4,
            "shift": 0.3,
            "coupling": 0.8,
            "panel": "samples",
        },
        opening=WALK,
    ),
    "one_affine": Preset(
        choices={"layer": "affine-made", "k": 1, "rate": 0.005}, train_steps=2000, opening=STAND
    ),
    "spline": Preset(choices={"k": 1, "bins": 16, "rate": 0.005}, train_steps=2500, opening=STAND),
    "stack": Preset(
        choices={"layer": "affine-made", "k": 5, "rate": 0.005}, train_steps=4000, opening=STAND
    ),
    "no_flips": Preset(
        choices={"layer": "affine-made", "k": 5, "between": "none", "rate": 0.005},
        train_steps=4000,
        opening=STAND,
    ),
    "fold": Preset(
        choices={
            "layer": "wave-none",
            "k": 1,
            "on": "z",
            "start": "hand",
            "panel": "density",
            "closer": "fold",
        },
        opening=WALK,
    ),
    "fast_slow": Preset(
        choices={"layer": "affine-made", "on": "z", "rate": 0.005, "closer": "cost"},
        train_steps=1000,
        opening=STAND,
    ),
    "square": Preset(
        choices={
            "target": "checkerboard",
            "base": "uniform",
            "k": 4,
            "bins": 16,
            "rate": 0.005,
            "panel": "density",
        },
        train_steps=2000,
        opening=STAND,
    ),
    "america": Preset(
        choices={"target": "zip_codes", "k": 5, "bins": 16, "rate": 0.005, "panel": "samples"},
        train_steps=3000,
        opening=STAND,
    ),
    "yours": Preset(choices={"target": "mixture", "rate": 0.005}, train_steps=1500, opening=STAND),
}
