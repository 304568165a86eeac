"""The map of the evidence: a posterior, a q to drag over it, and what log p(x) is made of.

The page sends the model, what is exactly known, and noise; bound, divergence and weights follow
the pointer in the browser and need no server. The modules that draw are in
``dashboard/static/evidence_map/``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dashboard.components.evidence_problem import (
    Problem,
    check_problem,
    numbers,
    prior_of,
    problem_message,
    require_shape,
    sizes_of,
)
from dashboard.components.modules import chosen_words, component
from dashboard.components.payload import floats, pack
from dashboard.theme import Look, role_colors

Key = Literal["prior", "encoder", "diagonal", "full", "posterior"]

KEYS: tuple[Key, ...] = ("prior", "encoder", "diagonal", "full", "posterior")
"""The proposals that have a name; "mine", the visitor's own, is always there."""

MOST_DRAWS = 256
"""Draws that the browser weighs itself: more take a worker."""

MOST_WEIGHTS = 512
"""Weights of a worker's draws that are sent to be drawn."""

BOUNDS = {"mean": 100.0, "least_scale": 1e-4, "most_scale": 100.0, "rho": 0.9999}
"""Of the visitor's own q; the core's, by ``test_the_bounds_are_those_of_the_core``."""

_component = component("evidence_map")


class Exact(TypedDict):
    """What is exactly known of one datum.

    Attributes:
        log_p: ``log p(x)``, nats.
        error: achieved, nats.
        how: where it comes from.
        log_normaliser: of ``p(z|x)``, by another rule than ``log_p``, so that
            ``ELBO + KL = log p`` is a check.
        mean: of the posterior, ``[L]``.
        covariance: of the posterior, ``[L, L]``.
        is_gaussian: whether the posterior is one.
    """

    log_p: float
    error: float
    how: Literal["closed form", "quadrature"]
    log_normaliser: float
    mean: ArrayLike
    covariance: ArrayLike
    is_gaussian: bool


class Rest(TypedDict):
    """What a worker has found of the q at rest.

    Attributes:
        of: the q: the view's options "q" and "twin"; of "mine" also m1, s1 (and m2, s2, rho).
        elbo: with its error, nats; so ``kl``.
        log_p_hat: of all K draws, with its standard error, nats.
        ess: the effective sample size.
        weights: at most ``MOST_WEIGHTS`` of the normalised weights, largest first, ``[n]``.
        ranks: their ranks among all, from 1, ``[n]``.
    """

    of: Mapping[str, Any]
    elbo: NotRequired[float]
    elbo_error: NotRequired[float]
    kl: NotRequired[float]
    kl_error: NotRequired[float]
    log_p_hat: NotRequired[float]
    standard_error: NotRequired[float]
    ess: NotRequired[float]
    weights: NotRequired[ArrayLike]
    ranks: NotRequired[ArrayLike]


class Path(TypedDict):
    """Steps of variational inference.

    Attributes:
        title: what they are, in words.
        color: theirs.
        points: means, ``[t, L]``.
        is_mirrored: whether the path of the twin is drawn, too.
    """

    title: str
    color: str
    points: ArrayLike
    is_mirrored: NotRequired[bool]


class EvidenceMap(TypedDict):
    """What :func:`evidence_map` draws; L is the latent dimension, 1 or 2.

    Attributes:
        problem: the model and its datum.
        latent_dim: L.
        exact: what is exactly known; None while it is being computed.
        proposals: mean ``[L]`` and covariance ``[L, L]`` of every named q that is known; the
            prior always is.
        waiting: names that are being computed.
        absent: names that are not to be had, with a sentence why.
        noise: standard normal numbers with shape ``[K, L + 1]``, K ≤ ``MOST_DRAWS``; the last
            column chooses the twin where there is one.
        num_samples: K of the page; above ``MOST_DRAWS`` a worker weighs, see ``rest``.
        rest: what a worker has found of the q at rest; None: nothing.
        paths: steps of variational inference.
        ghosts: names of proposals that stay visible, faded.
        look: theme and size.
        opening: how the map opens: "q", "m1", "m2", "s1", "s2", "rho", "twin", "zoom"; applied
            once for each new "nonce". None leaves it as the visitor has it.
    """

    problem: Problem
    latent_dim: int
    exact: Exact | None
    proposals: Mapping[Key, tuple[ArrayLike, ArrayLike]]
    waiting: Sequence[Key]
    absent: Mapping[Key, str]
    noise: NDArray[Any]
    num_samples: int
    rest: Rest | None
    paths: Sequence[Path]
    ghosts: Sequence[Key]
    look: Look
    opening: NotRequired[Mapping[str, Any] | None]


