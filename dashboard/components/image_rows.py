"""Rows of small images with captions and aligned columns: reconstructions, prior samples."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.components.modules import chosen_words, component
from dashboard.components.payload import pack

_component = component("image_rows")


def image_rows(
    *,
    key: str,
    rows: Sequence[tuple[str, NDArray[Any]]],
    column_labels: tuple[str, ...] | None = None,
    alt: str,
    words: Mapping[str, str] | None = None,
) -> None:
    """Draw one row of images per entry; the k-th images of all rows stand in one column.

    Columns that do not fit the page's width continue in another band below.

    Args:
        key: stable identity of this picture on its page.
        rows: caption and images with shape ``[n, h, w]``, values in [0, 1] (others are clamped);
            the same shape in every row.
        column_labels: n labels above the columns, or None.
        alt: what the picture shows, in words.
        words: what the images say by themselves, the kit's ``components.image_rows``.

    Raises:
        ValueError: no row, shapes that do not fit together, or unknown words.
    """
    payload = image_rows_payload(rows=rows, column_labels=column_labels, alt=alt, words=words)
    _component(key=key, data=payload)


def image_rows_payload(
    *,
    rows: Sequence[tuple[str, NDArray[Any]]],
    column_labels: tuple[str, ...] | None,
    alt: str,
    words: Mapping[str, str] | None = None,
) -> bytes:
    """The message of :func:`image_rows`: one section of grey levels, row after row."""
    if not rows:
        raise ValueError("`rows` must have at least one row, got 0")
    shape = np.shape(rows[0][1])
    if len(shape) != 3:
        raise ValueError(f"images must have shape [n, h, w], got {shape}")
    for caption, images in rows:
        if np.shape(images) != shape:
            raise ValueError(f"row {caption!r} must have shape {shape}, got {np.shape(images)}")
    if column_labels is not None and len(column_labels) != shape[0]:
        raise ValueError(f"`column_labels` must be {shape[0]} labels, got {len(column_labels)}")
    meta = {
        "captions": [caption for caption, _ in rows],
        "shape": [int(size) for size in shape],
        "column_labels": column_labels,
        "alt": alt,
        "words": chosen_words("image_rows", words),
    }
    levels = np.concatenate([to_grey_levels(images).ravel() for _, images in rows])
    return pack(meta, {"levels": levels})


def to_grey_levels(images: NDArray[Any]) -> NDArray[np.uint8]:
    """Values in [0, 1] as 0…255, rounded; others are clamped, NaN is black."""
    values = np.nan_to_num(np.asarray(images, dtype=np.float32), nan=0.0)
    return (np.clip(values, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)
