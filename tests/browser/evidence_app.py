"""A page with nothing but a map of the evidence; the query chooses the model and what is known."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.evidence.models import Line, Plane, Square
from core.evidence.proposals import Gaussian
from dashboard.components.evidence_map import evidence_map
from dashboard.kit.look import chosen_look

Array = NDArray[np.float64]
ASKED = st.query_params

MODELS = {"line": Line(), "plane": Plane(), "square": Square()}


def noise(count: int, dim: int) -> NDArray[np.float32]:
    """The numbers that every test draws with."""
    found = np.random.default_rng(3).standard_normal((count, dim + 1))
    return found.astype(np.float32)


def known(model: Line | Plane | Square) -> dict:
    """What is exactly known; ``wrong`` is added to log p(x)."""
    exact = model.exact()
    is_gaussian = isinstance(exact.posterior, Gaussian)
    return {
        "log_p": exact.log_p + float(ASKED.get("wrong", "0")),
        "error": exact.error,
        "how": exact.how,
        "log_normaliser": exact.log_p if is_gaussian else exact.posterior.log_norm,
        "mean": exact.posterior.mean,
        "covariance": exact.posterior.covariance,
        "is_gaussian": is_gaussian,
    }


def small(kind: str) -> dict:
    """One of the three small models."""
    model = MODELS[kind]
    dim, exact = model.latent_dim, known(model)
    fields = {name: getattr(model, name) for name in model.__dataclass_fields__}
    proposals = {"prior": (np.zeros(dim), np.eye(dim))}
    if exact["is_gaussian"]:
        proposals["posterior"] = (exact["mean"], exact["covariance"])
        precision = np.linalg.inv(exact["covariance"])
        proposals["diagonal"] = (exact["mean"], np.diag(1 / np.diag(precision)))
    absent = {"encoder": "this model has none"}
    if kind == "square":
        proposals["full"] = (np.array([1.198378]), np.array([[0.104308**2]]))
        absent |= {"posterior": "it is no Gaussian", "diagonal": "one dimension has no other"}
    return {
        "problem": {"kind": kind, **fields},
        "latent_dim": dim,
        "exact": exact,
        "proposals": proposals,
        "absent": absent,
        "ghosts": [],
        "paths": paths(dim, exact["mean"]),
    }


def paths(dim: int, end: Array) -> list[dict]:
    """Two ways that end at the posterior's mean."""
    t = np.linspace(0, 1, 24)[:, None] ** 0.5
    ways = (
        ("from the prior", "#1e9e57", np.zeros(dim)),
        ("from afar", "#a9790a", np.full(dim, -1.5)),
    )
    return [{"title": n, "color": c, "points": (1 - t) * a + t * end} for n, c, a in ways]


def digit() -> dict:
    """Held-out row 0 under the shipped VAE, with what a worker would have found."""
    from core.evidence.vae_model import held_out

    from core.evidence.work import digit_fits, digit_posterior
    from core.vae.inference import decoder_log_variance, load_weights
    from core.vae.layout import decoder_layers
    from core.vae.ready import ready_vae

    run = ready_vae()
    assert run is not None
    controls = run.controls
    row = int(ASKED.get("row", "0"))
    posterior = digit_posterior(run.state.parameters, run.config, controls, row)
    fits = digit_fits(run.state.parameters, run.config, controls, row)
    x = held_out(run.config, row)
    best = {
        family: max((f for f in fits if f.family == family), key=lambda f: f.elbo)
        for family in ("diagonal", "full")
    }
    weights = load_weights(run.state.parameters, run.config)
    way = [f for f in fits if f.family == "diagonal"]
    return {
        "problem": {
            "kind": "decoder",
            "x": x,
            "log_var": float(decoder_log_variance(weights, run.config, controls)),
            "prior_mean": np.zeros(2),
            "prior_variance": 1.0,
            "image_shape": (28, 28),
            "activation": run.config.activation,
            "output": run.config.output,
            "is_bounded": True,
            "decoder": decoder_layers(run.state.parameters, run.config, len(x)),
        },
        "latent_dim": 2,
        "exact": {
            "log_p": posterior.log_evidence + float(ASKED.get("wrong", "0")),
            "error": posterior.error,
            "how": "quadrature",
            "log_normaliser": posterior.log_normaliser,
            "mean": posterior.mean,
            "covariance": posterior.covariance,
            "is_gaussian": False,
        },
        "proposals": {
            "prior": (np.zeros(2), np.eye(2)),
            "encoder": (posterior.encoder_mean, posterior.encoder_covariance),
            "posterior": (posterior.mean, posterior.covariance),
            **{family: (fit.mean, fit.covariance) for family, fit in best.items()},
        },
        "absent": {},
        "ghosts": ["encoder"],
        "paths": [
            {"title": f"from the {f.start}", "color": c, "points": f.path}
            for f, c in zip(way, ("#1e9e57", "#a9790a"), strict=True)
        ],
    }


@st.cache_data(max_entries=4)
def remembered(query: str) -> dict:
    """What is slow, once for each query."""
    return digit()


def page() -> None:
    """The map, and what the server hears of it."""
    kind = ASKED.get("model", "plane")
    fields = remembered(str(dict(ASKED))) if kind == "digit" else small(kind)
    count = st.session_state.get("count", int(ASKED.get("count", "100")))
    waiting = []
    if "early" in ASKED:
        fields = {**fields, "exact": None, "proposals": {"prior": fields["proposals"]["prior"]}}
        waiting = ["posterior", "diagonal"]
    opening = {"q": ASKED.get("q", "prior"), "zoom": ASKED.get("zoom", "fit"), "nonce": 1}
    opening |= {"m1": 0.0, "m2": 0.0, "s1": 1.0, "s2": 1.0, "rho": 0.0}
    opening |= {"twin": ASKED.get("twin") == "true"}
    evidence_map(
        key="map",
        **fields,
        waiting=waiting,
        noise=noise(min(count, 256), fields["latent_dim"]),
        num_samples=count,
        rest=None,
        look=chosen_look(),
        opening=opening,
    )
    view = getattr(st.session_state.get("map"), "view", None)
    st.html(f"<p id='said'>{view}</p>")


st.set_page_config(layout="wide")
if st.button("more draws"):
    st.session_state["count"] = 200
st.fragment(page, key="map_page")()
