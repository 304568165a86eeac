"""A storm: random acts of a visitor without patience, and whether the page answers afterwards."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as BrowserError
from soak.wire import Wire, listened
from support import LESSON_NAMES, Server, Watch, address, shown, watched

from dashboard.components.heal import ERROR

TOUCHABLE = (Path(__file__).parent / "acts.js").read_text(encoding="utf-8")
ANSWER_SECONDS = 20.0
"""How soon a page must answer after a storm."""

COMING_SECONDS = 8.0
"""How long a page may have no switch before it counts as one that has none."""

DRAWN = "[data-testid=stMain] canvas, .st-key-exercises a, .st-key-glossary a"
"""What stands on every page once it is drawn."""

SWITCH = ".st-key-projector label"
OBEYED = """(switches) => {
    const boxes = [...document.querySelectorAll(`${switches} input`)];
    const large = parseFloat(getComputedStyle(document.documentElement).fontSize) > 18;
    return boxes.length > 0 && boxes.every((box) => box.checked === large);
}"""

MOVES = {"reload": 1, "back": 2, "forward": 1, "link": 2}
"""What needs no widget, and how often it is done."""

WEIGHTS = {
    "button": 12,
    "slider": 12,
    "select": 4,
    "option": 20,
    "number": 3,
    "text": 1,
    "toggle": 4,
    "tab": 3,
    "expander": 2,
    "canvas": 5,
    "lesson": 2,
}
"""Kinds of what can be touched; one is drawn first, then one of its kind."""

ARROWS = ("ArrowLeft", "ArrowRight", "ArrowRight", "Home", "End")
NUMBERS = ("0", "1", "2", "7", "50", "-3", "0.1", "1e9", "")


@dataclass
class Report:
    """What a storm did and what came of it."""

    lesson: str
    seed: int
    acts: list[str] = field(default_factory=list)
    longest_act: float = 0.0
    longest_wait: float = 0.0
    answered_after: float | None = None
    faults: list[str] = field(default_factory=list)
    healed: int = 0

    def take_down(self, watch: Watch, complaints: list[str]) -> None:
        """Note what has gone wrong so far, each once, with the act after which it was seen."""
        broken = [text for text in watch.errors if ERROR in text]  # the page loads itself anew
        self.healed = len(broken)
        seen = [f"page error: {text}" for text in watch.errors if text not in broken]
        seen += [f"log: {line}" for line in complaints]
        seen += [f"fetched {url}" for url in watch.elsewhere]
        for fault in dict.fromkeys(seen):
            if not any(known.endswith(fault) for known in self.faults):
                self.faults.append(f"act {len(self.acts)}: {fault}")

    def line(self) -> str:
        """The report in one line."""
        answered = (
            "no answer" if self.answered_after is None else f"answered {self.answered_after:.1f} s"
        )
        return (
            f"{self.lesson:<12} seed {self.seed:>3}  {len(self.acts)} acts  {answered}  "
            f"longest wait {self.longest_wait:.1f} s, act {self.longest_act:.1f} s  "
            f"{f'healed {self.healed} times  ' if self.healed else ''}"
            f"{'; '.join(self.faults) or 'no faults'}"
        )


def storm(
    context: Any,
    server: Server,
    lesson: str,
    *,
    seed: int,
    acts: int,
    after_act: Callable[[Report, Wire], None] = lambda _report, _wire: None,
) -> Report:
    """Open a lesson, do ``acts`` random acts, and see whether the page answers.

    Args:
        context: a browser profile.
        server: the server; its log is read from here on.
        lesson: where the storm begins.
        seed: of the acts.
        acts: how many.
        after_act: called with the report and the wire, for who wants to look while it blows.
    """
    dice, report = random.Random(f"{lesson}/{seed}"), Report(lesson, seed)
    old = len(server.complaints())
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    wire, watch = listened(page), watched(page, server)
    page.goto(address(server, lesson))
    shown(page, lesson)
    wire.longest = 0.0  # a server that has just started is not yet in the storm
    for _ in range(acts):
        began = time.monotonic()
        report.acts.append(_act(page, server, dice))
        report.longest_act = max(report.longest_act, time.monotonic() - began)
        report.take_down(watch, server.complaints()[old:])
        after_act(report, wire)
        page.wait_for_timeout(min(800, dice.expovariate(1 / 120)))
    report.answered_after = _answer_seconds(page, server, lesson)
    report.longest_wait = max(wire.longest, wire.waiting)
    report.take_down(watch, server.complaints()[old:])
    if page.locator("[data-testid=stException]").count():
        report.faults.append("an exception stands on the page")
    return report


def _act(page: Any, server: Server, dice: random.Random) -> str:
    """One act; what it was. What is gone before it is touched is no fault."""
    try:
        count = {kind: n for kind, n in page.evaluate(TOUCHABLE).items() if n}
        weights = {kind: weight for kind, weight in WEIGHTS.items() if count.get(kind)} | MOVES
        kind = dice.choices(list(weights), list(weights.values()))[0]
        if kind in MOVES:
            return _move(page, server, dice, kind)
        index = dice.randrange(count[kind])
        return f"{kind} {_touch(page, dice, kind, index)}"
    except BrowserError as error:
        return f"missed ({str(error).splitlines()[0][:60]})"


def _move(page: Any, server: Server, dice: random.Random, kind: str) -> str:
    if kind == "reload":
        page.reload(wait_until="commit")
    elif kind == "back":
        page.go_back(wait_until="commit", timeout=3000)
    elif kind == "forward":
        page.go_forward(wait_until="commit", timeout=3000)
    if page.url.startswith(server.url) and kind != "link":
        return kind
    name = dice.choice(LESSON_NAMES)  # by an address, or back from before the first page
    page.goto(address(server, name), wait_until="commit")
    return f"address of {name}"


def _touch(page: Any, dice: random.Random, kind: str, index: int) -> str:
    box = page.evaluate(
        "([kind, index]) => { const e = globalThis.__soak[kind][index];"
        " e.scrollIntoView({ block: 'center' }); const b = e.getBoundingClientRect();"
        " return [b.x, b.y, b.width, b.height, (e.innerText || e.ariaLabel || e.className)"
        ".toString().slice(0, 40)]; }",
        [kind, index],
    )
    x, y, width, height, name = box
    at = (x + width * dice.uniform(0.2, 0.8), y + height * dice.uniform(0.2, 0.8))
    page.mouse.move(*at)
    page.mouse.down()
    if kind == "canvas" and dice.random() < 0.5:
        page.mouse.move(at[0] + dice.uniform(-60, 60), at[1] + dice.uniform(-60, 60), steps=3)
    page.mouse.up()
    if kind in ("slider", "canvas"):
        for _ in range(dice.randint(1, 4)):
            page.keyboard.press(dice.choice(ARROWS))
    elif kind in ("number", "text"):
        page.keyboard.press("Control+a")
        page.keyboard.type(dice.choice(NUMBERS))
        page.keyboard.press("Enter")
    return str(name).replace("\n", " ")


def _answer_seconds(page: Any, server: Server, lesson: str) -> float | None:
    """Seconds until the page answers a switch with other type sizes; `None` if it does not."""
    began = time.monotonic()
    while (left := ANSWER_SECONDS - (time.monotonic() - began)) > 0:
        try:
            page.keyboard.press("Escape")
            if not _has_switch(page, min(left, COMING_SECONDS)):
                if page.evaluate("location.pathname").strip("/") not in LESSON_NAMES:
                    page.goto(address(server, lesson))  # the storm has ended on a page without one
                continue
            _switch(page, 1000 * left)
            page.wait_for_selector(DRAWN, timeout=1000 * left)
            return time.monotonic() - began
        except BrowserError:
            page.wait_for_timeout(200)
    return None


def _has_switch(page: Any, seconds: float) -> bool:
    """Whether the page shows the projector switch; one that is still coming is waited for."""
    try:
        page.wait_for_selector(f"{SWITCH}:visible", timeout=1000 * seconds)
    except BrowserError:
        return False
    return True


def _switch(page: Any, left: float) -> None:
    """Click the projector switch and wait for the type sizes of where it then stands.

    What the storm did to the switch last must have been answered first.

    Raises:
        BrowserError: when the switch went away, or no answer came within ``left`` milliseconds.
    """
    page.wait_for_function(OBEYED, arg=SWITCH, timeout=left)
    page.locator(f"{SWITCH}:visible").first.click(timeout=min(left, 3000))
    page.wait_for_function(OBEYED, arg=SWITCH, timeout=left)
