"""What a code says about x, ``I(x; z)``, where q(z|x) is Gaussian: numpy, torch-free, nats.

What the ELBO charges for z2, its KL, is no such information: along the valley of the linear model
the KL is ``log c`` and grows for ever, while what z2 says about x stays bounded.
Of a linear model and Gaussian data: ``core.hierarchy.linear.information``.
"""

import math

import numpy as np
from numpy.typing import ArrayLike

from core.hierarchy.answers import Information
from core.hierarchy.price_tag import entropy_of
from core.mixtures import LOG_2PI, Mixture


def information_of_rows(mean: ArrayLike, covariance: ArrayLike) -> Information:
    """``I(x; z)`` where x is one of N rows, each as likely: at most ``log N``.

    The entropy of ``1/N Σ q(z|x_n)`` by quadrature, less that of a single q(z|x).

    Args:
        mean: of q(z|x_n), ``[N, L]``, L ≤ 2.
        covariance: of every q(z|x_n), ``[L, L]``.

    Raises:
        ValueError: naming the bound and the value, for L > 2.
    """
    m, s = np.asarray(mean, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    whitened = np.linalg.solve(np.linalg.cholesky(s), m.T).T
    dim = m.shape[1]
    aggregated = Mixture(
        weights=np.full(len(m), 1 / len(m)),
        means=whitened,
        covariances=np.broadcast_to(np.eye(dim), (len(m), dim, dim)),
    )
    entropy, error = entropy_of(aggregated)
    value = entropy - 0.5 * dim * (1 + LOG_2PI)
    return Information(value=value, error=error, most=math.log(len(m)))
