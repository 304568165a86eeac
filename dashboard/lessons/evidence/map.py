"""What the map is told: the model and its datum, what is exactly known of it, every q."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.evidence.answers import WeighedDraws
from core.evidence.ascent import climb, starts_of
from core.evidence.config import EvidenceConfig
from core.evidence.models import Line, Plane, Square, SquarePosterior
from core.evidence.quantities import Weights
from core.vae.config import LOG_VARIANCE_FLOOR
from core.vae.layout import decoder_head
from dashboard.components.evidence_map import (
    MOST_DRAWS,
    MOST_WEIGHTS,
    Exact,
    Key,
    Path,
    Rest,
    evidence_map,
)
from dashboard.components.evidence_problem import Problem
from dashboard.kit.fragments import redraw
from dashboard.kit.opening import opening_of, takes_view
from dashboard.kit.scene import Scene
from dashboard.kit.words import Words
from dashboard.lessons.evidence.answers import Known
from dashboard.lessons.evidence.trained import Trained
from dashboard.theme import ROLE_COLORS, Role

Array = NDArray[Any]

KEY = "map"
FITTED: tuple[Key, ...] = ("diagonal", "full")
FOUND: tuple[Key, ...] = ("encoder", "posterior")
PATH_COLORS: tuple[Role, ...] = ("data", "generator", "sampler")
SHOWN_FAMILY = "full"


def draw_map(scene: Scene, known: Known) -> None:
    """The map, the column and the weights; what is not known yet is said."""
    problem = problem_of(known)
    if problem is None or not known.named:  # σ² or the learned prior is still to be found
        st.caption(scene.said("map.computing"))
        return
    L = known.latent_dim
    config = known.config
    waiting, absent = _missing(known, scene.said)
    evidence_map(
        key=KEY,
        words=scene.kit.part("components.evidence_map"),
        on_view=takes_view(scene, KEY, partial(redraw, scene.lesson)),
        problem=problem,
        latent_dim=L,
        exact=exact_of(known),
        proposals={
            name: (q.mean, q.covariance)
            for name, q in known.named.items()
            if name != "mine" and name not in absent
        },
        waiting=waiting,
        absent=absent,
        noise=noise_of(config, L),
        num_samples=config.num_samples,
        rest=rest_of(known),
        paths=paths_of(known, scene.said),
        ghosts=("encoder",) if "encoder" in known.named else (),
        look=scene.look,
        opening=opening_of(scene),
    )


def problem_of(known: Known) -> Problem | None:
    """The model and its datum, as the map takes them; ``None`` while σ² is not known."""
    problem, trained = known.config.problem, known.trained
    if isinstance(problem, Line):
        return {
            "kind": "line",
            "x": problem.x,
            "theta": problem.theta,
            "variance": problem.variance,
        }
    if isinstance(problem, Plane):
        return {
            "kind": "plane",
            "x": problem.x,
            "weight": problem.weight,
            "bias": problem.bias,
            "variance": problem.variance,
        }
    if isinstance(problem, Square):
        return {"kind": "square", "x": problem.x, "scale": problem.scale}
    return None if trained is None else _decoder(known, trained)


def _decoder(known: Known, trained: Trained) -> Problem | None:
    config, controls = trained.run.config, trained.run.controls
    if known.posterior is not None:
        log_var = known.posterior.x_log_var
    elif config.variance == "fixed":
        log_var = float(np.log(controls.decoder_variance))
    else:
        return None
    prior = trained.prior(known.learned)
    found: Problem = {
        "kind": "decoder",
        "x": trained.x,
        "log_var": log_var,
        "log_var_floor": LOG_VARIANCE_FLOOR,
        "prior_mean": prior.mean,
        "prior_variance": float(prior.covariance[0, 0]),
        "image_shape": trained.data.image_shape,
        "activation": config.activation,
        "output": config.output,
        "is_bounded": config.output == "sigmoid"
        or (bool(config.widths) and config.activation == "tanh"),
        "decoder": decoder_head(trained.run.state.parameters, config, trained.data.data_dim),
    }
    return found


def exact_of(known: Known) -> Exact | None:
    """What is exactly known of the datum."""
    if known.exact is not None:
        posterior = known.exact.posterior
        is_square = isinstance(posterior, SquarePosterior)
        return {
            "log_p": known.exact.log_p,
            "error": known.exact.error,
            "how": known.exact.how,
            "log_normaliser": posterior.log_norm if is_square else known.exact.log_p,
            "mean": posterior.mean,
            "covariance": posterior.covariance,
            "is_gaussian": not is_square,
        }
    found = known.posterior
    if found is None:
        return None
    return {
        "log_p": found.log_evidence,
        "error": found.error,
        "how": "quadrature",
        "log_normaliser": found.log_normaliser,
        "mean": found.mean,
        "covariance": found.covariance,
        "is_gaussian": False,
    }


def _missing(known: Known, said: Words) -> tuple[tuple[Key, ...], Mapping[Key, str]]:
    """The named proposals that are being computed, and those that are not to be had."""
    problem = known.config.problem
    if problem is None:
        return tuple(name for name in (*FOUND, *FITTED) if name not in known.named), {}
    absent: dict[Key, str] = {"encoder": said("absent.encoder")}
    if isinstance(problem, Square):
        absent["posterior"] = said("absent.posterior")
    return (), absent


def noise_of(config: EvidenceConfig, latent_dim: int) -> NDArray[np.float32]:
    """The standard normal numbers of the draws that the browser makes, ``[K, L + 1]``.

    They are the first ones that a worker draws with; the last column chooses the twin, and another
    generator fills it where there is none yet.
    """
    count = min(config.num_samples, MOST_DRAWS)
    used = latent_dim + config.twin
    noise = np.random.default_rng([config.seed, 0]).standard_normal((count, used))
    rest = np.random.default_rng([config.seed, 0, 1]).standard_normal((count, 1))
    return np.concatenate([noise, rest], axis=1)[:, : latent_dim + 1].astype(np.float32)


def view_of(config: EvidenceConfig, latent_dim: int) -> dict[str, Any]:
    """The q at rest, as the map names it."""
    view: dict[str, Any] = {"q": config.proposal, "twin": config.twin}
    if config.proposal == "mine":
        names = ("m1", "s1") if latent_dim == 1 else ("m1", "s1", "m2", "s2", "rho")
        view |= {name: getattr(config, name) for name in names}
    return view


def rest_of(known: Known) -> Rest | None:
    """What is known of the q at rest beyond what the browser computes itself."""
    found: dict[str, Any] = {}
    if known.split is not None:
        elbo, kl = known.split.elbo, known.split.kl
        found |= {"elbo": elbo.value, "elbo_error": elbo.error}
        found |= {"kl": kl.value, "kl_error": kl.error}
    if known.draws is not None and known.config.num_samples > MOST_DRAWS:
        found |= weighed(known.draws)
    if not found:
        return None
    rest: Rest = {"of": view_of(known.config, known.latent_dim), **found}  # type: ignore[typeddict-item]
    return rest


def weighed(draws: WeighedDraws) -> dict[str, Any]:
    """The estimate of all K draws, and some of their sorted shares with their ranks."""
    weights = Weights(log_w=draws.log_weights)
    shares = np.sort(weights.normalised)[::-1]
    places = np.unique(np.geomspace(1, len(shares), MOST_WEIGHTS).astype(np.int64))
    return {
        "log_p_hat": float(weights.log_p.value),
        "standard_error": float(np.nan_to_num(weights.log_p.standard_error)),
        "ess": float(weights.ess),
        "weights": shares[places - 1],
        "ranks": places.astype(np.float64),
    }


def paths_of(known: Known, said: Words) -> list[Path]:
    """How variational inference went, from every start."""
    problem = known.config.problem
    if problem is not None:
        return [
            _path(said(f"map.path_{name}"), place, points)
            for place, (name, points) in enumerate(climbs(problem).items())
        ]
    fits = [fit for fit in known.fits if fit.family == SHOWN_FAMILY]
    return [_path(said(f"map.path_{fit.start}"), k, fit.path) for k, fit in enumerate(fits)]


def _path(title: str, place: int, points: Array) -> Path:
    color = ROLE_COLORS[PATH_COLORS[place % len(PATH_COLORS)]]
    return {"title": title, "color": color, "points": points}


@lru_cache(maxsize=64)
def climbs(problem: Line | Plane | Square) -> dict[str, Array]:
    """The means of q on its way up, ``[t, L]``, by start."""
    starts = starts_of(problem)
    return {name: climb(problem, start, "full").means for name, start in starts.items()}
