"""What proves the third to fifth step of the foundations lesson's script: two KLs."""

import numpy as np
from claims import Proof
from foundations_found import Found, near, that

from core.foundations.kl_fits import cross_entropy, forward_kl, gaussian_entropy, reverse_kl
from core.foundations.kl_landscape import descent_path, landscape
from core.foundations.kl_optima import crossover
from core.foundations.likelihood import factors


def one_way_up(found: Found) -> bool:
    """Whether KL(p‖q) has one lowest place on a grid over (m, s), and KL(q‖p) several optima."""
    table = landscape(
        found.target, np.linspace(-4.45, 3.55, 81), np.linspace(-1.5, 1.5, 61), "forward"
    )
    inner = table[1:-1, 1:-1]
    beside = [table[1 + a : 60 + a, 1 + b : 80 + b] for a in (-1, 0, 1) for b in (-1, 0, 1)]
    lowest = (inner <= np.minimum.reduce(beside)).sum()
    return bool(lowest == 1 and len(found.minima) == 2)


def only_moments_matter(found: Found) -> bool:
    """Whether E_p log q is that of the moments' Gaussian, for several q."""
    z = np.linspace(-12, 12, 4801)
    density, fit = found.target.density(z), found.fit
    for mean, sd in ((0.0, 1.0), (-2.0, 0.7), (fit.mean, fit.sd)):
        log_q = np.log(factors(z, mean, sd))
        wanted = -np.trapezoid(density * log_q, z)
        apart = abs(wanted - float(cross_entropy(found.target, mean, sd)))
        by_hand = np.log(sd) + 0.5 * np.log(2 * np.pi)
        by_hand += 0.5 * (fit.sd**2 + (fit.mean - mean) ** 2) / sd**2
        if max(apart, abs(wanted - by_hand)) > 1e-6:
            return False
    return True


def width_0_costs(found: Found) -> bool:
    """Whether KL(q‖p) rises by log 10 for every tenth of s, which is what −H(q) does."""
    values = [reverse_kl(found.target, 2.6, sd) for sd in (0.1, 0.01, 0.001)]
    assert np.isclose(-gaussian_entropy(np.log(0.01)) + gaussian_entropy(np.log(0.1)), np.log(10))
    return bool(np.allclose(np.diff(values), np.log(10), atol=0.02))


def covers_up_to_the_crossover(found: Found) -> bool:
    at = crossover().half_distance

    def seeks(half: float) -> bool:
        lowest = found.other(p=f"0.5,-{half:.6f},1;0.5,{half:.6f},1").minima[0]
        return abs(lowest.mean) > 1

    return round(at, 4) == 2.8001 and not seeks(at - 1e-3) and seeks(at + 1e-3)


def ends_from(found: Found, mean: float) -> float:
    """The mean at which a descent from there ends, with the width of the experiment."""
    return float(descent_path(found.target, (mean, found.divergence.sd)).means[-1])


def left_is_as_good(found: Found) -> bool:
    best = [o.mean for o in found.minima if o.is_global]
    assert len(best) == 2
    (left, right), start = sorted(best), found.divergence.mean
    return start - left > right - start


def is_lowest_around(found: Found) -> bool:
    """Whether KL(q‖p) is higher all around the place where the descent ends."""
    mean, sd = float(found.descent.means[-1]), float(found.descent.sds[-1])
    end = reverse_kl(found.target, mean, sd)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    around = [
        reverse_kl(found.target, mean + 0.3 * np.cos(a), sd * np.exp(0.2 * np.sin(a)))
        for a in angles
    ]
    return min(around) > end + 0.005


KL_STEPS = (
    Proof(
        of="script.3",
        decisive=("m", "s"),
        claims={
            "There KL(p‖q) is 4.53 nats": near(
                lambda f: forward_kl(f.target, f.target.means[0], f.target.sds[0]), 4.53, 2
            ),
            "eight times as much": near(
                lambda f: forward_kl(f.target, f.target.means[0], f.target.sds[0]) / f.forward,
                8,
                0,
            ),
            "where the smaller bump is, q has next to nothing": that(
                lambda f: factors(np.array([2.0]), f.target.means[0], f.target.sds[0])[0] < 1e-6
            ),
            "It is too narrow: the smaller bump lies four of its widths away": near(
                lambda f: (f.target.means[1] - f.fit.mean) / f.target.sds[0], 4, 0
            ),
            "and KL(p‖q) is 3.00 nats": near(
                lambda f: forward_kl(f.target, f.fit.mean, f.target.sds[0]), 3.00, 2
            ),
            ("KL(p‖q) has one optimum only over (m, s). It is KL(q‖p) that has several"): that(
                one_way_up
            ),
            "E_p log q depends on p by its mean and variance only": that(only_moments_matter),
            "−0.45 and 2.8725, so s = 1.695": that(
                lambda f: (
                    np.allclose((f.fit.mean, f.fit.sd**2), (-0.45, 2.8725))
                    and round(f.divergence.sd, 3) == round(f.fit.sd, 3) == 1.695
                )
            ),
        },
    ),
    Proof(
        of="script.4",
        decisive="p",
        claims={
            "Each is a local optimum, at 0.675 nats": that(
                lambda f: [round(o.kl, 3) for o in f.minima[1:]] == [0.675, 0.675]
            ),
            "There is something better": that(lambda f: f.reverse < f.minima[1].kl - 0.1),
            "It has three: both bumps and the middle": that(
                lambda f: sorted(round(o.mean, 1) for o in f.minima) == [-2.5, 0, 2.5]
            ),
            "log s in −H(q) keeps it from that: width 0 costs infinitely much": that(
                width_0_costs
            ),
            "Covering costs 0.545 nats, either bump 0.675": that(
                lambda f: [round(o.kl, 3) for o in f.minima] == [0.545, 0.675, 0.675]
            ),
            "Only with bumps beyond ±2.8001 does seeking win": that(covers_up_to_the_crossover),
        },
        asides=("move them apart and look at the star",),
    ),
    Proof(
        of="script.5",
        decisive="p",
        claims={
            "From 1.8 it would": that(lambda f: abs(ends_from(f, 1.8) - 2) < 0.01),
            "From 1 it is still the middle that draws": that(
                lambda f: f.divergence.mean == 1 and abs(f.descent.means[-1]) < 1e-4
            ),
            "It is as good as the right one, but farther away": that(left_is_as_good),
            "Every step lowers KL(q‖p), from 2.58 down to 1.871": that(
                lambda f: (
                    (np.diff(f.descent.kls) < 1e-12).all()
                    and round(f.descent.kls[0], 2) == 2.58
                    and round(f.descent.kls[-1], 3) == 1.871
                )
            ),
            "it never comes back to where it was": that(
                lambda f: len(set(f.descent.kls[:20])) == 20
            ),
            "The middle is a local optimum: all around it KL(q‖p) is higher": that(
                is_lowest_around
            ),
            "Far away on a bump, and as narrow as that, it is 0.693, nearly log 2": that(
                lambda f: (
                    round(f.minima[0].kl, 3) == 0.693 and abs(f.minima[0].kl - np.log(2)) < 1e-3
                )
            ),
            "half of p is given away": that(
                lambda f: (
                    f.target.weights == (0.5, 0.5)
                    and abs(f.minima[0].mean - f.target.means[0]) < 1e-3
                    and abs(f.minima[0].sd - f.target.sds[0]) < 1e-3
                )
            ),
        },
    ),
)
