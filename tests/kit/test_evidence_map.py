"""The message of the evidence map: what travels, and what is refused, by name."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from core.evidence.proposals import LEAST_SCALE, MOST_CORRELATION, gaussian
from dashboard.components import evidence_map as module
from dashboard.components.evidence_map import (
    BOUNDS,
    MOST_DRAWS,
    MOST_WEIGHTS,
    evidence_map,
    evidence_map_payload,
)
from dashboard.components.payload import unpack
from dashboard.theme import ROLE_COLORS, Look

D, H, L = 6, 5, 2


def layers(sizes: tuple[int, ...] = (L, H, D)) -> list[tuple[np.ndarray, np.ndarray]]:
    rng = np.random.default_rng(1)
    return [
        (rng.normal(size=(o, i)).astype(np.float32), rng.normal(size=o).astype(np.float32))
        for i, o in pairwise(sizes)
    ]


def decoder(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "decoder",
        "x": np.linspace(0, 1, D),
        "log_var": -3.0,
        "prior_mean": np.zeros(L),
        "prior_variance": 1.5,
        "image_shape": (2, 3),
        "activation": "relu",
        "output": "sigmoid",
        "is_bounded": True,
        "decoder": layers(),
        **changes,
    }


def exact(**changes: Any) -> dict[str, Any]:
    return {
        "log_p": -1 / 3,
        "error": 1e-4,
        "how": "quadrature",
        "log_normaliser": -0.25,
        "mean": np.array([1 / 3, 0.1]),
        "covariance": np.array([[0.2, 0.01], [0.01, 0.1]]),
        "is_gaussian": False,
        **changes,
    }


def arguments(**changes: Any) -> dict[str, Any]:
    return {
        "problem": decoder(),
        "latent_dim": L,
        "exact": exact(),
        "proposals": {"prior": (np.zeros(L), 1.5 * np.eye(L))},
        "waiting": ["full"],
        "absent": {"encoder": "it has none"},
        "noise": np.random.default_rng(0).normal(size=(50, L + 1)),
        "num_samples": 50,
        "rest": None,
        "paths": [{"title": "a path", "color": "#123456", "points": np.ones((7, L))}],
        "ghosts": ["encoder"],
        "look": Look(),
        **changes,
    }


def message(**changes: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    return unpack(evidence_map_payload(key="map", **arguments(**changes)))


LINE = {"kind": "line", "x": 2.0, "theta": 1.0, "variance": 0.25}
SMALL = {
    "latent_dim": 1,
    "exact": None,
    "proposals": {"prior": (np.zeros(1), np.eye(1))},
    "noise": np.zeros((50, 2)),
    "paths": [],
}


def test_what_is_exact_travels_with_all_its_digits() -> None:
    meta, _ = message()
    assert meta["exact"]["log_p"] == -1 / 3
    assert meta["exact"]["mean"] == [1 / 3, 0.1]
    assert meta["exact"]["covariance"] == [[0.2, 0.01], [0.01, 0.1]]
    assert meta["prior"] == {"mean": [0, 0], "variance": 1.5}


def test_the_decoder_travels_layer_by_layer_beside_its_datum() -> None:
    meta, sections = message()
    assert meta["sizes"] == [[H, L], [D, H]]
    expected = np.concatenate([array.ravel() for layer in layers() for array in layer])
    np.testing.assert_array_equal(sections["weights"], expected)
    np.testing.assert_array_equal(sections["x"], np.linspace(0, 1, D, dtype=np.float32))
    assert "decoder" not in meta["problem"]


def test_a_small_model_has_no_network() -> None:
    meta, sections = message(problem=LINE, **SMALL)
    assert meta["problem"] == LINE
    assert meta["prior"] == {"mean": [0], "variance": 1}
    assert meta["sizes"] == []
    assert set(sections) == {"noise"}


def test_noise_and_paths_travel_as_sections() -> None:
    meta, sections = message()
    expected = arguments()["noise"].astype(np.float32).ravel()
    np.testing.assert_array_equal(sections["noise"], expected)
    assert sections["path_0"].size == 7 * L
    assert meta["paths"] == [
        {"title": "a path", "color": "#123456", "is_mirrored": False, "count": 7, "dim": L}
    ]


def test_what_a_worker_found_travels_with_the_q_that_it_is_of() -> None:
    rest = {
        "of": {"q": "prior", "twin": False},
        "elbo": -2.5,
        "elbo_error": 1e-3,
        "weights": [0.75, 0.25],
        "ranks": [1, 1000],
    }
    noise = np.zeros((MOST_DRAWS, L + 1))
    meta, sections = message(rest=rest, num_samples=1000, noise=noise)
    assert meta["rest"] == {
        "of": rest["of"],
        "elbo": -2.5,
        "elbo_error": 1e-3,
        "weights": True,
    }
    np.testing.assert_array_equal(sections["rest_weights"], [0.75, 0.25])
    np.testing.assert_array_equal(sections["rest_ranks"], [1, 1000])


def test_colours_are_those_of_the_roles() -> None:
    meta, _ = message()
    roles: tuple[Any, ...] = ("elbo", "kl", "model", "data")
    assert meta["colors"] == {role: ROLE_COLORS[role] for role in roles}


def test_the_bounds_are_those_of_the_core() -> None:
    assert BOUNDS["least_scale"] == LEAST_SCALE
    assert BOUNDS["rho"] == MOST_CORRELATION
    corner = [BOUNDS["most_scale"], BOUNDS["least_scale"]]
    q = gaussian([BOUNDS["mean"], -BOUNDS["mean"]], [corner[0]] * 2, BOUNDS["rho"])
    assert q.scales == pytest.approx([100, 100])
    gaussian([0.0, 0.0], corner, 0.0)


def test_streamlit_gets_one_block_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(module, "_component", lambda **call: calls.append(call))
    evidence_map(key="map", **arguments())
    assert [call["key"] for call in calls] == ["map"]
    assert type(calls[0]["data"]) is bytes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"problem": {"kind": "cube"}}, r"`kind` must be one of line, .*, got 'cube'"),
        ({"problem": LINE}, r"`latent_dim` of a line must be 1, got 2"),
        ({"latent_dim": 3}, r"`latent_dim` of a decoder must be 1 or 2, got 3"),
        ({"problem": decoder(prior_mean=np.zeros(1))}, r"`prior_mean` must have shape \(2,\)"),
        ({"problem": decoder(image_shape=(3, 3))}, r"`image_shape` must have 6 pixels"),
        ({"problem": decoder(log_var=None)}, r"`log_var_floor` must be a number"),
        (
            {"problem": decoder(log_var=None, log_var_floor=-6.0)},
            r"last layer of `decoder` must have 12 outputs, got 6",
        ),
        ({"problem": decoder(prior_variance=0.0)}, r"`prior_variance` must be above 0, got 0"),
        ({"proposals": {}}, r"`proposals` must hold the prior"),
        ({"waiting": ["mine"]}, r"`waiting` must be among prior, .*, got \['mine'\]"),
        ({"exact": exact(mean=np.zeros(3))}, r"`mean of exact` must have shape \(2,\)"),
        ({"exact": exact(covariance=-np.eye(2))}, r"`covariance of exact` must be positive"),
        ({"noise": np.zeros((49, L + 1))}, r"`noise` must have shape \(50, 3\)"),
        ({"num_samples": 0, "noise": np.zeros((0, 3))}, r"`num_samples` must be at least 1"),
        (
            {"paths": [{"title": "", "color": "", "points": np.full((2, 2), np.nan)}]},
            r"`points` must be finite numbers",
        ),
        ({"rest": {"of": {"q": "prior"}}}, r"`of` must say twin"),
        (
            {"rest": {"of": {"q": "prior", "twin": False}, "weights": np.ones(MOST_WEIGHTS + 1)}},
            rf"`weights` must be at most {MOST_WEIGHTS}",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        message(**changes)


def test_a_plane_travels_as_numbers() -> None:
    plane = {
        "kind": "plane",
        "x": np.array([1.0, 0.5]),
        "weight": np.eye(2),
        "bias": np.zeros(2),
        "variance": 0.2,
    }
    meta, _ = message(problem=plane)
    assert json.dumps(meta["problem"]["weight"]) == "[[1.0, 0.0], [0.0, 1.0]]"
    with pytest.raises(ValueError, match=r"`bias` must have shape \(2,\), got \(3,\)"):
        message(problem={**plane, "bias": np.zeros(3)})
