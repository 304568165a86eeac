"""The words of pages, by language: keys inside, words at the edge.

Every package of words holds ``words/<language>.toml`` (short texts, by dotted key) and
``words/<language>.md`` (long ones, by the key in a line ``<!-- key -->`` above them). English is
complete; what another language lacks is said in English. ``{{name}}`` stands for a value. The
kit's words of data sets are in every package's: ``data.<name>.title`` and ``.about``.

More languages can lie outside of the product: the environment variable ``LATENT_FLOW_WORDS`` names
a folder with ``<package>/<language>.toml|md``, ``kit`` for the words that all lessons share.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

ENGLISH = "en"
KIT = "dashboard.kit"
EXTRA_VARIABLE = "LATENT_FLOW_WORDS"

SHARED = ("data.", "switched.")
"""How the keys begin that the kit's words lend to every package."""

PLACEHOLDER = re.compile(r"\{\{(\w+)\}\}")
SECTION = re.compile(r"^<!--\s*([\w.]+)\s*-->\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Language:
    """A language that pages can be read in.

    Attributes:
        code: as it stands in a link.
        name: in itself.
        direction: of its lines.
    """

    code: str
    name: str
    direction: Literal["ltr", "rtl"] = "ltr"


class Words:
    """The texts of one package in one language."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """Hold texts by dotted key."""
        self._texts = texts

    def __call__(self, key: str, /, **values: Any) -> str:
        """The text called ``key``, its placeholders filled.

        Raises:
            KeyError: naming the text or the placeholder that is missing.
        """
        return filled(self._texts[key], **values)

    def __contains__(self, key: object) -> bool:
        """Whether there is such a text."""
        return key in self._texts

    def __iter__(self) -> Iterator[str]:
        """All keys."""
        return iter(self._texts)

    def raw(self, key: str) -> str:
        """A text with its placeholders as they stand."""
        return self._texts[key]

    def value(self, option: str, value: Any) -> str:
        """A value of an option as the page shows it; of ``data``, the title of the data set."""
        for named in (f"options.{option}.values.{value}", f"{option}.{value}.title"):
            if named in self._texts:
                return self._texts[named]
        return number(value)

    def part(self, prefix: str) -> dict[str, str]:
        """All texts below ``prefix``, by the rest of their keys."""
        start = f"{prefix}."
        return {k[len(start) :]: v for k, v in self._texts.items() if k.startswith(start)}


def filled(text: str, /, **values: Any) -> str:
    """A text with its placeholders ``{{name}}`` filled.

    Raises:
        KeyError: naming the placeholder that has no value.
    """
    return PLACEHOLDER.sub(lambda found: str(values[found[1]]), text)


def number(value: Any) -> str:
    """A number with as many digits as it needs and a true minus sign; else the value itself."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return with_minus(str(value) if isinstance(value, int) else f"{value:.10g}")


def with_minus(text: str) -> str:
    """A number as it was formatted, with a true minus sign."""
    return text.replace("-", "−")


def code(text: str) -> str:
    """A text from outside (link, file, label) as Markdown that renders nothing of it.

    A code span is the one place where Markdown, HTML, directives and bare addresses stay letters.
    """
    flat = "".join(c if c.isprintable() else " " for c in text).strip()[:80] or " "
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", flat)), default=0))
    room = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{fence}{room}{flat}{room}{fence}"


FORMULA = re.compile(r"(\$[^$\n]+\$)")


def plain(text: str) -> str:
    """A text from outside as Markdown that renders nothing of it but its formulas ``$…$``."""
    flat = "".join(c if c.isprintable() else " " for c in text)
    return "".join(
        part if n % 2 else re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", part)
        for n, part in enumerate(FORMULA.split(flat))
    )


@lru_cache(maxsize=128)
def words(package: str, language: str = ENGLISH) -> Words:
    """The words of a package in ``language``, completed by English."""
    texts: dict[str, str] = {}
    if package != KIT:
        shared = words(KIT, language)
        texts |= {key: shared.raw(key) for key in shared if key.startswith(SHARED)}
    for spoken in dict.fromkeys((ENGLISH, language)):
        for folder in folders(package):
            texts |= read_words(folder, spoken)
    return Words(texts)


def read_words(folder: Path, language: str) -> dict[str, str]:
    """The texts of one folder in one language; empty where it has none."""
    texts: dict[str, str] = {}
    table = folder / f"{language}.toml"
    if table.exists():
        texts |= dict(_flat(tomllib.loads(table.read_text(encoding="utf-8"))))
    long = folder / f"{language}.md"
    if long.exists():
        _, *parts = SECTION.split(long.read_text(encoding="utf-8"))
        texts |= {key: text.strip() for key, text in zip(parts[::2], parts[1::2], strict=True)}
    return texts


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", str(value)


def folders(package: str) -> list[Path]:
    """Where a package's words lie: in it, and in the folder that the environment names."""
    spec = find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    folders = [Path(place) / "words" for place in spec.submodule_search_locations]
    extra = os.environ.get(EXTRA_VARIABLE)
    if extra:
        folders.append(Path(extra) / package.rpartition(".")[2])
    return folders


@lru_cache(maxsize=1)
def languages() -> dict[str, Language]:
    """Every language that the kit itself speaks, by code, English first."""
    found = {}
    for folder in folders(KIT):
        for file in sorted(folder.glob("*.toml"), key=lambda f: (f.stem != ENGLISH, f.stem)):
            own = tomllib.loads(file.read_text(encoding="utf-8"))["language"]
            found[file.stem] = Language(
                code=file.stem, name=own["name"], direction=own["direction"]
            )
    return found
