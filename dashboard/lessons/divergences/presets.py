"""The experiments of the divergences lesson."""

from dashboard.kit.lesson import Preset

PRESETS = {
    "equal": Preset(choices={"pair": "equal", "x": 0.5}, train_steps=1000),
    "wide": Preset(choices={"pair": "A", "x": 0.0}, train_steps=2000),
    "dropped": Preset(choices={"pair": "B", "x": -2.0}, train_steps=2000),
    "hinge": Preset(choices={"loss": "hinge"}, train_steps=4000),
    "far": Preset(choices={"panel": "slope", "theta": 8.0}),
    "still": Preset(choices={"loss": "zero_one"}, train_steps=300),
    "fifty": Preset(choices={"source": "fixed"}, train_steps=4000),
    "unleashed": Preset(choices={"loss": "wasserstein", "leash": "none"}, train_steps=20000),
    "ring": Preset(choices={"panel": "gan"}, train_steps=1536),
    "stall": Preset(
        choices={"panel": "gan", "target": "tight", "lrd": 5e-4, "lrg": 2e-3, "beta1": 0.9},
        train_steps=1024,
    ),
    "drops": Preset(
        choices={"panel": "gan", "target": "tight", "lrd": 2e-3, "k": 3}, train_steps=1024
    ),
}
