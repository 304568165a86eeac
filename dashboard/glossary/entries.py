"""What the glossary holds besides what lessons declare themselves. No streamlit.

A term names how it is recognised in the words of a lesson, so that a lesson to come is listed by
itself where it uses the term.
"""

FAMILIES = (("s2", "phi"), ("b", "a_b"), ("L", "rho"))
"""Symbols of different names that share a letter: they stand side by side."""

TERMS = {
    "elbo": r"\bELBO\b",
    "objective": r"\b[Oo]bjective\b",
    "log_likelihood": r"[Ll]og-lik(elihood|\.) term",
    "kl": r"\bKL\b",
    "rate": r"[Rr]ate–distortion|has rate|dashed rate",
    "encoder": r"\b[Ee]ncoder\b",
    "decoder": r"\b[Dd]ecoder\b",
    "prior": r"\b[Pp]rior\b",
    "posterior": r"\b[Pp]osterior\b",
    "collapse": r"\b[Cc]ollapse",
    "active": r"\bactive\b",
    "effective": r"[Ee]ffective weight|βσ²|beta\\sigma\^2",
    "free_bits": r"[Ff]ree bits",
    "warm_up": r"\bwarm-up\b",
    "sigma_vae": r"σ-VAE",
    "heteroscedastic": r"\bheteroscedastic\b",
    "ppca": r"\bpPCA\b",
    "bound": r"\bL_K\b|\bL_1\b",
    "autoencoder": r"[Pp]lain autoencoder",
    "monte_carlo": r"Monte Carlo",
    "flow": r"\b[Ff]low\b",
    "base": r"\b[Bb]ase\b (density|walk)|\bBase\b",
    "transformer": r"\b[Tt]ransformer\b",
    "conditioner": r"\b[Cc]onditioner\b",
    "jacobian": r"Jacobian",
    "monotone": r"\bmonotone\b",
    "flip": r"\b[Ff]lips?\b",
    "spline": r"\b[Ss]plines?\b",
    "made": r"\bMADE\b",
    "maf": r"\bMAF\b",
    "nll": r"\bNLL\b",
    "entropy": r"\bentropy\b",
    "pathwise": r"\bBoopy\b|\b[Pp]athwise\b",
    "reparameterization": r"[Rr]eparameteri[sz]",
    "naive": r"\bNaot\b",
    "score_function": r"\bscore function\b",
    "score": r"the score ",
    "value_times_score": r"f·s|f s",
    "own_gradient": r"own gradient",
    "baseline": r"\b[Bb]aseline\b",
    "best_baseline": r"b\*|b\^\*",
    "leave_one_out": r"leave-one-out",
    "measure_valued": r"[Mm]easure-valued",
    "antithetic": r"\bantithetic\b",
    "mse": r"\bMSE\b|mean squared error",
    "standard_error": r"standard error",
    "quadrature": r"\bquadrature\b",
    "held_out": r"[Hh]eld-out",
    "nats": r"\bnats\b",
}
"""Terms, in the order of the page, and the pattern that finds them in English words."""
