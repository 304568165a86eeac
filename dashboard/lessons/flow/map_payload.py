"""A flow as the map takes it: plain data, which the browser evaluates and draws."""

from typing import Any

from numpy.typing import NDArray

from core.flow.answers import MapPicture
from core.flow.config import FlowConfig
from core.flow.layout import network_sizes, orders, parameter_layout, parameters_per_dim
from dashboard.components.flow_map import Layer


def map_fields(
    config: FlowConfig, parameters: NDArray[Any], picture: MapPicture
) -> dict[str, Any]:
    """The fields of :class:`~dashboard.components.flow_map.FlowMap` that a flow gives.

    Args:
        config: a flow in the plane.
        parameters: flat, ``[P]``.
        picture: the lattice on its way.

    Raises:
        ValueError: a flow that is not in the plane.
    """
    if config.data_dim != 2:
        raise ValueError(f"`data_dim` must be 2 to be drawn, got {config.data_dim}")
    return {
        "base": config.base,
        "conditioned_on": config.conditioned_on,
        "interval": config.interval,
        "amplitude": config.amplitude,
        "frequency": config.frequency,
        "layers": [_layer(config, k) for k in range(len(config.layers))],
        "flips": [order == (1, 0) for order in orders(config)],
        "parameters": parameters,
        "side": picture.side,
        "lattice": picture.base,
        "outputs": picture.outputs,
        "slopes": picture.slopes,
        "samples": picture.samples,
    }


def _layer(config: FlowConfig, k: int) -> Layer:
    """One layer: what it is, and where its tensors lie."""
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
