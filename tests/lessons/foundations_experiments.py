"""What proves the sentences of the foundations lesson's experiments."""

import numpy as np
from claims import Proof
from foundations_found import Found, beside, near, on_one_point, that
from foundations_steps_mixtures import step_of, top_of_bound, touches

from core.foundations.em import run_em
from core.foundations.likelihood import (
    PRINTED_VARIANCE,
    fisher,
    gradient,
    maximum,
    stability_edge,
)


def arrives_after(found: Found, steps: int) -> bool:
    """Whether the page says so."""
    way = {"gradient": "gradient", "natural": "natural gradient"}[found.likelihood.way]
    said = found.says("likelihood.arrives", way=way, steps=f"{steps:,}")
    return said and found.way.num_steps == steps


def is_newton_of_fisher(found: Found) -> bool:
    """Whether the first step is the gradient divided by the Fisher information."""
    config, path = found.likelihood, found.way
    slopes = np.array(gradient(found.x, config.mean, config.sd))
    step = config.learning_rate * slopes / np.diag(fisher(len(found.x), config.sd))
    made = path.means[1] - path.means[0], np.log(path.sds[1] / path.sds[0])
    return bool(np.allclose(made, step, rtol=1e-9))


def repels(found: Found, rate: float) -> bool:
    """Whether a mean a little beside the maximum is led away from it."""
    best = maximum(found.x)
    off = found.other(mu=best.mean + 1e-4, sigma=best.sd, rate=rate).way.means - best.mean
    return bool(abs(off[20]) > abs(off[0]))


def times_thrown_off(found: Found) -> int:
    """How often ℓ, within a thousandth of a nat of the top, falls far below it."""
    below = found.top - found.way.log_likelihoods
    count, is_near = 0, False
    for gap in below:
        count += bool(is_near and gap > 1)
        is_near = bool(gap < 1e-3 or (is_near and gap <= 1))
    return count


def both_are_covered(found: Found) -> bool:
    """Whether the lowest q lies over both bumps, and the page shows it."""
    low, (left, right) = found.minima[0], found.target.means
    is_shown = abs(found.divergence.sd - low.sd) < 1e-5 and abs(found.divergence.mean) < 1e-9
    return is_shown and low.mean - low.sd < left + 0.2 and right - 0.2 < low.mean + low.sd


def ends_in_the_middle(found: Found) -> bool:
    ends = found.says("kls.ends_local", m="0", s="1.7364", value="1.87", best="0.693")
    return ends and abs(found.descent.means[-1]) < 1e-4


def has_fallen(found: Found) -> bool:
    """Whether the page says of the second component that it sits on the tallest height."""
    is_said = found.says("em.singular", which="2", step=4)
    return is_said and found.run.mixture.means[1, 0] == found.rows.max() == 1.77


def only_rounding_stops_it(found: Found) -> bool:
    """Whether ℓ would still rise by as much for every tenth of σ."""
    sd = float(np.sqrt(found.run.mixture.covariances[1, 0, 0]))
    rises = np.diff([sum(on_one_point(found, sd * scale)) for scale in (1, 0.1, 0.01)])
    return found.run.stop == "singular" and bool(np.allclose(rises, np.log(10)))


def ends(found: Found) -> tuple[float, float]:
    """ℓ/N where EM ends and nothing changes any more: of fitted and of held-out rows."""
    run = found.run
    assert run.stop == "converged"
    assert run.held_out is not None
    return round(run.log_likelihoods[-1], 2), round(run.held_out[-1], 2)


def returns(found: Found) -> bool:
    """Whether EM from beside its end comes back to it."""
    start = beside(found.run.mixture, 0.1)
    again = run_em(found.rows, start, 600, found.run.floor).log_likelihoods
    return bool(again[0] < again[-1] - 1e-3 and abs(again[-1] - ends_at(found)) < 1e-9)


def ends_at(found: Found) -> float:
    return float(found.run.log_likelihoods[-1])


