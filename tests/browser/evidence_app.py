"""A page with nothing but a map of the evidence; its query says of what, and what is known."""

import json

import numpy as np
import streamlit as st
from evidence_cases import case_of, noise

from dashboard.components.evidence_map import MOST_DRAWS, evidence_map
from dashboard.kit.look import chosen_look

ASKED = st.query_params


def rest(count: int) -> dict | None:
    """What a worker would have found of the prior, by the query: numbers that are nobody's."""
    if "rest" not in ASKED:
        return None
    weights = np.geomspace(0.5, 1e-5, 300)
    return {
        "of": {"q": "prior", "twin": False},
        "elbo": -12.5,
        "elbo_error": 0.25,
        "kl": 9.75,
        "kl_error": 0.125,
        "log_p_hat": -3.25,
        "standard_error": 0.0625,
        "ess": 321.0,
        "weights": weights,
        "ranks": np.linspace(1, count, 300).round(),
    }


def opening() -> dict:
    """How the map opens; the query may say otherwise."""
    start = {"q": "prior", "m1": 0.0, "m2": 0.0, "s1": 1.0, "s2": 1.0, "rho": 0.0}
    start |= {"twin": False, "zoom": "fit", "nonce": st.session_state.get("nonce", 1)}
    return start | json.loads(ASKED.get("open", "{}"))


def page() -> None:
    """The map, and what the server hears of it."""
    fields = case_of(ASKED.get("model", "plane")).fields
    count = st.session_state.get("count", int(ASKED.get("count", "100")))
    wrong = float(ASKED.get("wrong", "0"))
    exact = {**fields["exact"], "log_p": fields["exact"]["log_p"] + wrong}
    fields, waiting = {**fields, "exact": exact}, []
    if "early" in ASKED:
        fields |= {"exact": None, "proposals": {"prior": fields["proposals"]["prior"]}}
        waiting = ["posterior"]
    evidence_map(
        key="map",
        **fields,
        waiting=waiting,
        noise=noise(min(count, MOST_DRAWS), fields["latent_dim"]),
        num_samples=count,
        rest=rest(count),
        look=chosen_look(),
        opening=opening(),
    )
    view = getattr(st.session_state.get("map"), "view", None)
    st.html(f"<p id='said'>{view}</p>")


st.set_page_config(layout="wide")
if st.button("more draws"):
    st.session_state["count"] = 200
st.fragment(page, key="map_page")()
