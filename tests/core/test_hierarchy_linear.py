"""The closed form of the linear two-level model, and what follows from it."""

import math

import numpy as np
import pytest
import torch
from hierarchy_cases import (
    elbo_of_rows,
    joint_terms,
    joint_under_q,
    latent_prior,
    random_model,
    tensors_of,
)
from numpy.typing import NDArray
from scipy.stats import multivariate_normal

from core.hierarchy.linear import (
    aggregate,
    information,
    linear_terms,
    mean_log_likelihood,
    skip_price,
    top_kl_at_posterior,
    top_posterior,
)
from core.hierarchy.linear_theory import (
    growth_rates,
    sleep_hessian,
    threshold,
    top_down_gain,
    valley,
    valley_model,
)
from core.hierarchy.linear_top_down import TopDownModel, top_down_optimum, top_down_terms
from core.vae.theory import Spectrum, linear_optimum, ppca_log_likelihood

Array = NDArray[np.float64]

EIGENVALUES = np.array([4.0, 2.0, 1.0, 0.5, 0.25])
SPECTRUM = Spectrum(eigenvalues=EIGENVALUES, held_out=EIGENVALUES)
C = np.diag(EIGENVALUES)
VARIANCE = 0.375
BEST = -7.153584183851555

MODELS = [(0, 4, 2, 1, False), (1, 3, 3, 2, False), (2, 4, 2, 2, True), (3, 2, 3, 1, True)]


def some_rows(seed: int, D: int) -> Array:
    generator = np.random.default_rng(seed)
    return generator.standard_normal((50, D)) @ generator.standard_normal((D, D))


@pytest.mark.parametrize(("seed", "D", "L1", "L2", "skip"), MODELS)
def test_the_terms_are_the_expectations_of_their_densities(
    seed: int, D: int, L1: int, L2: int, skip: bool
) -> None:
    model, rows = random_model(seed, D, L1, L2, skip=skip), some_rows(seed, D)
    covariance = rows.T @ rows / len(rows)
    terms = linear_terms(model, covariance)
    t1, t2, t3 = joint_terms(tensors_of(model), 0.3, torch.tensor(covariance))
    assert terms.t1 == pytest.approx(t1.item(), rel=1e-12)
    np.testing.assert_allclose(terms.t2, t2.numpy(), rtol=1e-10)
    np.testing.assert_allclose(terms.t3, t3.numpy(), rtol=1e-10)
    assert terms.top_kl == pytest.approx(t3.sum().item())


@pytest.mark.parametrize(("seed", "D", "L1", "L2", "skip"), MODELS)
def test_the_elbo_is_the_log_likelihood_less_the_divergence_from_the_posterior(
    seed: int, D: int, L1: int, L2: int, skip: bool
) -> None:
    model, rows = random_model(seed, D, L1, L2, skip=skip), some_rows(seed, D)
    covariance = rows.T @ rows / len(rows)
    U = np.zeros((D, L2)) if model.U is None else model.U
    joint = joint_under_q(tensors_of(model), torch.zeros(D, D).double()).numpy()
    value = elbo_of_rows(
        rows,
        np.hstack([model.W, U]),
        latent_prior(model.A, model.S),
        0.3,
        np.vstack([model.V, model.B @ model.V]),
        joint[D:, D:],
    )
    assert linear_terms(model, covariance).elbo == pytest.approx(value, rel=1e-10)
    log_p = multivariate_normal(np.zeros(D), model.covariance).logpdf(rows).mean()
    assert mean_log_likelihood(model, covariance) == pytest.approx(log_p, rel=1e-10)
    assert linear_terms(model, covariance).elbo <= log_p


def test_the_posterior_of_z2_is_that_of_the_joint_gaussian() -> None:
    model = random_model(5, 3, 3, 2)
    joint = latent_prior(model.A, model.S)
    B, G = top_posterior(model.A, model.S)
    np.testing.assert_allclose(B, joint[3:, :3] @ np.linalg.inv(joint[:3, :3]), atol=1e-12)
    np.testing.assert_allclose(G, joint[3:, 3:] - B @ joint[:3, 3:], atol=1e-12)
    z1 = np.random.default_rng(0).multivariate_normal(np.zeros(3), joint[:3, :3], 20_000)
    log_ratio = 0.5 * (np.trace(G) - 2 - np.linalg.slogdet(G)[1]) + 0.5 * (z1 @ B.T) ** 2 @ [1, 1]
    error = log_ratio.std() / math.sqrt(len(z1))
    assert abs(log_ratio.mean() - top_kl_at_posterior(model.A, model.S)) < 4 * error