EXPERIMENTS = (
    Proof(
        of="presets.heights",
        decisive=("way", "rate"),
        claims={
            (
                "From (1.6, 0.1) the gradient takes 823 steps to the top, at a learning rate of "
                "0.005"
            ): that(
                lambda f: (
                    (f.likelihood.mean, f.likelihood.sd) == (1.6, 0.1)
                    and arrives_after(f.other(way="gradient", rate=0.005), 823)
                )
            ),
            "The natural gradient, which divides by the Fisher information": that(
                is_newton_of_fisher
            ),
            "takes 5 at a rate of 1": that(
                lambda f: f.likelihood.learning_rate == 1 and arrives_after(f, 5)
            ),
            "and the first of them finds the mean": that(
                lambda f: abs(f.way.means[1] - maximum(f.x).mean) < 1e-12
            ),
        },
    ),
    Proof(
        of="presets.printed",
        decisive="sigma",
        claims={
            "σ² = 0.0015, as the lecture prints it": that(
                lambda f: abs(f.likelihood.sd**2 - PRINTED_VARIANCE) < 1e-8
            ),
            "lies 1.404 nats below the maximum": near(lambda f: f.top - f.here, 1.404, 3),
            "which is at σ*² = 0.002921": near(lambda f: maximum(f.x).sd ** 2, 0.002921, 9),
        },
    ),
    Proof(
        of="presets.edge",
        decisive="rate",
        claims={
            "Beyond a learning rate of 2σ*² = 0.005842 the maximum repels the mean": that(
                lambda f: (
                    round(stability_edge(f.x), 9) == 0.005842
                    and repels(f, 0.00585)
                    and not repels(f, 0.00583)
                )
            ),
            (
                "At 0.01 the gradient comes within a thousandth of a nat of the top and is "
                "thrown off again, over and over"
            ): that(lambda f: f.likelihood.learning_rate == 0.01 and times_thrown_off(f) > 20),
            "10,000 steps do not end it": that(
                lambda f: f.says("likelihood.never", way="gradient", steps="10,000")
            ),
        },
    ),
    Proof(
        of="presets.covering",
        decisive=("m", "s"),
        claims={
            (
                "Two unequal bumps: KL(p‖q) wants their mean and variance, −0.45 and 2.8725, "
                "for 0.550 nats"
            ): that(
                lambda f: (
                    np.allclose(
                        (f.divergence.mean, f.divergence.sd**2), (-0.45, 2.8725), atol=1e-5
                    )
                    and np.allclose((f.fit.mean, f.fit.sd**2), (-0.45, 2.8725))
                    and round(f.forward, 3) == round(f.fit.kl, 3) == 0.550
                )
            ),
            "KL(q‖p) wants the larger bump alone, for 0.356 nats": that(
                lambda f: (
                    f.says("kls.ends_global", m="−1.4986", s="0.6025", value="0.356", best="0.356")
                    and f.minima[0].starts[0] == (0,)
                )
            ),
            "which is nearly −log 0.7": that(
                lambda f: abs(f.minima[0].kl + np.log(f.target.weights[0])) < 1e-3
            ),
        },
    ),
    Proof(
        of="presets.covers",
        decisive="p",
        claims={
            "Unit bumps at ±2.6": that(
                lambda f: f.target.means == (-2.6, 2.6) and f.target.sds == (1, 1)
            ),
            "KL(q‖p) covers both, for 0.545 nats": that(
                lambda f: both_are_covered(f) and round(f.reverse, 3) == 0.545
            ),
            "each bump alone is a local optimum of 0.675": that(
                lambda f: [round(o.kl, 3) for o in f.minima if not o.is_global] == [0.675, 0.675]
            ),
        },
    ),
    Proof(
        of="presets.stuck",
        decisive="p",
        claims={
            "Narrow bumps at ±2": that(
                lambda f: f.target.means == (-2.0, 2.0) and f.target.sds == (0.5, 0.5)
            ),
            "from m = 1, as wide as p": that(
                lambda f: f.divergence.mean == 1 and abs(f.divergence.sd - f.fit.sd) < 1e-6
            ),
            "a descent on KL(q‖p) goes to the middle and stays there": that(ends_in_the_middle),
            "at 1.871 nats": near(lambda f: f.descent.kls[-1], 1.871, 3),
            "On either bump it would be 0.693": that(
                lambda f: [round(o.kl, 3) for o in f.minima if o.is_global] == [0.693, 0.693]
            ),
        },
    ),
    Proof(
        of="presets.staircase",
        decisive="t",
        claims={
            "After E the bound touches ℓ, here at −2.40 nats per row": that(
                lambda f: f.says("em.after_e", value="−2.40", step=1) and touches(f)
            ),
            "and is as steep": that(touches),
            "M goes to its top, 0.063 higher": near(top_of_bound, 0.063, 3),
            "ℓ is above it there": that(lambda f: step_of(f)[2] - step_of(f)[1] > 0.02),
            "and has risen by 0.086": near(lambda f: step_of(f)[2] - step_of(f)[0], 0.086, 3),
            "So it never falls": that(lambda f: (np.diff(f.run.log_likelihoods) > -1e-12).all()),
        },
    ),
    Proof(
        of="presets.singularity",
        decisive="floor",
        claims={
            "Two components, put at 1.67 and 1.85, and no floor": that(
                lambda f: f.em.means == ((1.67,), (1.85,)) and f.em.floor == 0
            ),
            "by the fourth step the second has fallen into the one height 1.77": that(has_fallen),
            "and ℓ has climbed from 0.15 to 4.55 nats per row": that(
                lambda f: (
                    np.round(f.run.log_likelihoods[[0, 4]], 2).tolist() == [0.15, 4.55]
                    and (np.diff(f.run.log_likelihoods) > 0).all()
                )
            ),
            "where only float64 stops it": that(only_rounding_stops_it),
            "With a floor of 10⁻⁶ it ends at 2.02": that(
                lambda f: (
                    round(ends_at(f.other(floor=1e-6)), 2) == 2.02
                    and f.other(floor=1e-6).run.stop == "converged"
                )
            ),
        },
    ),
    Proof(
        of="presets.local",
        decisive="start",
        claims={
            "Four components on two moons, two starts": that(
                lambda f: (f.em.num_components, f.em.data) == (4, "two_moons")
            ),
            "on the first four rows EM ends at −2.03 nats per row": that(
                lambda f: (
                    ends(f)[0] == -2.03
                    and f.em.start == "rows"
                    and (f.run.mixtures[0].means == f.rows[:4]).all()
                    and f.says("em.converged", steps=112)
                )
            ),
            "spread out at −2.19": that(lambda f: ends(f.other(start="spread"))[0] == -2.19),
            "Held-out rows agree: −2.06 and −2.26": that(
                lambda f: (ends(f)[1], ends(f.other(start="spread"))[1]) == (-2.06, -2.26)
            ),
            "It climbs the hill on which it stands": that(
                lambda f: returns(f) and returns(f.other(start="spread"))
            ),
        },
    ),
    Proof(
        of="presets.more",
        decisive="kk",
        claims={
            "64 components know 5,000 rows too well": that(
                lambda f: (
                    f.limit.num_components == 64 and f.chosen.kl_train < 0 < f.chosen.kl_paired
                )
            ),
            "on those they seem to be 0.042 nats below the entropy": near(
                lambda f: f.chosen.kl_train, -0.042, 3
            ),
            "on held-out rows they are 0.049 above it": near(
                lambda f: f.chosen.kl_paired, 0.049, 3
            ),
            "16 are 0.020 above it, and no other K on the ladder is nearer": that(
                lambda f: round(f.rung(16).kl_paired, 3) == 0.020 and f.nearest == 16
            ),
        },
    ),
)
