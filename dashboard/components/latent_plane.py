"""The latent plane with the decoder under the cursor, evaluated in the browser.

The page sends the decoder's weights; moving the pointer, the decoded grid and the walk between
two points then need no server. The modules that draw are in ``dashboard/static/latent_plane/``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal, NotRequired, TypedDict, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dashboard.components.modules import chosen_words, component
from dashboard.components.payload import floats, pack

Kind = Literal["image", "plane", "table"]
Spacing = Literal["quantile", "linear"]

_component = component("latent_plane")


class LatentPlane(TypedDict):
    """What :func:`latent_plane` draws; D is the data dimension, L the latent one.

    Attributes:
        decoder: ``(W, b)`` of each layer, in order of use, with shapes ``[out, in]``, ``[out]``.
        activation: nonlinearity between the layers.
        output: what turns the last layer into ``x_hat``.
        kind: how decoded values are shown: as images, as points of a data plane, as columns.
        image_shape: height and width, ``h * w = D``; required for images.
        columns: names of the data's columns (planes and tables), D of them.
        units: their units, "" for none; as many as columns, or none at all.
        shift: with shape ``[D]``; raw units are ``x * scale + shift`` (images: x itself is shown).
        scale: with shape ``[D]``.
        means: posterior means of the chosen dimensions, ``[n, 2]``; ``[n, 1]`` if L = 1.
        past_means: the same of a run that this one is compared with, of the same data, drawn
            faded; None: there is none.
        log_vars: posterior log-variances with the same shape, or None: no ellipses.
        labels: class of each datum with shape ``[n]``.
        classes: names of the classes, or none.
        label_colors: a colour for each class.
        dims: the two latent dimensions that span the plane, counted from 0 (L = 1: not used).
        latent_dim: L.
        prior_mean: with shape ``[L]``.
        prior_scale: σ_z, the prior's standard deviation.
        data_points: data behind the decoded mesh with shape ``[m, 2]``, in the decoder's units
            (before ``shift`` and ``scale``); for kind "plane". Coloured by class if m = n.
        grid_size: points along each side of the decoded grid.
        spacing: at the prior's quantiles, or in equal steps over ±3σ_z.
        show_ellipses: draw the posterior's 1σ ellipse of about 150 data.
        extent: least half width of the axes, or None: the axes follow the prior and the means.
        colors: colours of the roles "prior", "data", "model" and "truth", and of "past".
        step: the training step of these weights; a smaller one than before is a new run.
        opening: how the plane opens: its "cursor" and its "pins" (``x,y;x,y``), the classes to
            "hide" (``0,3``); applied once for each new "nonce". None leaves it as it is.
    """

    decoder: Sequence[tuple[NDArray[Any], NDArray[Any]]]
    activation: Literal["relu", "tanh", "silu"]
    output: Literal["identity", "sigmoid"]
    kind: Kind
    image_shape: tuple[int, int] | None
    columns: tuple[str, ...]
    units: tuple[str, ...]
    shift: ArrayLike
    scale: ArrayLike
    means: NDArray[Any]
    past_means: NotRequired[NDArray[Any] | None]
    log_vars: NDArray[Any] | None
    labels: NDArray[Any]
    classes: tuple[str, ...]
    label_colors: tuple[str, ...]
    dims: tuple[int, int]
    latent_dim: int
    prior_mean: ArrayLike
    prior_scale: float
    data_points: NDArray[Any] | None
    grid_size: int
    spacing: Spacing
    show_ellipses: bool
    extent: NotRequired[float | None]
    colors: dict[str, str]
    step: int
    opening: NotRequired[Mapping[str, Any] | None]


def latent_plane(
    *,
    key: str,
    words: Mapping[str, str] | None = None,
    on_view: Callable[[], None] = lambda: None,
    **plane: Unpack[LatentPlane],
) -> None:
    """Draw the latent plane, the decoded grid and the decoder under the cursor.

    Cursor, pins and hidden classes belong to the browser and survive new weights; when they have
    come to rest they arrive as JSON text in ``st.session_state[key].view``, under the names of
    ``opening``.

    Args:
        key: stable identity of this picture on its page.
        words: what the plane says by itself, the kit's ``components.latent_plane``.
        on_view: called when the visitor has changed what ``opening`` names.
        **plane: the fields of :class:`LatentPlane`.

    Raises:
        ValueError: shapes that do not fit together, naming the field and its value, or unknown
            words.
    """
    payload = latent_plane_payload(key=key, words=words, **plane)
    _component(key=key, data=payload, on_view_change=on_view)


def latent_plane_payload(
    *, key: str, words: Mapping[str, str] | None = None, **plane: Unpack[LatentPlane]
) -> bytes:
    """The message of :func:`latent_plane`.

    What changes while training (weights, means, log-variances) and what does not (labels, data,
    units) are separate sections (tests: ``test_new_weights_leave_the_other_sections_equal``).
    """
    _validate(plane)
    meta = _meta(key, plane) | {"words": chosen_words("latent_plane", words)}
    return pack(meta, _sections(plane))


_PLAIN_FIELDS = (
    "activation",
    "output",
    "kind",
    "image_shape",
    "columns",
    "units",
    "classes",
    "label_colors",
    "dims",
    "latent_dim",
    "grid_size",
    "spacing",
    "show_ellipses",
    "colors",
    "step",
)


def _meta(key: str, plane: LatentPlane) -> dict[str, Any]:
    fields: dict[str, Any] = {name: plane[name] for name in _PLAIN_FIELDS}  # type: ignore[literal-required]
    if plane["kind"] == "image":  # hundreds of pixel names that nothing shows
        fields |= {"columns": (), "units": ()}
    return fields | {
        "key": key,
        "sizes": [[int(size) for size in weight.shape] for weight, _ in plane["decoder"]],
        "prior_mean": [float(value) for value in np.asarray(plane["prior_mean"])],
        "prior_scale": float(plane["prior_scale"]),
        "extent": plane.get("extent"),
        "opening": plane.get("opening"),
    }


def _sections(plane: LatentPlane) -> dict[str, NDArray[Any]]:
    weights = [floats(array) for layer in plane["decoder"] for array in layer]
    data_dim = len(plane["decoder"][-1][1])
    is_image = plane["kind"] == "image"  # drawn as x in [0, 1], not as grey levels
    sections: dict[str, NDArray[Any]] = {
        "weights": np.concatenate(weights),
        "means": floats(plane["means"]),
        "labels": np.ascontiguousarray(plane["labels"], dtype=np.uint8),
        "shift": np.zeros(data_dim, np.float32) if is_image else floats(plane["shift"]),
        "scale": np.ones(data_dim, np.float32) if is_image else floats(plane["scale"]),
    }
    past = plane.get("past_means")
    if past is not None:
        sections["past_means"] = floats(past)
    if plane["log_vars"] is not None and plane["show_ellipses"]:
        sections["log_vars"] = floats(plane["log_vars"])
    if plane["data_points"] is not None and plane["kind"] == "plane":
        sections["data_points"] = floats(plane["data_points"])
    return sections


def _validate(plane: LatentPlane) -> None:
    decoder, latent_dim = plane["decoder"], plane["latent_dim"]
    data_dim = decoder[-1][0].shape[0]
    width = latent_dim
    for weight, bias in decoder:
        _require_shape("decoder weight", weight, (weight.shape[0], width))
        _require_shape("decoder bias", bias, (weight.shape[0],))
        width = weight.shape[0]
    n = len(plane["labels"])
    chosen = 1 if latent_dim == 1 else 2
    _require_shape("means", plane["means"], (n, chosen))
    others = {"log_vars": plane["log_vars"], "past_means": plane.get("past_means")}
    for field, values in others.items():
        if values is not None:
            _require_shape(field, values, (n, chosen))
    for name in ("shift", "scale"):
        _require_shape(name, plane[name], (data_dim,))
    _require_shape("prior_mean", plane["prior_mean"], (latent_dim,))
    if latent_dim > 1 and not all(0 <= dim < latent_dim for dim in plane["dims"]):
        raise ValueError(f"`dims` must be below latent_dim = {latent_dim}, got {plane['dims']}")
    _validate_kind(plane, data_dim)


def _validate_kind(plane: LatentPlane, data_dim: int) -> None:
    kind, shape = plane["kind"], plane["image_shape"]
    if kind == "image" and (shape is None or shape[0] * shape[1] != data_dim):
        raise ValueError(f"`image_shape` must have {data_dim} pixels, got {shape}")
    if kind == "plane" and data_dim != 2:
        raise ValueError(f"the data dimension of a plane must be 2, got {data_dim}")
    if kind != "image" and len(plane["columns"]) != data_dim:
        raise ValueError(f"`columns` must be {data_dim} names, got {len(plane['columns'])}")


def _require_shape(name: str, values: ArrayLike, shape: tuple[int, ...]) -> None:
    if np.shape(values) != shape:
        raise ValueError(f"`{name}` must have shape {shape}, got {np.shape(values)}")
