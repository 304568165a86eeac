"""The divergence between two Gaussians, term by term."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from core.gaussian import kl_gaussians, kl_terms


def test_kl_asymmetry() -> None:
    assert kl_gaussians(0, 1, 1, 4) == pytest.approx(0.4431471805599453, abs=1e-9)
    assert kl_gaussians(1, 4, 0, 1) == pytest.approx(1.3068528194400546, abs=1e-9)


@pytest.mark.parametrize("dim", [1, 2, 5])
@pytest.mark.parametrize("is_diagonal", [True, False])
def test_terms_of_two_gaussians(dim: int, is_diagonal: bool) -> None:
    generator = np.random.default_rng(dim)
    means = generator.normal(size=(2, dim))
    roots = 0.3 * generator.normal(size=(2, dim, dim)) + np.eye(dim)
    covariances = [root @ root.T for root in roots]
    if is_diagonal:
        covariances = [np.diag(np.diag(each)) for each in covariances]
    terms = kl_terms(means[0], covariances[0], means[1], covariances[1])
    p, q = (
        torch.distributions.MultivariateNormal(torch.tensor(mean), torch.tensor(covariance))
        for mean, covariance in zip(means, covariances, strict=True)
    )
    exact = float(torch.distributions.kl_divergence(p, q))
    assert terms.total == pytest.approx(exact, rel=1e-12)
    precision, apart = np.linalg.inv(covariances[1]), means[1] - means[0]
    assert terms.trace == pytest.approx(np.trace(precision @ covariances[0]), rel=1e-12)
    assert terms.distance == pytest.approx(apart @ precision @ apart, rel=1e-12)
    log_dets = [np.linalg.slogdet(covariance)[1] for covariance in covariances]
    assert terms.log_det == pytest.approx(log_dets[1] - log_dets[0], rel=1e-12)
    assert terms.dim == dim
    if is_diagonal or dim == 1:
        assert terms.per_dim is not None
        assert terms.per_dim.sum() == pytest.approx(terms.total, rel=1e-12)
        assert (terms.per_dim >= 0).all()
    else:
        assert terms.per_dim is None


REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "two dimensions": (
        lambda: kl_gaussians([0, 0], np.eye(2), 0, 1),
        "must have the same dimension, got 2 and 1",
    ),
    "no volume": (
        lambda: kl_gaussians([0, 0], np.ones((2, 2)), [0, 0], np.eye(2)),
        "`cov_p` must be positive definite",
    ),
    "not symmetric": (
        lambda: kl_gaussians([0, 0], np.eye(2), [0, 0], [[1, 0.5], [0, 1]]),
        "`cov_q` must be symmetric",
    ),
    "a negative variance": (lambda: kl_gaussians(0, -1, 0, 1), "`cov_p` must have variances"),
    "shapes": (lambda: kl_gaussians([0, 0], 1, 0, 1), r"`mean_p` must have shape \[D\]"),
}


@pytest.mark.parametrize(("call", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
