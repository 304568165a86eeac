"""The map of a flow: base and data side by side, walked through layer by layer, with a probe.

The lattice is carried through the layers once, by a worker; the browser interpolates. The probe
is evaluated in the browser from the flow's weights. The modules that draw are in
``dashboard/static/flow_map/``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict, Unpack

import numpy as np
from numpy.typing import NDArray

from dashboard.components.modules import chosen_words, component
from dashboard.components.payload import floats, pack

Array = NDArray[Any]

CELLS = 12
"""Coloured cells, and grid lines less one, along each edge of the base."""

_component = component("flow_map")


class Tensor(TypedDict):
    """Where a tensor lies in the flat parameters."""

    offset: int
    size: int


class Layer(TypedDict):
    """One layer.

    Attributes:
        transformer: τ.
        conditioner: what its parameters come from.
        name: what the layer is called in words.
        per_dim: parameters of τ for each dimension.
        sizes: of the conditioner's network, inputs first; empty without one.
        tensors: its weights and biases, in order of use.
    """

    transformer: Literal["additive", "affine", "spline", "wave"]
    conditioner: Literal["none", "cumulative_sum", "linear", "made"]
    name: str
    per_dim: int
    sizes: Sequence[int]
    tensors: Sequence[Tensor]


class FlowMap(TypedDict):
    """What :func:`flow_map` draws: a flow in the plane of K layers, and V = side² places.

    Attributes:
        base: the base density: standard normal, or uniform on the unit square.
        conditioned_on: whether parameters are computed from z or from x.
        interval: where splines bend.
        amplitude: a of the wave z + a sin(bz).
        frequency: b of the wave.
        layers: from base to data.
        flips: whether dimensions are exchanged after each layer.
        parameters: flat, ``[P]``.
        side: places along each edge of the lattice.
        lattice: its places in the base, ``[V, 2]``.
        outputs: where each layer puts them, in the layer's own order, ``[K, V, 2]``.
        slopes: ``∂x_i/∂z_i`` of each layer there, ``[K, V, 2]``.
        samples: draws of the flow, ``[m, 2]``.
        data: points of the target in the flow's coordinates, ``[n, 2]``.
        titles: of the data's axes, with units.
        base_range: both axes of the base's picture.
        data_range: both axes of the data's picture.
        base_title: what the base is.
        data_title: what the data are.
        centres: of the visitor's mixture, in the flow's coordinates; None where not to be moved.
        centres_range: how far a centre may be dragged.
        colors: of the roles "data", "model", "grows" and "shrinks".
        step: the training step of these parameters.
        opening: how the map opens: its "mode", whether "grid", "data" and "samples" are shown,
            the time "t" of the walk from 0 to 1, the "probe" (``x,y``), whether the walk is to
            "play"; applied once for each new "nonce". None leaves it as the visitor has it.
    """

    base: Literal["normal", "uniform"]
    conditioned_on: Literal["z", "x"]
    interval: tuple[float, float]
    amplitude: float
    frequency: float
    layers: Sequence[Layer]
    flips: Sequence[bool]
    parameters: Array
    side: int
    lattice: Array
    outputs: Array
    slopes: Array
    samples: Array
    data: Array
    titles: tuple[str, str]
    base_range: tuple[float, float]
    data_range: tuple[float, float]
    base_title: str
    data_title: str
    centres: Sequence[Sequence[float]] | None
    centres_range: tuple[float, float]
    colors: Mapping[str, str]
    step: int
    opening: NotRequired[Mapping[str, Any] | None]


_ARRAYS = {"parameters", "lattice", "outputs", "slopes", "samples", "data"}


def flow_map(
    *,
    key: str,
    on_drag: Callable[[], None],
    on_view: Callable[[], None] = lambda: None,
    words: Mapping[str, str] | None = None,
    **picture: Unpack[FlowMap],
) -> None:
    """Draw the map of a flow.

    Time, colours and the probe belong to the browser and survive new weights; when they have come
    to rest they arrive as JSON text in ``st.session_state[key].view``, under the names of
    ``opening``. A dragged centre arrives so in ``.centres``.

    Args:
        key: stable identity of this picture on its page.
        on_drag: called when a centre was dragged.
        on_view: called when the visitor has changed what ``opening`` names.
        words: what the map says by itself, the kit's ``components.flow_map``.
        **picture: the fields of :class:`FlowMap`.

    Raises:
        ValueError: shapes that do not fit together, naming the field and its value, or unknown
            words.
    """
    payload = flow_map_payload(key=key, words=words, **picture)
    _component(key=key, data=payload, on_centres_change=on_drag, on_view_change=on_view)


def flow_map_payload(
    *, key: str, words: Mapping[str, str] | None = None, **picture: Unpack[FlowMap]
) -> bytes:
    """The message of :func:`flow_map`: one header, and arrays by name."""
    _validate(picture)
    fields: dict[str, Any] = {"opening": None, **picture}
    meta = {name: value for name, value in fields.items() if name not in _ARRAYS}
    meta |= {"key": key, "cells": CELLS, "words": chosen_words("flow_map", words)}
    return pack(meta, {name: floats(fields[name]) for name in sorted(_ARRAYS)})


def _validate(picture: FlowMap) -> None:
    side, parameters, layers = picture["side"], picture["parameters"], picture["layers"]
    count = sum(tensor["size"] for layer in layers for tensor in layer["tensors"])
    _require_shape("parameters", parameters, (count,))
    if (side - 1) % CELLS:
        raise ValueError(f"`side` must be a multiple of {CELLS}, plus 1, got {side}")
    if len(picture["flips"]) != len(layers):
        raise ValueError(f"`flips` must be {len(layers)}, got {len(picture['flips'])}")
    _require_shape("lattice", picture["lattice"], (side**2, 2))
    _require_shape("outputs", picture["outputs"], (len(layers), side**2, 2))
    _require_shape("slopes", picture["slopes"], (len(layers), side**2, 2))


def _require_shape(name: str, values: Array, shape: tuple[int, ...]) -> None:
    if np.shape(values) != shape:
        raise ValueError(f"`{name}` must have shape {shape}, got {np.shape(values)}")
