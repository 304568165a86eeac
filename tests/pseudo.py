"""Pseudo-languages: English in brackets, so that a text which is not in the words is seen at once.

``xx`` is read from left to right, ``xr`` from right to left.
"""

from collections.abc import Iterable
from pathlib import Path

from dashboard.kit.words import ENGLISH, KIT, read_words, words

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


def languages_in(folder: Path, package: str) -> set[str]:
    """The languages that a folder of words speaks."""
    return {path.stem for path in folder.glob("*.toml") if read_words(folder, path.stem)}