@pytest.mark.parametrize(
    ("c", "t2"), [(1, 2.510965), (2, 1.817817), (10, 0.208380), (100, -2.094206)]
)
def test_the_valley_is_flat(c: float, t2: float) -> None:
    model = valley_model(SPECTRUM, 3, VARIANCE, c)
    terms, curve = linear_terms(model, C), valley(SPECTRUM, 3, VARIANCE, c)
    assert terms.t1 == pytest.approx(-4.64262, abs=1e-6)
    assert terms.t2.sum() == pytest.approx(t2, abs=1e-6)
    assert terms.top_kl == pytest.approx(math.log(c), abs=1e-12)
    assert terms.elbo == pytest.approx(BEST, abs=1e-12)
    assert mean_log_likelihood(model, C) == pytest.approx(BEST, abs=1e-12)
    assert (curve.t1, curve.t2, curve.t3) == pytest.approx(
        (terms.t1, terms.t2.sum(), terms.top_kl), abs=1e-12
    )
    assert (curve.elbo, curve.objective) == pytest.approx((BEST, BEST), abs=1e-12)
    np.testing.assert_allclose(aggregate(model, C), model.A @ model.A.T + np.eye(3), atol=1e-9)
    assert top_kl_at_posterior(model.A, model.S) == pytest.approx(math.log(c), abs=1e-9)


def test_t2_changes_its_sign_where_the_stretch_pays_the_whole_rate() -> None:
    rate = 0.5 * np.log(EIGENVALUES[:3] / VARIANCE).sum()
    assert rate == pytest.approx(2.5109646503575074, abs=1e-13)
    curve = valley(SPECTRUM, 3, VARIANCE, [12.3, 12.4])
    assert curve.t2[0] > 0 > curve.t2[1]
    assert curve.zero_crossing == pytest.approx(math.exp(rate))


@pytest.mark.parametrize(
    ("c", "value"), [(2, -6.807011), (10, -6.002292), (100, -4.850999), (1e4, -2.548414)]
)
def test_a_cheaper_z2_mints_nats(c: float, value: float) -> None:
    curve = valley(SPECTRUM, 3, VARIANCE, c, top_price=0.5)
    terms = linear_terms(valley_model(SPECTRUM, 3, VARIANCE, c), C)
    assert curve.objective == pytest.approx(value, abs=1e-6)
    assert terms.t1 - terms.t2.sum() - 0.5 * terms.top_kl == pytest.approx(value, abs=1e-6)
    assert curve.objective == pytest.approx(BEST + 0.5 * math.log(c), abs=1e-12)


def test_the_valley_of_another_weight_begins_at_its_own_optimum() -> None:
    optimum = linear_optimum(SPECTRUM, 4, 2.0, VARIANCE)
    curve = valley(SPECTRUM, 4, VARIANCE, [1.0, 5.0], kl_weight=2.0, top_price=1.5)
    for c, t2, objective in zip((1.0, 5.0), curve.t2, curve.objective, strict=True):
        terms = linear_terms(valley_model(SPECTRUM, 4, VARIANCE, c, top_dim=2, kl_weight=2.0), C)
        assert terms.t2.sum() == pytest.approx(t2, abs=1e-12)
        assert terms.elbo == pytest.approx(float(optimum.elbo), abs=1e-12)
        paid = terms.t1 - 2 * (terms.t2.sum() + 1.5 * terms.top_kl)
        assert objective == pytest.approx(paid, abs=1e-12)
    with pytest.raises(ValueError, match=r"`stretches` must be at least 1, got 0\.5"):
        valley(SPECTRUM, 3, VARIANCE, [0.5, 1])


def test_what_is_charged_is_not_what_is_said() -> None:
    model = valley_model(SPECTRUM, 3, VARIANCE, 100)
    assert linear_terms(model, C).top_kl == pytest.approx(4.605, abs=1e-3)
    assert information(model, C) == pytest.approx(1.183, abs=1e-3)
    model = random_model(4, 3, 2, 2)
    joint = joint_under_q(tensors_of(model), torch.tensor(C[:3, :3])).numpy()
    ends = [np.ix_(part, part) for part in ([0, 1, 2], [5, 6], [0, 1, 2, 5, 6])]
    x, z2, both = (np.linalg.slogdet(joint[end])[1] for end in ends)
    assert information(model, C[:3, :3]) == pytest.approx(0.5 * (x + z2 - both), rel=1e-10)


