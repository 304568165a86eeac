"""What a server's log and a browser's console tell of errors."""

import re
from typing import Any

ENTRY = re.compile(r"\n(?=\d{4}-\d\d-\d\d )")
WRONG = re.compile(r"Traceback|ERROR|Exception|Error:")

LEFT_BEHIND = re.compile(r"MediaFileStorageError: Deferred file \w+ not found")
"""A download asked for while its page is left: Streamlit writes down that the file is not found,
and tells the visitor so beside the button. It is no error of ours."""

PROBES = "/_stcore/"
"""Streamlit's browser side first asks for these below the page's own address, where nothing is."""


def complaints_in(text: str) -> list[str]:
    """The lines of a log that tell of an error."""
    told = [entry for entry in ENTRY.split(text) if not LEFT_BEHIND.search(entry)]
    return [line for line in "\n".join(told).splitlines() if WRONG.search(line)]


def is_wrong(told: Any) -> bool:
    """Whether a message of the browser's console tells of an error that is not a mere probe."""
    return bool(told.type == "error" and PROBES not in told.location["url"])
