"""What sentences about a discriminator that is trained on the line claim, each one assertion.

``claims_divergences`` says which words it proves; every claim about training looks at two seeds.
"""

import numpy as np
from divergences_evidence import SEEDS, Found, stops_at
from divergences_exact_claims import are_equal, jumps_at_crossings, near

from core.divergences.exact import risk
from core.divergences.losses import LOG_2, LOSSES
from dashboard.lessons.divergences import choice


def ends_at_log_2(found: Found) -> None:
    are_equal(found)
    for run in found.critics:
        assert 0 <= run.history.latest()["risk"] - LOG_2 < 0.002


def is_slower_than_the_logistic(found: Found) -> None:
    jumps_at_crossings(found)
    for run in found.critics:
        assert run.history.latest()["gap"] > 0.005
    for run in found.other(loss="logistic").critics:
        assert run.history.latest()["gap"] < 0.002


def is_still_above(found: Found) -> None:
    is_slower_than_the_logistic(found)


def stands_still(found: Found) -> None:
    assert found.loss.key == "zero_one"
    assert not found.loss.trains
    np.testing.assert_array_equal(found.loss.slope(np.linspace(-3, 3, 61)), 0)
    for run in found.critics:
        start = run.history.snapshots[0]
        assert (start.step, run.step) == (0, found.steps)
        np.testing.assert_array_equal(start.parameters, run.state.parameters)


def errs_more_than_it_must(found: Found) -> None:
    stands_still(found)
    for run in found.critics:
        assert run.history.latest()["gap"] > 0.01


def others_have_a_slope(found: Found) -> None:
    stands_still(found)
    for key, loss in LOSSES.items():
        assert loss.trains == (key != "zero_one")
        assert loss.slope([0.5])[0] < 0 or key == "zero_one"


def learns_by_heart(found: Found) -> None:
    assert (found.choices["source"], found.choices["points"]) == ("fixed", 50)
    for run in found.critics:
        latest = run.history.latest()
        assert latest["risk_train"] < latest["risk_exact"] - 0.05
        assert (run.history["risk"] >= latest["risk_exact"]).all()


def is_worse_in_truth(found: Found) -> None:
    learns_by_heart(found)
    for run in found.critics:
        latest = run.history.latest()
        assert latest["risk"] > latest["risk_exact"] + 0.2


def fresh_draws_do_not(found: Found) -> None:
    learns_by_heart(found)
    fresh = found.other(source="fresh").run.history.latest()
    assert fresh["gap"] < 0.002


def runs_away(found: Found) -> None:
    assert (found.loss.key, found.choices["leash"]) == ("wasserstein", "none")
    for seed in SEEDS:
        config, controls = choice.critic(dict(found.choices) | {"seed": seed})
        step, risk = stops_at(config, controls, 2000)
        assert 0 < step < 2000
        assert risk < -100


def pays_for_ever(found: Found) -> None:
    """R is linear in D: twice the D has twice the R, and with the sign of t − 1 it is below 0."""
    runs_away(found)
    best = np.sign(found.line.log_t)
    once, twice = (risk(found.loss, scale * best, found.line) for scale in (1.0, 2.0))
    assert twice == 2 * once < 0


def tells_nothing_apart(found: Found) -> None:
    runs_away(found)
    near(risk(found.loss, np.zeros_like(found.line.nodes), found.line), 0, 0)


def a_leash_holds(found: Found) -> None:
    runs_away(found)
    near(found.least(), -0.376, 5e-4)
    near(found.least(), -found.between.w1 / 2, 1e-12)
    leashed, controls = choice.critic(dict(found.choices) | {"leash": "lipschitz"})
    assert stops_at(leashed, controls, 500)[0] == -1