def autograd_hessian(M: float, S: float, top_price: float, kl_weight: float) -> Array:
    """Of the loss of the whole closed form, by A and B, at A = B = 0, Q = 1."""
    fixed = {"W": [[0.8]], "V": [[math.sqrt(M / 8)]], "d": [M / 2], "S": [S], "Q": [1.0]}
    tensors = {name: torch.tensor(v, dtype=torch.float64) for name, v in fixed.items()}

    def loss(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        named = {**tensors, "A": a, "B": b, "U": torch.zeros(1, 1).double()}
        t1, t2, t3 = joint_terms(named, 0.3, torch.tensor([[4.0]]).double())
        return -t1 + kl_weight * (t2.sum() + top_price * t3.sum())

    zero = torch.zeros(1, 1).double()
    hessian = torch.autograd.functional.hessian(loss, (zero, zero))
    return np.array([[h.item() for h in row] for row in hessian])


@pytest.mark.parametrize(
    ("M", "S", "top_price", "lowest"),
    [
        (1, 1, 0, -0.618034),
        (1, 1, 0.5, -0.280776),
        (1, 1, 1, 0),
        (1, 1, 2, 0.381966),
        (2, 1, 1, -0.561553),
        (3, 0.5, 2.5, None),
    ],
)
def test_the_rates_are_those_of_autograds_hessian(
    M: float, S: float, top_price: float, lowest: float | None
) -> None:
    for kl_weight in (1.0, 0.4):
        hessian = autograd_hessian(M, S, top_price, kl_weight)
        np.testing.assert_allclose(sleep_hessian(M, S, top_price, kl_weight), hessian, atol=1e-12)
        rates = growth_rates(M, S, top_price, kl_weight)
        np.testing.assert_allclose(rates, -np.linalg.eigvalsh(hessian), atol=1e-9)
        if lowest is not None:
            assert rates[0] == pytest.approx(-lowest * kl_weight, abs=1e-6)
    assert (rates[0] > 1e-12) == (threshold(M, S) > top_price)


def test_z2_wakes_below_the_threshold_of_all_directions() -> None:
    generator = np.random.default_rng(0)
    root = generator.standard_normal((3, 3))
    M, S = root @ root.T, np.exp(generator.standard_normal(3))
    price = threshold(M, S)
    assert price == pytest.approx(np.linalg.eigvals(M / S[:, None]).real.max(), rel=1e-10)
    assert growth_rates(M, S, 0.999 * price)[0] > 0
    assert growth_rates(M, S, price)[0] == pytest.approx(0, abs=1e-9)
    assert growth_rates(M, S, 1.001 * price)[0] < 0


def test_at_the_flat_optimum_z2_is_marginal() -> None:
    model = valley_model(SPECTRUM, 3, VARIANCE, 1)
    assert threshold(aggregate(model, C), model.S) == pytest.approx(1, abs=1e-12)


def test_the_price_of_a_skip_is_what_it_changes() -> None:
    model = random_model(7, 4, 2, 2, skip=True)
    assert model.U is not None
    expected = np.trace(model.U @ np.diag(model.Q) @ model.U.T) / (2 * 0.3)
    assert skip_price(model) == pytest.approx(expected, rel=1e-12)
    without = random_model(7, 4, 2, 2)
    assert skip_price(without) == 0


def random_top_down(seed: int, D: int, L1: int, L2: int) -> TopDownModel:
    one, other = random_model(seed, D, L1, L2, skip=True), random_model(seed + 1, D, L1, L2)
    assert one.U is not None
    return TopDownModel(
        W=one.W,
        U=one.U,
        A=one.A,
        S=one.S,
        B=other.W[:, :L2].T if L2 <= L1 else other.B @ one.V,
        Q=one.Q,
        V=one.V,
        F=other.A,
        d=one.d,
        decoder_variance=0.3,
    )


@pytest.mark.parametrize(("D", "L1", "L2"), [(4, 2, 1), (3, 2, 2), (3, 1, 2)])
def test_the_top_down_elbo_is_the_log_likelihood_less_its_divergence(
    D: int, L1: int, L2: int
) -> None:
    model, rows = random_top_down(10, D, L1, L2), some_rows(10, D)
    F, Q = model.F, np.diag(model.Q)
    spread = np.block([[F @ Q @ F.T + np.diag(model.d), F @ Q], [Q @ F.T, Q]])
    value = elbo_of_rows(
        rows,
        np.hstack([model.W, model.U]),
        latent_prior(model.A, model.S),
        0.3,
        np.vstack([model.V + F @ model.B, model.B]),
        spread,
    )
    terms = top_down_terms(model, rows.T @ rows / len(rows))
    assert terms.elbo == pytest.approx(value, rel=1e-10)
    assert (terms.t2 >= 0).all()


def test_a_skip_helps_where_z2_sees_x() -> None:
    gain = top_down_gain(SPECTRUM, 2, 1, VARIANCE)
    terms = top_down_terms(top_down_optimum(SPECTRUM, 2, 1, VARIANCE), C)
    assert terms.elbo == pytest.approx(-7.153584184, abs=1e-9)
    assert gain == pytest.approx(0.34291870682747017, abs=1e-12)
    assert terms.elbo - gain == pytest.approx(-7.496502891, abs=1e-9)
    ratio = EIGENVALUES[2:4] / VARIANCE
    both = 0.5 * (ratio - 1 - np.log(ratio)).sum()
    assert top_down_gain(SPECTRUM, 2, 3, VARIANCE) == pytest.approx(both, rel=1e-12)
    wide = top_down_terms(top_down_optimum(SPECTRUM, 2, 3, VARIANCE), C)
    assert wide.elbo == pytest.approx(ppca_log_likelihood(SPECTRUM, 5, VARIANCE), rel=1e-12)
