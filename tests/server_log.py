"""What a server's log tells of errors."""

import re

ENTRY = re.compile(r"\n(?=\d{4}-\d\d-\d\d )")
WRONG = re.compile(r"Traceback|ERROR|Exception|Error:")

LEFT_BEHIND = re.compile(r"MediaFileStorageError: Deferred file \w+ not found")
"""A download asked for while its page is left: Streamlit writes down that the file is not found,
and tells the visitor so beside the button. It is no error of ours."""


def complaints_in(text: str) -> list[str]:
    """The lines of a log that tell of an error."""
    told = [entry for entry in ENTRY.split(text) if not LEFT_BEHIND.search(entry)]
    return [line for line in "\n".join(told).splitlines() if WRONG.search(line)]
