"""Experiments of the arena: each teaches one thing in one click."""

from dashboard.lessons.estimators.controls import ELBO_RATE, ELBO_TOTAL
from dashboard.lessons.vae.presets import Preset

PRESETS: dict[str, Preset] = {
    "start": Preset(
        title="Variance crowns the wrong one",
        shows="f = z² at μ = σ = 1: Naot's variance is 0, and so is his estimate, always. The "
        "gradient is 2.",
    ),
    "boopy": Preset(
        title="Boopy wins by a factor",
        shows="One draw of z² each: variance 4 for Boopy, 30 for the score function, 14 with its "
        "best baseline.",
        choices={"n": 1, "est": ("pathwise", "score_function", "optimal_baseline")},
    ),
    "score": Preset(
        title="The score function wins",
        shows="cos(2z) is bounded but steep: one draw has variance 0.441 with the score function "
        "and 1.940 with Boopy.",
        choices={"f": "cos", "k": 2.0, "n": 1, "est": ("pathwise", "score_function")},
    ),
    "step": Preset(
        title="Boopy is biased",
        shows="A step has slope 0 almost everywhere: autograd refuses Boopy, too. The score "
        "function and the measure-valued gradient need no slope.",
        choices={
            "f": "step",
            "k": 0.5,
            "est": ("pathwise", "naive", "score_function", "optimal_baseline", "measure_valued"),
        },
    ),
    "best": Preset(
        title="The best baseline saves the day",
        shows="(z + 4)²: all values are far from 0, and the score function pays for it with "
        "variance 990. Its best baseline leaves 206.",
        choices={
            "k": -4.0,
            "n": 1,
            "est": ("score_function", "constant_baseline", "optimal_baseline"),
        },
    ),
    "worse": Preset(
        title="The mean as baseline makes it worse",
        shows="cos z: a baseline helps between 0 and 2b*, and here b* = 0. Taking the mean E f "
        "raises the variance from 0.324 to 0.431.",
        choices={
            "f": "cos",
            "k": 1.0,
            "n": 1,
            "est": ("score_function", "constant_baseline", "optimal_baseline"),
        },
    ),
    "dimension": Preset(
        title="Dimension kills the score function",
        shows="Σ zᵢ² in 20 dimensions: the score function hears one coordinate through the noise "
        "of all others; Boopy does not.",
        choices={"d": 20, "est": ("pathwise", "naive", "score_function", "optimal_baseline")},
    ),
    "pairs": Preset(
        title="A zero that is right",
        shows="Boopy on pairs ε, −ε: z² has a linear slope, the pair's mean is exactly 2. "
        "Variance 0 like Naot's, but no bias.",
        choices={"est": ("pathwise", "naive", "antithetic", "score_antithetic")},
    ),
    "elbo": Preset(
        title="The VAE's own ELBO",
        shows="The trained encoder and decoder, one real digit. The KL is in closed form: Naot "
        "gets its gradient and nothing of the reconstruction.",
        choices={"f": "elbo", "rate": ELBO_RATE, "total": ELBO_TOTAL},
    ),
    "elbo_sampled": Preset(
        title="The same ELBO, KL sampled",
        shows="Now log q_φ(z) is evaluated at the draws: what Naot gets is noise of mean 0.",
        choices={"f": "elbo_sampled", "rate": ELBO_RATE, "total": ELBO_TOTAL},
    ),
}
