"""The hierarchy page for tests: what its boards were sent, and how it comes to rest."""

import re
import time
from html import unescape
from typing import Any

from streamlit.testing.v1 import AppTest
from support import fine, opened

from dashboard.components.payload import unpack
from dashboard.lessons.hierarchy.lesson import LESSON

MOST_RERUNS = 900


def page(**link: object) -> AppTest:
    """The page as a link opens it, trained as far as it goes by itself, and all answers there."""
    return at_rest(opened(LESSON.name, **link))


def at_rest(app: AppTest) -> AppTest:
    """The page drawn until nothing trains and no worker has anything more to say."""
    fine(app)
    for _ in range(MOST_RERUNS):
        if not is_training(app) and not _components(app, "ask_on"):
            fine(app.run())
            return app
        time.sleep(0.05)
        fine(app.run())
    raise AssertionError("the page never came to rest")


def is_training(app: AppTest) -> bool:
    """Whether the strip offers a pause."""
    pause = next((b for b in app.button if (b.key or "").startswith("pause")), None)
    return pause is not None and not pause.disabled


def _components(app: AppTest, name: str) -> list[Any]:
    found = [element.proto for element in app.get("bidi_component")]
    return [proto for proto in found if proto.component_name.endswith(name)]


def boards(app: AppTest) -> list[dict[str, Any]]:
    """What every board was sent."""
    return [unpack(proto.bytes)[0] for proto in _components(app, "board")]


def panel(app: AppTest, name: str) -> dict[str, Any]:
    """One picture."""
    every = [one for b in boards(app) for place in b["slots"].values() for one in place]
    (found,) = (one for one in every if one["name"] == name)
    return dict(found)


def has_panel(app: AppTest, name: str) -> bool:
    """Whether a picture is there."""
    return any(
        one["name"] == name for b in boards(app) for place in b["slots"].values() for one in place
    )


def words_on(app: AppTest, name: str) -> str:
    """A sentence or a table on one of the boards, as it reads."""
    html = next(b["html"][name] for b in boards(app) if b["html"].get(name))
    return unescape(re.sub(r"<[^>]+>", " ", html)).replace("−", "-")


def strip(app: AppTest) -> str:
    """All HTML of the page."""
    return " ".join(part.proto.body for part in app.get("html"))


def cells(app: AppTest, name: str) -> list[str]:
    """The cells of a table on one of the boards, without the names of its rows."""
    html = next(b["html"][name] for b in boards(app) if b["html"].get(name))
    return [cell.replace("−", "-") for cell in re.findall(r"<td>([^<]*)</td>", html)]
