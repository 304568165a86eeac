"""The foundations page: what it says, in a browser and without, and how to move there."""

import re
import time
from functools import lru_cache
from html import unescape
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest
from support import Server, fine, open_page, opened, wait_for

from core.foundations.config import MOST_ITERATIONS, EMConfig
from core.foundations.em import EMRun
from core.foundations.requests import em_slice
from dashboard.components.payload import unpack
from dashboard.kit.sentences import bold
from dashboard.kit.words import words
from dashboard.lessons.foundations.lesson import LESSON
from dashboard.lessons.foundations.numbers import nats, short

SAID = words(LESSON.package)

TABS = ("likelihood", "kls", "em", "infinity")

MOST_RERUNS = 400
"""How often a page is drawn again that waits for a worker, as a browser would."""

# ---- without a browser


def page(**link: object) -> AppTest:
    """The page as a link opens it, with all that workers find."""
    return arrived(opened(LESSON.name, **link))


def arrived(app: AppTest) -> AppTest:
    """The page drawn until no worker has anything more to say."""
    fine(app)
    for _ in range(MOST_RERUNS):
        if not _components(app, "ask_on"):
            return app
        time.sleep(0.05)
        fine(app.run())
    raise AssertionError("the page never came to rest")


def _components(app: AppTest, name: str) -> list[Any]:
    found = [element.proto for element in app.get("bidi_component")]
    return [proto for proto in found if proto.component_name.endswith(name)]


def board(app: AppTest) -> dict[str, Any]:
    """What the board of the open tab was sent."""
    (proto,) = _components(app, "board")
    found: dict[str, Any] = unpack(proto.bytes)[0]
    return found


def panel(app: AppTest, name: str) -> dict[str, Any]:
    """One picture of the open tab."""
    panels = [one for place in board(app)["slots"].values() for one in place]
    (found,) = (one for one in panels if one["name"] == name)
    return dict(found)


def handles(app: AppTest, name: str) -> list[str]:
    """Names of what can be dragged in a picture."""
    return [handle["name"] for handle in panel(app, name)["handles"]]


def plain(html: str) -> str:
    """HTML as it reads, with a minus that ``float`` knows."""
    return unescape(re.sub(r"<[^>]+>", "", html)).replace("−", "-")


def note(app: AppTest) -> str:
    """The sentences on the board."""
    html = board(app)["html"]
    return next((plain(text) for name, text in html.items() if name.endswith("_note")), "")


def said(key: str, **values: Any) -> str:
    """A sentence of the lesson as the board shows it."""
    return plain(bold(SAID(key, **values)))


