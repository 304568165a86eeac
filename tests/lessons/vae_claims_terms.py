"""What sentences claim of terms and exact lines, of a mesh and of a run that diverges.

Each is one assertion on a run; ``claims_vae`` says which words it proves.
"""

import numpy as np
from vae_evidence import Found, distances, evidence, shows

from dashboard.lessons.vae.lesson import PRESETS

# Linear = pPCA


def is_linear(found: Found) -> None:
    assert found.config.network == "linear"


def lands_on_its_lines(found: Found) -> None:
    exact = found.linear()
    for name in ("elbo", "log_likelihood", "kl"):
        assert abs(found.last(f"{name}/held_out") - float(getattr(exact, name))) < 0.15


# Who may live


def bars(found: Found) -> np.ndarray:
    """KL of every dimension, the largest first."""
    kl = [found.last(f"kl_{j}/held_out") for j in range(found.config.latent_dim)]
    return np.sort(kl)[::-1]


def ten_linear_dimensions_at_half(found: Found) -> None:
    is_linear(found)
    shows(found, panel="units")
    assert (found.config.latent_dim, found.controls.effective_weight) == (10, 0.5)


def only_three_live(found: Found) -> None:
    assert (found.eigenvalues > found.controls.effective_weight).sum() == 3
    assert (bars(found) > 0.02).sum() == found.last("active_units") == 3


def bars_are_near_their_rates(found: Found) -> None:
    np.testing.assert_allclose(bars(found), found.linear().rate_per_dim, atol=0.03)


def bars_are_near_the_formula(found: Found) -> None:
    rate = 0.5 * np.log(found.eigenvalues[:3] / found.controls.effective_weight)
    np.testing.assert_allclose(bars(found)[:3], rate, atol=0.05)


def seven_are_at_zero(found: Found) -> None:
    assert bars(found)[3:].max() < 0.02
    assert len(bars(found)) == 10


def three_save_more_than_they_cost(found: Found) -> None:
    top, weight = found.eigenvalues[:3], found.controls.effective_weight
    assert ((top - weight) / 2 > weight * 0.5 * np.log(top / weight)).all()


def bars_go_down(found: Found) -> None:
    assert np.all(np.diff(bars(found)[:3]) < -0.02)


# Let σ² find itself


def variance_is_the_mean_error(found: Found) -> None:
    history = found.run.history
    error = history["squared_error/train"] / found.data.data_dim
    np.testing.assert_allclose(history["decoder_variance"], error, rtol=1e-4)


def variance_falls_and_the_kl_rises(found: Found) -> None:
    shows(found, panel="curves")
    variance, kl = found.run.history["decoder_variance"], found.run.history["kl/held_out"]
    assert variance[-1] < 0.8 * variance[0]
    assert kl[-1] > kl[0] + 1


# Twenty dimensions


def all_twenty_live(found: Found) -> None:
    shows(found, panel="units")
    assert found.config.latent_dim == found.last("active_units") == 20
    assert found.linear().active.all()


def rates_are_more_even(found: Found) -> None:
    assert np.ptp(bars(found)) < 0.7 * np.ptp(found.linear().rate_per_dim)


# Two moons


def data_are_in_the_plane(found: Found) -> None:
    assert found.data.kind == "plane"


def mesh_lies_on_moons(found: Found) -> None:
    assert found.data.name == "two_moons"
    nearest = distances(found.picture.samples, found.data.x_train).min(1)
    assert (nearest < 0.25).mean() > 0.95


def mesh_has_no_fold(found: Found) -> None:
    """Its little squares all turn the same way."""
    axis = np.linspace(-2, 2, 41)
    z = np.stack(np.meshgrid(axis, axis), -1)
    mesh = found.decoded(z.reshape(-1, 2)).reshape(41, 41, -1)
    down, right = np.diff(mesh, axis=0)[:, :-1], np.diff(mesh, axis=1)[:-1]
    turns = right[..., 0] * down[..., 1] - right[..., 1] * down[..., 0]
    assert (turns > 0).all() or (turns < 0).all()


# Divergence


def steps_where_less_still_learns(found: Found) -> None:
    assert (found.config.optimizer, found.controls.learning_rate) == ("sgd", 0.005)
    gentle = evidence({**found.choices, "lr": 0.004}, PRESETS["diverge"].train_steps)
    elbo = gentle.run.history["elbo/held_out"]
    assert gentle.stopped is None
    assert elbo[-1] > elbo[0] + 20


def falls_faster_and_faster(found: Found) -> None:
    falls = -np.diff(found.run.history["elbo/held_out"])[-3:]
    assert (falls > 0).all()
    assert np.all(falls[1:] > 2 * falls[:-1])


def ends_in_no_number(found: Found) -> None:
    assert found.stopped is not None
    assert found.stopped.step <= 10
    assert not np.isfinite(found.stopped.value)


def stops_at_the_last_finite_step(found: Found) -> None:
    assert found.stopped is not None
    assert found.run.step == found.stopped.step - 1
    assert np.isfinite(found.run.history.values).all()
    assert found.run.history.steps.tolist() == list(range(found.run.step + 1))
