"""The experiments of the foundations lesson."""

from dashboard.kit.lesson import Preset

TWIN = "0.5,-2.6,1;0.5,2.6,1"
"""Two unit bumps that the reverse divergence covers."""

TIGHT = "0.5,-2,0.5;0.5,2,0.5"
"""Target B of the spec: two narrow bumps."""

BESIDE = "1.67;1.85"
"""Two components for the ten heights, one of them above the tallest: it falls into that one."""

PRESETS = {
    "heights": Preset(choices={"tab": "likelihood", "way": "natural", "rate": 1.0}),
    "printed": Preset(
        choices={"tab": "likelihood", "mu": 1.683, "sigma": 0.0387298, "way": "none"}
    ),
    "edge": Preset(choices={"tab": "likelihood", "rate": 0.01}),
    "covering": Preset(choices={"tab": "kls", "m": -0.45, "s": 1.694845}),
    "covers": Preset(choices={"tab": "kls", "p": TWIN, "m": 0.0, "s": 2.460503}),
    "stuck": Preset(choices={"tab": "kls", "p": TIGHT, "m": 1.0, "s": 2.061553}),
    "staircase": Preset(choices={"tab": "em", "t": 3}),
    "singularity": Preset(
        choices={"tab": "em", "data": "numbers", "k": 2, "c": BESIDE, "floor": 0.0, "t": 8}
    ),
    "local": Preset(choices={"tab": "em", "start": "rows", "t": 224}),
    "more": Preset(choices={"tab": "infinity", "kk": 64}),
}
