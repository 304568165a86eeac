"""The models that the evidence map computes in the browser, as the page sends them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict

import numpy as np
from numpy.typing import ArrayLike, NDArray

Layers = Sequence[tuple[NDArray[Any], NDArray[Any]]]
"""``(W, b)`` of each layer, in order of use, with shapes ``[out, in]``, ``[out]``."""


class LineProblem(TypedDict):
    """``z ~ N(0, 1)``, ``x|z ~ N(θz, σ²)``.

    Attributes:
        x: the datum.
        theta: θ.
        variance: σ².
    """

    kind: Literal["line"]
    x: float
    theta: float
    variance: float


class PlaneProblem(TypedDict):
    """``z ~ N(0, I₂)``, ``x|z ~ N(Wz + b, σ²I)``.

    Attributes:
        x: the datum, with shape ``[D]``.
        weight: W, ``[D, 2]``.
        bias: b, ``[D]``.
        variance: σ².
    """

    kind: Literal["plane"]
    x: ArrayLike
    weight: ArrayLike
    bias: ArrayLike
    variance: float


class SquareProblem(TypedDict):
    """``z ~ N(0, 1)``, ``x|z ~ N(z², s²)``.

    Attributes:
        x: the datum.
        scale: s.
    """

    kind: Literal["square"]
    x: float
    scale: float


class DecoderProblem(TypedDict):
    """``z ~ N(μ, τI)``, ``x|z ~ N(f(z), σ²)`` with a network for f, L = 1 or 2.

    Attributes:
        x: the datum, with shape ``[D]``.
        log_var: log σ²; None: the last layer has 2D outputs, f first, then a raw log σ² that is
            kept above ``log_var_floor`` smoothly, ``floor + softplus(raw − floor)``.
        log_var_floor: required where ``log_var`` is None.
        prior_mean: μ, ``[L]``.
        prior_variance: τ.
        image_shape: height and width, ``h * w = D``; None: x is shown as numbers.
        activation: between the layers.
        output: what turns the last layer into f(z).
        is_bounded: whether f stays bounded however far z goes.
        decoder: the network.
    """

    kind: Literal["decoder"]
    x: ArrayLike
    log_var: float | None
    log_var_floor: NotRequired[float]
    prior_mean: ArrayLike
    prior_variance: float
    image_shape: tuple[int, int] | None
    activation: Literal["relu", "tanh", "silu"]
    output: Literal["identity", "sigmoid"]
    is_bounded: bool
    decoder: Layers


Problem = LineProblem | PlaneProblem | SquareProblem | DecoderProblem

_LATENT_DIMS = {"line": {1}, "plane": {2}, "square": {1}, "decoder": {1, 2}}


def problem_message(problem: Problem) -> tuple[dict[str, Any], dict[str, Any]]:
    """A problem as plain fields of the message, and its arrays, by name."""
    if problem["kind"] == "decoder":
        plain = {k: v for k, v in problem.items() if k not in ("x", "decoder", "prior_mean")}
        plain["prior_mean"] = numbers(problem["prior_mean"])
        weights = [np.ravel(array) for layer in problem["decoder"] for array in layer]
        return plain, {"x": problem["x"], "weights": np.concatenate(weights)}
    if problem["kind"] == "plane":
        arrays = {name: numbers(problem[name]) for name in ("x", "weight", "bias")}
        return {**problem, **arrays}, {}
    return dict(problem), {}


def sizes_of(problem: Problem) -> list[list[int]]:
    """``[out, in]`` of every layer; none without a network."""
    if problem["kind"] != "decoder":
        return []
    return [[int(size) for size in weight.shape] for weight, _ in problem["decoder"]]


def prior_of(problem: Problem, latent_dim: int) -> dict[str, Any]:
    """Mean ``[L]`` and variance of p(z)."""
    if problem["kind"] != "decoder":
        return {"mean": [0.0] * latent_dim, "variance": 1.0}
    return {
        "mean": numbers(problem["prior_mean"]),
        "variance": float(problem["prior_variance"]),
    }


def numbers(values: ArrayLike) -> Any:
    """An array as nested lists: float64 travels as text, with all its digits."""
    return np.asarray(values, dtype=np.float64).tolist()


def check_problem(problem: Problem, latent_dim: int) -> None:
    """Refuse a problem whose parts do not fit together.

    Raises:
        ValueError: naming the field and its value.
    """
    kind: str = problem["kind"]
    if kind not in _LATENT_DIMS:
        raise ValueError(f"`kind` must be one of {', '.join(_LATENT_DIMS)}, got {kind!r}")
    if latent_dim not in _LATENT_DIMS[kind]:
        allowed = " or ".join(str(dim) for dim in sorted(_LATENT_DIMS[kind]))
        raise ValueError(f"`latent_dim` of a {kind} must be {allowed}, got {latent_dim}")
    if problem["kind"] == "plane":
        (count,) = np.shape(problem["x"])
        require_shape("weight", problem["weight"], (count, 2))
        require_shape("bias", problem["bias"], (count,))
    if problem["kind"] == "decoder":
        _check_decoder(problem, latent_dim)
    for name in ("variance", "scale", "prior_variance"):
        require_positive(problem, name)


def _check_decoder(problem: DecoderProblem, latent_dim: int) -> None:
    (count,) = np.shape(problem["x"])
    has_own = problem["log_var"] is None
    if has_own and problem.get("log_var_floor") is None:
        raise ValueError("`log_var_floor` must be a number where `log_var` is None, got None")
    require_shape("prior_mean", problem["prior_mean"], (latent_dim,))
    width = latent_dim
    for weight, bias in problem["decoder"]:
        require_shape("decoder weight", weight, (weight.shape[0], width))
        require_shape("decoder bias", bias, (weight.shape[0],))
        width = weight.shape[0]
    expected = 2 * count if has_own else count
    if width != expected:
        raise ValueError(f"the last layer of `decoder` must have {expected} outputs, got {width}")
    shape = problem["image_shape"]
    if shape is not None and shape[0] * shape[1] != count:
        raise ValueError(f"`image_shape` must have {count} pixels, got {shape}")


def require_shape(name: str, values: ArrayLike, shape: tuple[int, ...]) -> None:
    """Refuse an array of another shape, or one that holds what is not finite."""
    if np.shape(values) != shape:
        raise ValueError(f"`{name}` must have shape {shape}, got {np.shape(values)}")
    if not np.isfinite(np.asarray(values, dtype=np.float64)).all():
        raise ValueError(f"`{name}` must be finite numbers, got {np.asarray(values).tolist()}")


def require_positive(fields: Mapping[str, Any], name: str) -> None:
    """Refuse a number that is there and not above 0."""
    if name in fields and not 0 < fields[name] < np.inf:
        raise ValueError(f"`{name}` must be above 0, got {fields[name]}")
