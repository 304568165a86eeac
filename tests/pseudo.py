"""Pseudo-languages: English in brackets, so that a text which is not in the words is seen at once.

``xx`` is read from left to right, ``xr`` from right to left.
"""

import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dashboard.kit.words import ENGLISH, KIT, folders, words

OPEN, CLOSE = "⟦", "⟧"


def write_languages(folder: Path, packages: Iterable[str]) -> None:
    """Files of both languages for the kit and these packages, as ``LATENT_FLOW_WORDS`` wants."""
    for code, direction in (("xx", "ltr"), ("xr", "rtl")):
        for package in (KIT, *packages):
            place = folder / package.rpartition(".")[2]
            place.mkdir(parents=True, exist_ok=True)
            lines = [
                f'{_dotted(key)} = """{_escaped(_marked(text))}"""'
                for key, text in _texts(package).items()
                if key not in ("language.name", "language.direction")
            ]
            if package == KIT:
                lines += [
                    f'language.name = "Pseudo {code}"',
                    f'language.direction = "{direction}"',
                ]
            _write_script(place, code, package)
            (place / f"{code}.toml").write_text("\n".join(lines), encoding="utf-8")


def _texts(package: str) -> dict[str, str]:
    own = words(package, ENGLISH)
    return {key: own.raw(key) for key in own}


def _dotted(key: str) -> str:
    return ".".join(f'"{part}"' for part in key.split("."))


def _marked(text: str) -> str:
    """In brackets, a formula or a bold word at its ends left whole."""
    return f"{OPEN}{text}{CLOSE}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _write_script(place: Path, code: str, package: str) -> None:
    """The lesson's own questions in a pseudo-language, where it has some."""
    path = folders(package)[0] / f"script.{ENGLISH}.toml"
    if not path.exists():
        return
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    lines = []
    for step in table["step"]:
        lines.append("[[step]]")
        for key, value in step.items():
            lines.append(f"{key} = {_toml(_spoken(key, value))}")
    (place / f"script.{code}.toml").write_text("\n".join(lines), encoding="utf-8")


def _spoken(key: str, value: Any) -> Any:
    if key in ("question", "explain"):
        return _marked(value)
    if key in ("choices", "overlooked"):
        return [_marked(text) if text else "" for text in value]
    return value


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
