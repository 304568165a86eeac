"""The experiments of the foundations lesson."""

from dashboard.kit.lesson import Preset

TWIN = "0.5,-2.6,1;0.5,2.6,1"
"""Two unit bumps that the reverse divergence covers."""

TIGHT = "0.5,-2,0.5;0.5,2,0.5"
"""Target B of the spec: two narrow bumps."""

PRESETS = {
    "heights": Preset(choices={"tab": "likelihood"}),
    "printed": Preset(
        choices={"tab": "likelihood", "mu": 1.683, "sigma": 0.0387298, "way": "none"}
    ),
    "edge": Preset(choices={"tab": "likelihood", "rate": 0.01}),
    "covering": Preset(choices={"tab": "kls", "m": -0.45, "s": 1.694845}),
    "covers": Preset(choices={"tab": "kls", "p": TWIN, "m": 0.0, "s": 2.460503}),
    "stuck": Preset(choices={"tab": "kls", "p": TIGHT, "m": 0.0, "s": 1.736362}),
    "staircase": Preset(choices={"tab": "em", "t": 2}),
    "singularity": Preset(choices={"tab": "em", "data": "numbers", "k": 2, "floor": 0.0, "t": 2}),
    "local": Preset(choices={"tab": "em", "data": "two_moons", "start": "random", "t": 60}),
    "more": Preset(choices={"tab": "infinity", "kk": 64}),
}
