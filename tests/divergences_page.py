"""The divergences page in a browser: what its boards drew, what its link holds, how to move."""

import json
import re
from functools import partial
from typing import Any

from foundations_page import asked, handle_on
from support import Server, facts, open_page, settle, step, wait_for

from core.divergences.pair import PairConfig
from core.training import new_run
from dashboard.components.board import Drag
from dashboard.kit.option import Choices
from dashboard.kit.words import words
from dashboard.lessons.divergences.choice import critic, pair_of
from dashboard.lessons.divergences.lesson import LESSON
from dashboard.lessons.divergences.numbers import nats
from dashboard.lessons.divergences.pair_moves import taken
from dashboard.lessons.divergences.shown import Shown, ends_of, shown_of

SAID = words(LESSON.package, "en")

OPENING_STEPS = 1000

DRAWN = """(node, [mark, name]) => {
    const found = node.__drawn?.marks.find(({ key, tip }) => key === mark || tip === mark);
    return Array.from(found?.[name] ?? []);
}"""

MOVED = """(node) => {
    let root = node;
    while (!root.__scene) root = root.parentNode ?? root.host;
    return [...root.__scene.moved].map(([key, place]) => [...JSON.parse(key), place]);
}"""


class Gate:
    """Stands between a page and its server, and can keep what the server says."""

    def __init__(self) -> None:
        """Everything passes."""
        self.is_shut = False
        self.kept: list[tuple[Any, str | bytes]] = []

    def __call__(self, route: Any) -> None:
        """Pass on, in order; what the page says passes always."""

        def pass_on(frame: str | bytes) -> None:
            if self.is_shut:
                self.kept.append((route, frame))
            else:
                route.send(frame)

        route.connect_to_server().on_message(pass_on)

    def open(self) -> None:
        """Let through what was kept, and what follows."""
        self.is_shut = False
        for route, frame in self.kept:
            route.send(frame)
        self.kept.clear()


def opened(context: Any, server: Server, query: str = "", at_least: int = OPENING_STEPS) -> Any:
    """The page of a link, when the run of its tab has come so far."""
    page = open_page(context, server, LESSON.name, query)
    has_come(page, at_least)
    settle(page)
    return page


def has_come(page: Any, at_least: int, patience: float = 120) -> None:
    """Wait until the run that the strip steers is at a step."""
    wait_for(partial(_is_at, page, at_least), f"step {at_least:,}", patience)


def _is_at(page: Any, at_least: int) -> bool:
    found = re.search(r"step ([\d,]+)", facts(page))
    return bool(found) and step(page) >= at_least


def number_in(told: str, pattern: str) -> float:
    """The number that a pattern finds; NaN where it finds none."""
    found = re.search(pattern, told)
    return (
        float(found.group(1).rstrip(".").replace("−", "-").replace(",", ""))
        if found
        else float("nan")
    )


def gap(page: Any) -> float:
    """How far R(D) is above the least R, as the strip says it."""
    return number_in(facts(page), r"gap (−?[\d.]+)")


def note(page: Any, name: str = "pair_note") -> str:
    """Sentences on a board."""
    found = page.locator(f"[data-place={name}]")
    return str(found.first.inner_text()) if found.count() else ""


def drawn(page: Any, picture: str, mark: str, name: str = "y") -> list[Any]:
    """Numbers of a mark, by its key or its tip, as they were drawn last."""
    found: list[Any] = page.locator(f"[data-picture={picture}]").first.evaluate(
        DRAWN, [mark, name]
    )
    return found


def risks(page: Any) -> list[str]:
    """R in each of its ways, as the bars write it; that of the trained D is the last."""
    return [text.strip() for text in drawn(page, "bars", "way_numbers", "texts")]


def handles_moved(page: Any) -> list[Drag]:
    """Where the visitor has put handles of which the server has not yet said that it knows."""
    found = page.locator("[data-picture=densities]").first.evaluate(MOVED)
    return [
        Drag(
            act="move",
            panel=picture,
            handle=handle,
            x=place["x"],
            y=place["y"],
            width=place["width"],
            is_final=True,
            turn=1,
        )
        for picture, handle, place in found
    ]


def choices_of(page: Any) -> dict[str, Any]:
    """What the link of the page chooses of the line."""
    texts = {key: asked(page, key) for key in ("loss", "pair", "p", "q", "leash")}
    return {**LESSON.defaults, **{key: text for key, text in texts.items() if text}}


def linked(page: Any) -> PairConfig:
    """The two densities of the link."""
    return pair_of(choices_of(page))


def after(choices: Choices, drag: Drag) -> Shown:
    """What the core makes of a pair once a handle was moved, on the axes of before."""
    now = {**choices, **taken(choices, drag)}
    return shown_of(pair_of(now), now, ends_of(pair_of(choices)), new_run(*critic(now)), None)


def least(page: Any, **choices: Any) -> str:
    """The least R of the pair in the link, as the page writes numbers."""
    now = choices_of(page) | choices
    pair = pair_of(now)
    return nats(shown_of(pair, now, ends_of(pair), new_run(*critic(now)), None).exact)


def choose(page: Any, key: str, text: str) -> None:
    """Press one of the buttons of an option."""
    page.locator(f".st-key-{key} button:visible", has_text=text).first.click()


def place_of(page: Any, handle: str, picture: str = "densities") -> float:
    """Where a handle stands on its axis."""
    return float(handle_on(page, picture, handle).get_attribute("aria-valuenow"))


def sentences(page: Any) -> list[str]:
    """What the boxes on the page say, without their icons."""
    boxes = page.locator("[data-testid=stAlert]:visible").all_inner_texts()
    return [text.split("\n")[-1] for text in boxes]


def is_whole(page: Any) -> bool:
    """No exception, nor a sentence that stands for one; there is a picture."""
    broken = page.locator("[data-testid=stException]").count()
    pictures = page.locator("[data-testid=stMain] canvas").count()
    return broken == 0 and pictures > 0 and "went wrong" not in json.dumps(sentences(page))
