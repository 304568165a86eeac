"""What sentences about GANs claim, each one assertion over several seeds.

A GAN is chaotic: the last digits of a processor decide where it goes. Thresholds leave room for
that: five seeds or six were looked at for every one.
"""

from collections.abc import Mapping

from divergences_evidence import SEEDS, Found, judged

from core.divergences.losses import LOG_2
from core.divergences.staircase import staircase
from core.divergences.targets import target_of
from core.run import Run
from dashboard.lessons.divergences import choice

MODES = 8
JUDGED = 600


def last(run: Run) -> Mapping[str, float]:
    """The newest record."""
    return run.history.latest()


def within(run: Run) -> list[float]:
    """Mass of p_g within three deviations of every centre."""
    return [last(run)[f"within_{k}"] for k in range(MODES)]


# the ring


def is_the_ring(found: Found) -> None:
    assert (found.choices["panel"], found.choices["target"]) == ("gan", "ring")
    assert found.steps >= 1500
    assert len(target_of("ring").means) == MODES


def all_are_held(found: Found) -> None:
    is_the_ring(found)
    for run in found.games:
        assert last(run)["held_within"] == last(run)["held_near"] == MODES
        assert min(within(run)) > 0.02


def says_nothing(found: Found) -> None:
    is_the_ring(found)
    for run in found.games:
        assert abs(last(run)["risk"] - LOG_2) < 0.02
        assert last(run)["says"] < 0.02


def is_far_in_truth(found: Found) -> None:
    is_the_ring(found)
    three_dropped = staircase(MODES).js[MODES - 3 - 1]
    assert 0.15 < three_dropped < 0.152
    for run in found.games:
        assert last(run)["js"] > three_dropped


def is_no_bound_from_above(found: Found) -> None:
    is_the_ring(found)
    for run in found.games:
        assert (run.history["says"] <= run.history["js"] + 1e-9).all()
    is_far_in_truth(found)


def lies_between(found: Found) -> None:
    is_the_ring(found)
    for run in found.games:
        assert last(run)["mass"] - sum(within(run)) > 0.1


def is_found_out(found: Found) -> None:
    is_the_ring(found)
    for seed in SEEDS[:1]:
        config, controls = choice.gan(dict(found.choices) | {"gseed": seed})
        judge = judged(config, controls, found.steps, JUDGED)
        assert 0.1 < judge["says"] <= judge["exact"]
        game = next(found.games)
        assert judge["says"] > 5 * last(game)["says"]


# a stall


def is_four_times_as_fast(found: Found) -> None:
    _, controls = choice.gan(found.choices)
    assert controls.generator_rate == 4 * controls.critic_rate
    assert controls.beta1 == 0.9
    assert found.choices["target"] == "tight"


def stalls(found: Found) -> None:
    is_four_times_as_fast(found)
    assert found.steps >= 1000
    for run in found.games:
        assert 0.55 < last(run)["js"] <= LOG_2


def holds_fewer_than_half(found: Found) -> None:
    is_four_times_as_fast(found)
    for run in found.games:
        assert last(run)["held_within"] < MODES / 2


# dropped modes


def is_ahead(found: Found) -> None:
    _, controls = choice.gan(found.choices)
    assert controls.critic_steps == 3
    assert controls.critic_rate == 2 * controls.generator_rate
    assert found.choices["target"] == "tight"


def drops_modes(found: Found) -> None:
    is_ahead(found)
    assert found.steps >= 1000
    for run in found.games:
        assert last(run)["held_within"] <= 6
        assert last(run)["js"] > 0.3


def is_known_to_the_game(found: Found) -> None:
    drops_modes(found)
    for run in found.games:
        assert 0.2 < last(run)["says"] <= last(run)["js"]
