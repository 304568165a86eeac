"""Target mixtures that the tests of the two divergences share."""

import math

import numpy as np

from core.foundations.target import Target1D, symmetric_pair

A = Target1D(weights=(0.7, 0.3), means=(-1.5, 2.0), sds=(0.6, 0.4))
B = symmetric_pair(2.0, 0.5)
COVERED = symmetric_pair(2.6)
FOUR = Target1D(weights=(1, 2, 3, 4), means=(-6, -1, 2, 6), sds=(0.05, 1, 0.3, 2))
NESTED = Target1D(weights=(1, 3), means=(0.2, 0), sds=(0.05, 3))
SPIKES = Target1D(weights=(1, 1, 1), means=(-8, 0, 8), sds=(0.05, 0.05, 0.05))
TARGETS = {"A": A, "B": B, "cover": COVERED, "four": FOUR, "nested": NESTED, "spikes": SPIKES}


def random_target(seed: int) -> Target1D:
    generator = np.random.default_rng(seed)
    count = int(generator.integers(1, 5))
    return Target1D(
        weights=tuple(generator.dirichlet(np.ones(count)) + 1e-3),
        means=tuple(generator.uniform(-8, 8, count)),
        sds=tuple(np.exp(generator.uniform(math.log(0.05), math.log(4.4), count))),
    )
