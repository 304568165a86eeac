"""What the densities become when a handle is dragged, a peak added or taken away."""

from collections.abc import Mapping
from typing import Any

from core.divergences.pair import (
    LEAST_SD,
    LEAST_WEIGHT,
    MOST_CENTRE,
    MOST_COMPONENTS,
    MOST_SD,
    Component,
    PairConfig,
)
from dashboard.components.board import Drag
from dashboard.kit.option import Choices
from dashboard.lessons.divergences.choice import pair_of
from dashboard.lessons.divergences.names import (
    ALPHA,
    ALPHAS,
    FARTHEST,
    PLACE,
    SHOULDER,
    SIDES,
)
from dashboard.lessons.divergences.numbers import peak
from dashboard.lessons.divergences.texts import OWN, text_of

NEW_SD = 0.5
SAME = 1e-4
"""A width that differs by less was not changed."""


def taken(choices: Choices, drag: Drag) -> Mapping[str, Any]:
    """What the options are once a handle was moved, or a peak is to go."""
    if drag.handle == PLACE:
        return {"x": round(_held(drag.x, -FARTHEST, FARTHEST), 3)}
    if drag.handle == ALPHA:
        return {"a": round(_held(drag.x, *ALPHAS), 3)}
    letter, number = drag.handle[:1], drag.handle[1:].removesuffix(SHOULDER)
    pair = pair_of(choices)
    if letter not in SIDES or not number.isdecimal() or int(number) >= len(side(pair, letter)):
        return {}
    components, place = side(pair, letter), int(number)
    if drag.act == "remove":
        return with_side(pair, letter, removed(components, place))
    found = _moved(components, place, drag)
    changed = with_side(pair, letter, found)
    is_named = choices["pair"] == OWN or not drag.is_final  # the menu follows when it rests
    return {"pq"["dg".index(letter)]: text_of(found)} if is_named else changed


def _held(value: float, low: float, high: float) -> float:
    return min(max(value, low), high)


def side(pair: PairConfig, letter: str) -> tuple[Component, ...]:
    """The components of p_d or of p_g."""
    return pair.data if letter == "d" else pair.model


def with_side(pair: PairConfig, letter: str, components: tuple[Component, ...]) -> dict[str, Any]:
    """The options of a pair one side of which is another."""
    data, model = (components, pair.model) if letter == "d" else (pair.data, components)
    return {"pair": OWN, "p": text_of(data), "q": text_of(model)}


def _moved(components: tuple[Component, ...], place: int, drag: Drag) -> tuple[Component, ...]:
    weight, centre, sd = components[place]
    if drag.handle.endswith(SHOULDER):
        return _put(components, place, (weight, centre, _width(drag.x - centre)))
    if drag.width is not None and abs(drag.width - sd) > SAME * sd:
        return _put(components, place, (weight, centre, _width(drag.width)))
    moved = _put(components, place, (weight, _held(drag.x, -MOST_CENTRE, MOST_CENTRE), sd))
    if len(components) == 1:
        return moved
    unit = peak((1.0, centre, sd), 1.0)
    return weighed(moved, place, drag.y / unit)


def _width(value: float) -> float:
    return _held(value, LEAST_SD, MOST_SD)


def _put(components: tuple[Component, ...], place: int, new: Component) -> tuple[Component, ...]:
    return (*components[:place], new, *components[place + 1 :])


def weighed(components: tuple[Component, ...], place: int, share: float) -> tuple[Component, ...]:
    """One component has this share of the whole, as far as that may be; the others the rest."""
    others = len(components) - 1
    share = _held(share, LEAST_WEIGHT, 1 - LEAST_WEIGHT * others)
    rest = sum(w for k, (w, _, _) in enumerate(components) if k != place)
    weights = [
        share if k == place else w / rest * (1 - share) for k, (w, *_) in enumerate(components)
    ]
    lifted = [max(w, LEAST_WEIGHT) for w in weights]
    excess = sum(lifted) - 1
    largest = max((k for k in range(len(lifted)) if k != place), key=lambda k: lifted[k])
    lifted[largest] -= excess
    return tuple((w, c, s) for w, (_, c, s) in zip(lifted, components, strict=True))


def added(components: tuple[Component, ...], x: float) -> tuple[Component, ...]:
    """One more peak, at x, with an equal share of the whole; none beyond the most."""
    if len(components) == MOST_COMPONENTS:
        return components
    total = sum(w for w, _, _ in components)
    scaled = tuple((w / total, c, s) for w, c, s in components)
    share = 1 / (len(components) + 1)
    new = (share, _held(x, -MOST_CENTRE, MOST_CENTRE), NEW_SD)
    return weighed((*scaled, new), len(components), share)


def removed(components: tuple[Component, ...], place: int) -> tuple[Component, ...]:
    """One peak less; the last one stays."""
    if len(components) == 1:
        return components
    left = (*components[:place], *components[place + 1 :])
    total = sum(w for w, _, _ in left)
    return tuple((w / total, c, s) for w, c, s in left)


def nearest(components: tuple[Component, ...], x: float) -> int:
    """The peak next to x."""
    return min(range(len(components)), key=lambda k: abs(components[k][1] - x))
