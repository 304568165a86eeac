"""When a component's block was made, at its end: Streamlit hands blocks on in any order.

Each message loads the component's own script anew, so on a busy machine the function that draws
can be called with the newest block first and with an older one after it, which would then stay.
The stamp is what ``modules.js`` tells them apart by. The same content keeps its stamp, so that the
same message is still recognised as the same.
"""

import struct
import time
import zlib
from typing import Any

SIZE = 8
"""Bytes of a stamp: seconds, float64, little endian."""


def stamped(block: bytes, key: str, kept: Any) -> bytes:
    """A block with its stamp at the end; never older than the one before it.

    Args:
        block: of ``payload.pack``; what follows its sections is read by nobody else.
        key: of the element.
        kept: a mapping of the session: what each element was sent last.
    """
    slot = f"{key}_stamp"
    content = (len(block), zlib.crc32(block))
    before, stamp = kept.get(slot, (None, 0.0))
    if content != before:
        stamp = max(time.time(), stamp + 1e-3)
        kept[slot] = (content, stamp)
    return block + struct.pack("<d", stamp)
