"""The map of a flow: base and data side by side, walked through layer by layer, with a probe.

The lattice is carried through the layers once, by a worker; the browser interpolates. The probe
is evaluated in the browser from the flow's weights. The modules that draw are in
``dashboard/static/flow_map/``.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NotRequired, TypedDict, Unpack

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.flow.answers import MapPicture
from core.flow.config import FlowConfig
from core.flow.layout import network_sizes, orders, parameter_layout, parameters_per_dim
from dashboard.components.payload import floats, folder_version, pack, read_sources

STATIC = Path(__file__).resolve().parents[1] / "static" / "flow_map"

CELLS = 12
"""Coloured cells, and grid lines less one, along each edge of the base."""

_VERSION = folder_version(STATIC)

_component = st.components.v2.component(
    "flow_map",
    html='<div class="flow-map" aria-busy="true"></div>\n',
    css=read_sources("flow_map.css"),
    js=read_sources("payload.js", "mounting.js", "modules.js", "flow_map.js"),
)


class FlowMap(TypedDict):
    """What :func:`flow_map` draws.

    Attributes:
        config: a flow in the plane.
        parameters: flat, ``[P]``.
        picture: the lattice on its way.
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
        opening: how the map opens: its "mode", whether "data" are shown, whether the walk is to
            "play"; applied once for each new "nonce". None leaves it as the visitor has it.
    """

    config: FlowConfig
    parameters: NDArray[Any]
    picture: MapPicture
    data: NDArray[Any]
    titles: tuple[str, str]
    base_range: tuple[float, float]
    data_range: tuple[float, float]
    base_title: str
    data_title: str
    centres: Sequence[Sequence[float]] | None
    centres_range: tuple[float, float]
    colors: dict[str, str]
    step: int
    opening: NotRequired[dict[str, Any] | None]


def flow_map(*, key: str, on_drag: Callable[[], None], **picture: Unpack[FlowMap]) -> None:
    """Draw the map of a flow.

    Time, colours and the probe belong to the browser and survive new weights. A dragged centre
    arrives as JSON text in ``st.session_state[key].centres``.

    Args:
        key: stable identity of this picture on its page.
        on_drag: called when a centre was dragged.
        **picture: the fields of :class:`FlowMap`.

    Raises:
        ValueError: shapes that do not fit together, naming the field and its value.
    """
    _component(key=key, data=flow_map_payload(key=key, **picture), on_centres_change=on_drag)


def flow_map_payload(*, key: str, **picture: Unpack[FlowMap]) -> bytes:
    """The message of :func:`flow_map`: one header, and arrays by name."""
    config, lattice = picture["config"], picture["picture"]
    _validate(config, picture["parameters"], lattice)
    flips = [order == (1, 0) for order in orders(config)]
    plain = (
        "titles",
        "base_range",
        "data_range",
        "base_title",
        "data_title",
        "centres",
        "centres_range",
        "colors",
        "step",
    )
    meta = {name: picture[name] for name in plain} | {  # type: ignore[literal-required]
        "key": key,
        "opening": picture.get("opening"),
        "version": _VERSION,
        "base": config.base,
        "conditioned_on": config.conditioned_on,
        "interval": config.interval,
        "amplitude": config.amplitude,
        "frequency": config.frequency,
        "layers": [_layer(config, k) for k in range(len(config.layers))],
        "flips": flips,
        "side": lattice.side,
        "cells": CELLS,
    }
    sections = {
        "weights": floats(picture["parameters"]),
        "base": floats(lattice.base),
        "outputs": floats(lattice.outputs),
        "slopes": floats(lattice.slopes),
        "samples": floats(lattice.samples),
        "data": floats(picture["data"]),
    }
    return pack(meta, sections)


def _layer(config: FlowConfig, k: int) -> dict[str, Any]:
    """One layer as the browser needs it: what it is, and where its tensors lie."""
    layer, layout = config.layers[k], parameter_layout(config)
    tensors = [entry for name, entry in layout.items() if name.split(".")[0] == str(k)]
    return {
        "transformer": layer.transformer,
        "conditioner": layer.conditioner,
        "name": f"{layer.transformer}, {layer.conditioner.replace('_', ' ')}",
        "per_dim": parameters_per_dim(config, layer),
        "sizes": network_sizes(config, layer),
        "tensors": [{"offset": entry.offset, "size": entry.size} for entry in tensors],
    }


def _validate(config: FlowConfig, parameters: NDArray[Any], lattice: MapPicture) -> None:
    if config.data_dim != 2:
        raise ValueError(f"`data_dim` must be 2 to be drawn, got {config.data_dim}")
    count = sum(entry.size for entry in parameter_layout(config).values())
    if np.shape(parameters) != (count,):
        raise ValueError(f"`parameters` must have shape {(count,)}, got {np.shape(parameters)}")
    if (lattice.side - 1) % CELLS:
        raise ValueError(f"`side` must be a multiple of {CELLS}, plus 1, got {lattice.side}")
    expected = (len(config.layers), lattice.side**2, 2)
    if lattice.outputs.shape != expected or lattice.slopes.shape != expected:
        raise ValueError(f"`outputs` must have shape {expected}, got {lattice.outputs.shape}")