def table(app: AppTest, number: int = 0) -> list[list[str]]:
    """Rows of a table on the board of the divergences, without their heads."""
    body = re.findall(r"<tbody>(.*?)</tbody>", board(app)["html"]["kls_table"])[number]
    rows = re.findall(r"<tr>(.*?)</tr>", body)
    return [[plain(cell) for cell in re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", r)] for r in rows]


def numbers_in(text: str, pattern: str) -> list[float]:
    """The groups of a pattern as numbers."""
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in: {text}"
    return [float(group.replace(",", "")) for group in found.groups()]


def complaints(app: AppTest) -> list[str]:
    """The sentences about what cannot be: links, fields, and what workers refused."""
    return [str(box.value) for box in (*app.warning, *app.info)]


def choices(app: AppTest) -> dict[str, Any]:
    """What is chosen now."""
    return dict(app.session_state[f"{LESSON.name}_state"].choices)


def field(app: AppTest, key: str) -> Any:
    """The field beside a handle, as it stands now: its key counts its values."""
    fields = (*app.number_input, *app.text_input, *app.text_area)
    return next(one for one in fields if re.fullmatch(rf"{key}_held_\d+", one.key or ""))


def typed(app: AppTest, key: str, value: Any) -> AppTest:
    """Type into the field beside a handle."""
    field(app, key).set_value(value).run()
    return arrived(app)


def em_button(app: AppTest, name: str) -> Any:
    """One of the keys of EM, as it stands now."""
    return next(b for b in app.button if re.fullmatch(rf"em_{name}_\d+", b.key or ""))


def press_em(app: AppTest, name: str) -> AppTest:
    """Press one of the keys of EM."""
    button = em_button(app, name)
    assert not button.disabled, name
    button.click().run()
    return arrived(app)


# ---- in a browser


def open_tab(context: Any, server: Server, tab: str, query: str = "") -> Any:
    """The page of a tab, once its sentences are there."""
    found = open_page(context, server, LESSON.name, f"?tab={tab}{query}")
    wait_for(lambda: text_on(found, tab), f"the sentences of {tab}")
    return found


def text_on(page: Any, tab: str) -> str:
    """The sentences of a tab in a browser."""
    found = page.locator(f".st-key-tab_{tab} [data-slot={tab}_note]")
    return str(found.first.inner_text()).replace("−", "-") if found.count() else ""


def handle_on(page: Any, picture: str, name: str) -> Any:
    """A handle of a picture in a browser."""
    return page.locator(f"[data-picture={picture}] [data-handle={name}]").first


def pull(page: Any, picture: str, name: str, by: tuple[float, float], steps: int = 8) -> None:
    """Take a handle by the mouse and let it go so many pixels farther."""
    handle = handle_on(page, picture, name)
    handle.scroll_into_view_if_needed()
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=steps)
    page.mouse.up()


def middle(locator: Any) -> tuple[float, float]:
    """The middle of what a locator finds, on the screen."""
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def unit(page: Any, picture: str, one: str, other: str) -> float:
    """Pixels to one unit of x, from two handles of a picture."""
    ends = [handle_on(page, picture, name) for name in (one, other)]
    places = [middle(end)[0] for end in ends]
    values = [float(end.get_attribute("aria-valuenow")) for end in ends]
    return float(np.diff(places)[0] / np.diff(values)[0])


def fill_held(page: Any, key: str, value: str) -> None:
    """Type into the field beside a handle."""
    found = page.locator(f"[class*=st-key-{key}_held_] input").first
    found.fill(value)
    found.press("Enter")


def starred_on(page: Any) -> list[tuple[float, ...]]:
    """m, s and nats of every global optimum in the table of a browser."""
    rows = page.locator(".st-key-tab_kls [data-slot=kls_table] tr", has_text="★").all_inner_texts()
    cells = [row.replace("−", "-").split("\t")[1:] for row in rows]
    return [tuple(float(cell) for cell in row) for row in cells if len(row) == 3]


def number(value: float) -> str:
    """Nats as the page writes them, with a plain minus."""
    return nats(value).replace("−", "-")


def place(value: float) -> str:
    return short(value).replace("−", "-")


@lru_cache(maxsize=32)
def whole(config: EMConfig) -> EMRun:
    """EM to its end, as the worker makes it."""
    run = em_slice(config, None)
    while run.stop == "steps" and run.num_steps < MOST_ITERATIONS:
        run = em_slice(config, run)
    return run


def asked(page: Any, key: str) -> str:
    """What the address says of one option; empty: as it opens."""
    text: str = page.evaluate("key => new URLSearchParams(location.search).get(key) ?? ''", key)
    return text


def alerts(page: Any) -> list[str]:
    """The sentences of the boxes that are seen."""
    boxes = page.locator("[data-testid=stAlert]:visible").all_inner_texts()
    return [text.split("\n")[-1] for text in boxes]


def has_focus(page: Any, selector: str) -> bool:
    """Whether what has the focus, in whatever shadow, is or is within something."""
    found: bool = page.evaluate(
        "(selector) => { let at = document.activeElement;"
        " while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;"
        " return Boolean(at?.closest(selector)); }",
        selector,
    )
    return found
