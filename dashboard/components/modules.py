"""Components that are drawn by modules under ``dashboard/static/<name>/``.

A component's own text travels with every message, so it only fetches its modules, once. Their
address holds a version: of all modules together, since all use those in ``shared``.
"""

import json
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from dashboard.components.payload import read_sources
from dashboard.components.stamps import stamped
from dashboard.kit.words import KIT
from dashboard.kit.words import words as kit_words

STATIC = Path(__file__).resolve().parents[1] / "static"

_SERVED = {".js", ".wasm"}


def modules_version(folder: Path) -> str:
    """A short hash of the modules in ``folder``: new content, new address in the browser."""
    checksum = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix in _SERVED:
            name = path.relative_to(folder).as_posix()
            checksum = zlib.crc32(name.encode() + path.read_bytes(), checksum)
    return f"{checksum:08x}"


def module_files(name: str) -> list[str]:
    """Every module that a component may need, as paths in ``STATIC``; the one to start from first.

    The browser asks for all at once: one after the other, each import would cost a round trip.
    """
    main = STATIC / name / "main.js"
    others = [*(STATIC / name).glob("*.js"), *(STATIC / "shared").glob("*.js")]
    files = [main, *sorted(path for path in others if path != main)]
    return [path.relative_to(STATIC).as_posix() for path in files]


VERSION = modules_version(STATIC)
"""Of the modules that this server has."""


def component(name: str) -> Any:
    """Declare the component ``name``: one element, its style sheet, and what loads its modules."""
    selector = name.replace("_", "-")
    load = (
        f"const files = {json.dumps(module_files(name))};\n"
        f"export default (component) => drawByModules(component, files, "
        f'".{selector}", "{VERSION}");\n'
    )
    made = st.components.v2.component(
        name,
        html=f'<div class="{selector}" aria-busy="true"></div>\n',
        css=read_sources(f"{name}.css"),
        js=read_sources("payload.js", "mounting.js", "modules.js") + load,
    )

    def draw(*, key: str, data: bytes, **more: Any) -> Any:
        """The element on the page."""
        return made(key=key, data=stamped(data, key, st.session_state), **more)

    return draw


def chosen_words(name: str, words: Mapping[str, str] | None) -> dict[str, str]:
    """The words of a component's skeleton: the kit's, ``components.<name>``.

    Args:
        name: of the component.
        words: in the language of the page; English where it has none.

    Raises:
        ValueError: naming words that the component does not have.
    """
    english = kit_words(KIT).part(f"components.{name}")
    unknown = sorted(set(words or ()) - set(english))
    if unknown:
        raise ValueError(f"`words` must be among {', '.join(sorted(english))}, got {unknown}")
    return {**english, **(words or {})}
