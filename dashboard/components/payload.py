"""One ``bytes`` for everything a browser component needs: a JSON header and typed arrays.

Streamlit 1.67 passes ``bytes`` through as they are, but a dict that contains ``bytes`` is
silently turned into text. So the arrays of a component travel in one block, whose header names
them; ``payload.js`` is the mirror of :func:`unpack`.

Layout: header length (uint32, little endian), header (JSON, UTF-8, padded with spaces), then the
sections, each starting at a multiple of four bytes. A section's checksum lets the browser see
that labels or data are the old ones, and skip the work that depends on them.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_ALIGNMENT = 4
_TYPES: dict[str, np.dtype[Any]] = {"f4": np.dtype("<f4"), "u1": np.dtype("u1")}


def floats(values: ArrayLike) -> NDArray[np.float32]:
    """A flat, contiguous float32 copy or view of ``values``."""
    return np.ascontiguousarray(values, dtype="<f4").ravel()


def pack(meta: Mapping[str, Any], sections: Mapping[str, NDArray[Any]]) -> bytes:
    """Join ``meta`` and the flat ``sections`` (float32 or uint8) into one block.

    Raises:
        ValueError: a section is neither float32 nor uint8.
    """
    entries: dict[str, dict[str, Any]] = {}
    chunks: list[bytes] = []
    offset = 0
    for name, values in sections.items():
        chunk = values.tobytes()
        entries[name] = {
            "type": _type_code(name, values),
            "offset": offset,
            "length": int(values.size),
            "checksum": zlib.crc32(chunk),
        }
        chunks.append(chunk + bytes(-len(chunk) % _ALIGNMENT))
        offset += len(chunks[-1])
    header = json.dumps({"meta": dict(meta), "sections": entries}, allow_nan=False).encode()
    header += b" " * (-(len(header) + 4) % _ALIGNMENT)
    return b"".join([len(header).to_bytes(4, "little"), header, *chunks])


def _type_code(name: str, values: NDArray[Any]) -> str:
    for code, dtype in _TYPES.items():
        if values.dtype == dtype:
            return code
    raise ValueError(f"section `{name}` must be float32 or uint8, got {values.dtype}")


def unpack(payload: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """``meta`` and the flat sections of a block (tests: ``test_payload_round_trip``)."""
    size = int.from_bytes(payload[:4], "little")
    header: dict[str, Any] = json.loads(payload[4 : 4 + size])
    sections: dict[str, NDArray[Any]] = {
        name: np.frombuffer(
            payload,
            dtype=_TYPES[entry["type"]],
            count=int(entry["length"]),
            offset=4 + size + int(entry["offset"]),
        )
        for name, entry in header["sections"].items()
    }
    return header["meta"], sections


def read_sources(*names: str) -> str:
    """The text of files beside this one, joined: JavaScript or CSS for a component.

    Always several lines, because Streamlit takes a string without a newline for a file path.
    """
    folder = Path(__file__).parent
    return "\n".join((folder / name).read_text(encoding="utf-8") for name in names) + "\n"
