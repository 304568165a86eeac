"""The linear two-level model by the covariance of everything at once: an independent reference.

Under q all of (x, z1, z2) is jointly Gaussian, and so it is under p: every term follows from two
covariance matrices, without one formula of ``core.hierarchy``.
"""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import multivariate_normal
from torch import Tensor

from core.gaussian import kl_gaussians
from core.hierarchy.linear import LinearModel

Array = NDArray[np.float64]
LETTERS = ("W", "A", "S", "V", "d", "B", "Q", "U")


def random_model(seed: int, D: int, L1: int, L2: int, *, skip: bool = False) -> LinearModel:
    generator = np.random.default_rng(seed)

    def normal(*shape: int) -> Array:
        return 0.7 * generator.standard_normal(shape)

    return LinearModel(
        W=normal(D, L1),
        A=normal(L1, L2),
        S=np.exp(normal(L1)),
        V=normal(L1, D),
        d=np.exp(normal(L1)),
        B=normal(L2, L1),
        Q=np.exp(normal(L2)),
        U=normal(D, L2) if skip else None,
        decoder_variance=0.3,
    )


def tensors_of(model: LinearModel) -> dict[str, Tensor]:
    values: dict[str, Any] = {name: getattr(model, name) for name in LETTERS}
    if values["U"] is None:
        values["U"] = np.zeros((len(model.W), len(model.B)))
    return {name: torch.tensor(value) for name, value in values.items()}


def joint_under_q(t: Mapping[str, Tensor], covariance: Tensor) -> Tensor:
    """Covariance of (x, z1, z2) where x has this one: a linear map of independent pieces."""
    D, (L1, L2) = len(covariance), t["A"].shape
    blocks = torch.block_diag(covariance, torch.diag(t["d"]), torch.diag(t["Q"]))
    x = torch.cat([torch.eye(D).double(), torch.zeros(D, L1 + L2).double()], 1)
    z1 = torch.cat([t["V"], torch.eye(L1).double(), torch.zeros(L1, L2).double()], 1)
    noise = torch.cat([torch.zeros(L2, D + L1).double(), torch.eye(L2).double()], 1)
    everything = torch.cat([x, z1, t["B"] @ z1 + noise])
    return everything @ blocks @ everything.T


def expected_log_normal(joint: Tensor, residual: Tensor, variance: Tensor) -> Tensor:
    """``E log N(r; 0, diag variance)`` per dimension, r a linear map of the joint."""
    second = (residual @ joint * residual).sum(1)
    return -0.5 * (math.log(2 * math.pi) + variance.log() + second / variance)


def joint_terms(
    t: Mapping[str, Tensor], decoder_variance: float, covariance: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """T1 ``[]``, T2 ``[L1]`` and T3 ``[L2]`` as differences of expected log-densities."""
    D, (L1, L2) = len(covariance), t["A"].shape
    joint = joint_under_q(t, covariance)
    x, z1, z2 = torch.eye(D + L1 + L2).double().split([D, L1, L2])  # type: ignore[no-untyped-call]
    s2 = torch.full((D,), decoder_variance, dtype=torch.float64)
    t1 = expected_log_normal(joint, x - t["W"] @ z1 - t["U"] @ z2, s2).sum()
    log_q1 = expected_log_normal(joint, z1 - t["V"] @ x, t["d"])
    log_q2 = expected_log_normal(joint, z2 - t["B"] @ z1, t["Q"])
    log_p1 = expected_log_normal(joint, z1 - t["A"] @ z2, t["S"])
    log_p2 = expected_log_normal(joint, z2, torch.ones(L2).double())
    return t1, log_q1 - log_p1, log_q2 - log_p2


def elbo_of_rows(
    rows: Array,
    latent_to_data: Array,
    latent_covariance: Array,
    decoder_variance: float,
    encoder: Array,
    encoder_covariance: Array,
) -> float:
    """``mean log p(x) − KL(q(z|x) ‖ p(z|x))`` with z = (z1, z2) and Bayes' rule for Gaussians."""
    G, P = latent_to_data, latent_covariance
    evidence = G @ P @ G.T + decoder_variance * np.eye(len(G))
    gain = P @ G.T @ np.linalg.inv(evidence)
    posterior = P - gain @ G @ P
    posterior = 0.5 * (posterior + posterior.T)
    log_p = multivariate_normal(np.zeros(len(G)), evidence).logpdf(rows)
    kls = [kl_gaussians(encoder @ x, encoder_covariance, gain @ x, posterior) for x in rows]
    return float(np.mean(log_p - kls))


def latent_prior(A: Array, S: Array) -> Array:
    """Covariance of (z1, z2) under p."""
    return np.block([[A @ A.T + np.diag(S), A], [A.T, np.eye(A.shape[1])]])