def evidence_map(
    *,
    key: str,
    words: Mapping[str, str] | None = None,
    on_view: Callable[[], None] = lambda: None,
    **fields: Unpack[EvidenceMap],
) -> None:
    """Draw the posterior map, the column of log p(x) and the weights.

    q, twin and zoom belong to the browser and survive new models; when they have come to rest they
    arrive as JSON text in ``st.session_state[key].view``, under the names of ``opening``.

    Args:
        key: stable identity of this picture on its page.
        words: what the map says by itself, the kit's ``components.evidence_map``.
        on_view: called when the visitor has changed what ``opening`` names.
        **fields: those of :class:`EvidenceMap`.

    Raises:
        ValueError: parts that do not fit together, naming the field and its value, or unknown
            words.
    """
    payload = evidence_map_payload(key=key, words=words, **fields)
    _component(key=key, data=payload, on_view_change=on_view)


def evidence_map_payload(
    *, key: str, words: Mapping[str, str] | None = None, **fields: Unpack[EvidenceMap]
) -> bytes:
    """The message of :func:`evidence_map`: one header, and arrays by name."""
    _validate(fields)
    problem, arrays = problem_message(fields["problem"])
    rest, latent_dim = fields["rest"], fields["latent_dim"]
    colors = role_colors()
    meta = {
        "key": key,
        "words": chosen_words("evidence_map", words),
        "problem": problem,
        "sizes": sizes_of(fields["problem"]),
        "latent_dim": latent_dim,
        "prior": prior_of(fields["problem"], latent_dim),
        "exact": _plain(fields["exact"]),
        "proposals": {name: _gaussian(*q) for name, q in fields["proposals"].items()},
        "waiting": [*fields["waiting"]],
        "absent": dict(fields["absent"]),
        "num_samples": fields["num_samples"],
        "rest": rest and {k: v for k, v in rest.items() if k != "ranks"} | _has_weights(rest),
        "paths": [_path(path) for path in fields["paths"]],
        "ghosts": [*fields["ghosts"]],
        "bounds": BOUNDS,
        "colors": {role: colors[role] for role in ("elbo", "kl", "model", "data")},
        "line_width": fields["look"].line_width,
        "opening": fields.get("opening"),
    }
    arrays |= {"noise": fields["noise"]}
    arrays |= {f"path_{n}": path["points"] for n, path in enumerate(fields["paths"])}
    if rest is not None and "weights" in rest:
        arrays |= {"rest_weights": rest["weights"], "rest_ranks": rest["ranks"]}
    return pack(meta, {name: floats(values) for name, values in arrays.items()})


def _has_weights(rest: Rest) -> dict[str, bool]:
    return {"weights": True} if "weights" in rest else {}


def _gaussian(mean: ArrayLike, covariance: ArrayLike) -> dict[str, Any]:
    return {"mean": numbers(mean), "covariance": numbers(covariance)}


def _plain(exact: Exact | None) -> dict[str, Any] | None:
    return exact and {**exact, **_gaussian(exact["mean"], exact["covariance"])}


def _path(path: Path) -> dict[str, Any]:
    count, dim = np.shape(path["points"])
    plain = {name: path[name] for name in ("title", "color")}
    return plain | {"is_mirrored": path.get("is_mirrored", False), "count": count, "dim": dim}


def _validate(fields: EvidenceMap) -> None:
    dim = fields["latent_dim"]
    check_problem(fields["problem"], dim)
    if "prior" not in fields["proposals"]:
        raise ValueError(f"`proposals` must hold the prior, got {sorted(fields['proposals'])}")
    for field in ("proposals", "waiting", "absent", "ghosts"):
        unknown = sorted(set(fields[field]) - set(KEYS))
        if unknown:
            raise ValueError(f"`{field}` must be among {', '.join(KEYS)}, got {unknown}")
    exact = fields["exact"]
    for name, (mean, covariance) in fields["proposals"].items():
        _check_gaussian(name, mean, covariance, dim)
    if exact is not None:
        _check_gaussian("exact", exact["mean"], exact["covariance"], dim)
    for path in fields["paths"]:
        require_shape("points", path["points"], (len(np.asarray(path["points"])), dim))
    _check_draws(fields)


def _check_gaussian(name: str, mean: ArrayLike, covariance: ArrayLike, dim: int) -> None:
    require_shape(f"mean of {name}", mean, (dim,))
    require_shape(f"covariance of {name}", covariance, (dim, dim))
    if np.linalg.eigvalsh(np.asarray(covariance, dtype=np.float64))[0] <= 0:
        shown = np.asarray(covariance).tolist()
        raise ValueError(f"`covariance of {name}` must be positive definite, got {shown}")


def _check_draws(fields: EvidenceMap) -> None:
    num_samples, rest = fields["num_samples"], fields["rest"]
    if num_samples < 1:
        raise ValueError(f"`num_samples` must be at least 1, got {num_samples}")
    count = min(num_samples, MOST_DRAWS)
    require_shape("noise", fields["noise"], (count, fields["latent_dim"] + 1))
    if rest is None:
        return
    missing = {"q", "twin"} - set(rest["of"])
    if missing:
        raise ValueError(f"`of` must say {' and '.join(sorted(missing))}, got {dict(rest['of'])}")
    if "weights" in rest:
        count = len(np.asarray(rest["weights"]))
        if count > MOST_WEIGHTS:
            raise ValueError(f"`weights` must be at most {MOST_WEIGHTS}, got {count}")
        require_shape("ranks", rest["ranks"], (count,))
