"""The experiments of the divergences lesson."""

from dashboard.kit.lesson import Preset

PRESETS = {
    "equal": Preset(choices={"pair": "equal", "x": 0.5}, train_steps=1000),
    "wide": Preset(choices={"pair": "A"}, train_steps=2000),
    "dropped": Preset(choices={"pair": "B", "x": -2.0}, train_steps=2000),
    "still": Preset(choices={"loss": "zero_one"}, train_steps=300),
    "fifty": Preset(choices={"source": "fixed"}, train_steps=4000),
    "unleashed": Preset(choices={"loss": "wasserstein", "leash": "none"}, train_steps=20000),
}
