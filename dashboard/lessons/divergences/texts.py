"""The texts in which links, options and pictures hold densities and widths of networks."""

from collections.abc import Iterable

from core.divergences.pair import PAIRS, Component, PairConfig
from dashboard.kit.option import Choices

OWN = "own"
"""The name of a pair that is none of ``PAIRS``."""

OPENING = "C"
"""The pair that the lesson opens on."""


def components_of(key: str, text: str) -> tuple[Component, ...]:
    """Weight, centre and deviation of every component; none of no text.

    Raises:
        ValueError: naming the option, what was wanted and what is there.
    """
    rows = [row.split(",") for row in text.split(";")] if text else []
    try:
        found = [tuple(float(number) for number in row) for row in rows]
    except ValueError:
        found = [()]
    if any(len(row) != 3 for row in found):
        raise ValueError(
            f"`{key}` must be weight, centre and width of every component, joined by commas, and "
            "components joined by semicolons, as in 0.5,-2,0.5;0.5,2,0.5"
        )
    return tuple((weight, centre, sd) for weight, centre, sd in found)


def text_of(components: Iterable[Component]) -> str:
    """Components as a link carries them."""
    return ";".join(",".join(f"{number:.5g}" for number in row) for row in components)


def data_valid(text: str) -> object:
    """Refuse what p_d cannot be.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    data = components_of("p", text)
    return PairConfig(data=data, model=PAIRS[OPENING].model) if data else None


def model_valid(text: str) -> object:
    """Refuse what p_g cannot be.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    model = components_of("q", text)
    return PairConfig(data=PAIRS[OPENING].data, model=model) if model else None


def pair_named(name: str, data: str, model: str) -> PairConfig:
    """The pair called ``name``, with another p_d or p_g where a text says so.

    Raises:
        ValueError: naming the field, its bound and the value.
    """
    base = PAIRS.get(name, PAIRS[OPENING])
    return PairConfig(
        data=components_of("p", data) or base.data,
        model=components_of("q", model) or base.model,
    )


def name_of(pair: PairConfig) -> str:
    """The name of a pair; ``OWN`` where it has none."""
    return next((name for name, known in PAIRS.items() if known == pair), OWN)


def own_texts(pair: PairConfig) -> tuple[str, str]:
    """The texts of p_d and p_g of a pair without a name; empty of one with."""
    if name_of(pair) != OWN:
        return "", ""
    return text_of(pair.data), text_of(pair.model)


def widths_of(text: str) -> tuple[int, ...]:
    """Hidden layers from a key like 64-64."""
    return tuple(int(width) for width in text.split("-"))


def widths_text(hidden: tuple[int, ...]) -> str:
    """The key of hidden layers."""
    return "-".join(str(width) for width in hidden)


def data_text(pair: PairConfig) -> str:
    """What the option of p_d says of a pair."""
    return own_texts(pair)[0]


def model_text(pair: PairConfig) -> str:
    """What the option of p_g says of a pair."""
    return own_texts(pair)[1]


def of_pair(choices: Choices) -> Choices:
    """A pair was chosen by its name: nothing of an own one is left."""
    chosen = PAIRS.get(choices["pair"])
    if choices["pair"] == OWN:
        now = pair_named(OWN, choices["p"], choices["q"])
        return {**choices, "p": text_of(now.data), "q": text_of(now.model)}
    return choices if chosen is None else {**choices, "p": "", "q": ""}
