"""Races of a fragment with its page: a run command, and a moment later a switch of the view.

    PYTHONPATH=.:tests .venv/bin/python -m soak.races 100

The command draws the whole page anew; the switch asks for the pictures alone, 150 to 200 ms later,
when the page around them may not stand yet. Nothing may be said of that, and no picture be lost.
"""

import random
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as BrowserError
from support import (
    HOW_TO_GET_ONE,
    SHOWN,
    Server,
    button,
    chromium_path,
    new_profile,
    open_page,
    running_chromium,
    running_server,
    wait_for,
)

SETTLED_MS = 1500
"""How long after a race the page is looked at."""


@dataclass
class Races:
    """How many were run, and what was found after which."""

    count: int = 0
    faults: list[str] = field(default_factory=list)


def ellipses(page: Any, _dice: random.Random) -> None:
    """Switch the ellipses of the latent plane."""
    page.locator(".st-key-ellipses label").first.click(timeout=10_000)


def spacing(page: Any, dice: random.Random) -> None:
    """Choose another spacing of the grid, or the same."""
    choices = page.locator(".st-key-spacing button")
    choices.nth(dice.randrange(choices.count())).click(timeout=10_000)


def grid(page: Any, dice: random.Random) -> None:
    """Move the size of the grid."""
    slider = page.locator(".st-key-grid input[type=range]").first
    slider.press(dice.choice(["ArrowLeft", "ArrowRight"]), timeout=10_000)


VIEWS: tuple[Callable[[Any, random.Random], None], ...] = (ellipses, spacing, grid)


def races(page: Any, server: Server, count: int, seed: int = 0) -> Races:
    """Run ``count`` races on a VAE page that stands open."""
    dice, found = random.Random(seed), Races()
    for _ in range(count):
        told = len(server.complaints())
        key = "pause" if button(page, "pause").is_enabled() else "train"
        view = dice.choice(VIEWS)
        button(page, key).click()
        page.wait_for_timeout(dice.uniform(150, 200))
        try:
            view(page, dice)
        except BrowserError:
            found.faults.append(f"{key}, {view.__name__}: nothing there to be touched")
        page.wait_for_timeout(SETTLED_MS)
        found.count += 1
        found.faults += [f"{key}, {view.__name__}: {what}" for what in _wrong(page, server, told)]
        _stand_again(page)
    return found


def _wrong(page: Any, server: Server, told: int) -> list[str]:
    wrong = [line for line in server.complaints()[told:] if "Error" in line]
    if page.locator("[data-testid=stException]").count():
        wrong.append("an exception stands on the page")
    if not all(page.locator(selector).count() for selector in SHOWN["vae"]):
        wrong.append("the pictures are gone")
    return list(dict.fromkeys(wrong))


def _stand_again(page: Any) -> None:
    """Whatever was lost comes back with the next whole page."""
    if not all(page.locator(selector).count() for selector in SHOWN["vae"]):
        page.reload()
    for selector in SHOWN["vae"]:
        page.wait_for_selector(selector)
    wait_for(lambda: button(page, "train").count(), "the buttons")


def main() -> int:
    """Run as many as the command line says; 1 if one was lost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    path = chromium_path()
    if path is None:
        print(HOW_TO_GET_ONE)
        return 1
    server = running_server(Path(tempfile.mkdtemp(prefix="races-")) / "server.log")
    try:
        with running_chromium(path) as chromium:
            found = races(open_page(new_profile(chromium), server, "vae"), server, count)
    finally:
        server.stop()
    print("\n".join(found.faults))
    print(f"{found.count} races, {len(found.faults)} faults")
    return 1 if found.faults else 0


if __name__ == "__main__":
    sys.exit(main())
