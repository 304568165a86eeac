"""Models and data for the evidence map: what the component is sent, and what the core says of it.

The same in the process of a test and in the server that it drives: all is seeded.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.dataset import DatasetConfig
from core.evidence.answers import Fit
from core.evidence.digit import Digit
from core.evidence.fit import find_fits
from core.evidence.grid import find_posterior
from core.evidence.models import Line, Plane, Square
from core.evidence.problem import Problem
from core.evidence.proposals import Gaussian
from core.vae.config import LOG_VARIANCE_FLOOR, VAEConfig, VAEControls
from core.vae.decoder_model import held_out, model_of
from core.vae.inference import decoder_log_variance, load_weights
from core.vae.initial import new_run
from core.vae.layout import decoder_layers, unflatten
from core.vae.ready import ready_vae

Array = NDArray[np.float64]
Fields = dict[str, Any]

PATH_COLORS = ("#1e9e57", "#a9790a")


@dataclass(frozen=True)
class Case:
    """A model and its datum: for the core, and for the component."""

    problem: Problem
    fields: Fields


def noise(count: int, dim: int) -> NDArray[np.float32]:
    """The numbers that every test draws with, ``[K, L + 1]``."""
    found = np.random.default_rng(3).standard_normal((256, dim + 1))[:count]
    return found.astype(np.float32)


@lru_cache(maxsize=8)
def case_of(kind: str) -> Case:
    """The case called so: line, plane, square, digit, own."""
    if kind in SMALL:
        return _small(SMALL[kind], kind)
    return _digit() if kind == "digit" else _own_variance()


SMALL: dict[str, Line | Plane | Square] = {"line": Line(), "plane": Plane(), "square": Square()}


def _small(model: Line | Plane | Square, kind: str) -> Case:
    """One of the three small models, with what is known of its posterior."""
    exact, dim = model.exact(), model.latent_dim
    mean, covariance = exact.posterior.mean, exact.posterior.covariance
    proposals = {"prior": (np.zeros(dim), np.eye(dim))}
    absent = {"encoder": "this model has none"}
    if isinstance(exact.posterior, Gaussian):
        proposals["posterior"] = (mean, covariance)
        proposals["diagonal"] = (mean, np.diag(1 / np.diag(np.linalg.inv(covariance))))
        log_norm = exact.log_p
    else:
        proposals["full"] = (np.array([1.198378]), np.array([[0.104308**2]]))
        absent |= {"posterior": "it is no Gaussian", "diagonal": "one dimension has no other"}
        log_norm = exact.posterior.log_norm
    known = {
        "log_p": exact.log_p,
        "error": exact.error,
        "how": exact.how,
        "log_normaliser": log_norm,
        "mean": mean,
        "covariance": covariance,
        "is_gaussian": isinstance(exact.posterior, Gaussian),
    }
    fields = {
        "problem": {"kind": kind, **{k: getattr(model, k) for k in model.__dataclass_fields__}},
        "latent_dim": dim,
        "exact": known,
        "proposals": proposals,
        "absent": absent,
        "ghosts": [],
        "paths": _two_ways(dim, mean),
    }
    return Case(model, fields)


def _two_ways(dim: int, end: Array) -> list[Fields]:
    t = np.linspace(0, 1, 24)[:, None] ** 0.5
    starts = {"from the prior": np.zeros(dim), "from afar": np.full(dim, -1.5)}
    return [
        {"title": title, "color": color, "points": (1 - t) * start + t * end}
        for (title, start), color in zip(starts.items(), PATH_COLORS, strict=True)
    ]


def _digit() -> Case:
    """Held-out row 0 under the shipped VAE, with the q that its workers find."""
    run = ready_vae()
    assert run is not None
    config, parameters = run.config, run.state.parameters
    model = model_of(parameters, config, run.controls)
    digit = Digit(decoder=model.decoder, grid=model.grid, x=held_out(config, 0))
    fits = find_fits(digit, digit.find_peak().best)
    weights = load_weights(parameters, config)
    log_var = float(decoder_log_variance(weights, config, run.controls))
    problem = {
        **_decoder(digit, config),
        "log_var": log_var,
        "image_shape": (28, 28),
        "decoder": decoder_layers(parameters, config, len(digit.x)),
    }
    fields = _decoder_fields(digit, problem, find_posterior(model.decoder, model.grid, digit.x))
    best = {family: _best(fits, family) for family in ("diagonal", "full")}
    fields["proposals"] |= {family: (fit.mean, fit.covariance) for family, fit in best.items()}
    fields["paths"] = [
        {"title": f"from the {fit.start}", "color": color, "points": fit.path}
        for fit, color in zip(
            (f for f in fits if f.family == "diagonal"), PATH_COLORS, strict=True
        )
    ]
    return Case(digit, fields)


def _best(fits: tuple[Fit, ...], family: str) -> Fit:
    return max((fit for fit in fits if fit.family == family), key=lambda fit: fit.elbo)


def _own_variance() -> Case:
    """One latent dimension, a decoder that emits its own variance, a learned prior."""
    config = VAEConfig(
        dataset=DatasetConfig(name="digits"),
        latent_dim=1,
        hidden_features=(12,),
        activation="tanh",
        variance="heteroscedastic",
        prior="learned",
    )
    parameters = 3.0 * new_run(config, VAEControls(), "float64").state.parameters
    named = unflatten(parameters, config, 64)
    named["prior.mean"][:] = 0.7
    named["prior.log_var"][:] = 0.4
    model = model_of(parameters, config, VAEControls())
    digit = Digit(decoder=model.decoder, grid=model.grid, x=held_out(config, 0))
    layers = [(named[f"decoder.{i}.weight"], named[f"decoder.{i}.bias"]) for i in range(2)]
    problem = {
        **_decoder(digit, config),
        "log_var": None,
        "log_var_floor": LOG_VARIANCE_FLOOR,
        "image_shape": (8, 8),
        "decoder": layers,
    }
    posterior = find_posterior(model.decoder, model.grid, digit.x)
    return Case(digit, _decoder_fields(digit, problem, posterior))


def _decoder(digit: Digit, config: VAEConfig) -> Fields:
    return {
        "kind": "decoder",
        "x": digit.x,
        "prior_mean": digit.decoder.prior_mean,
        "prior_variance": digit.decoder.prior_variance,
        "activation": config.activation,
        "output": config.output,
        "is_bounded": digit.decoder.is_bounded,
    }


def _decoder_fields(digit: Digit, problem: Fields, posterior: Any) -> Fields:
    return {
        "problem": problem,
        "latent_dim": digit.latent_dim,
        "exact": {
            "log_p": posterior.log_evidence,
            "error": posterior.error,
            "how": "quadrature",
            "log_normaliser": posterior.log_normaliser,
            "mean": posterior.mean,
            "covariance": posterior.covariance,
            "is_gaussian": False,
        },
        "proposals": {
            "prior": (digit.prior.mean, digit.prior.covariance),
            "encoder": (digit.encoder.mean, digit.encoder.covariance),
            "posterior": (posterior.mean, posterior.covariance),
        },
        "absent": {},
        "ghosts": ["encoder"],
        "paths": [],
    }
