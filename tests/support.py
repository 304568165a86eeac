"""What tests share: the app without a browser, a real server, and the moves of a visitor.

The moves of a browser take a page of Playwright and wait for content, never for idleness: a page
that is watched polls.
"""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from server_log import complaints_in
from streamlit.testing.v1 import AppTest

from dashboard.kit.words import KIT, words
from dashboard.lessons import LESSONS, REFERENCE

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "dashboard/app.py"
PATIENCE = 60.0
"""Seconds to wait for anything; speed is measured elsewhere, never asserted here."""

LESSON_NAMES = tuple(lesson.name for lesson in LESSONS)
"""Every lesson as its address and its file call it."""

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HOW_TO_GET_ONE = "no Chromium found for the browser tests (Debian: apt-get install chromium)"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update"
)

PAGE_NAMES = ("home", *LESSON_NAMES, *REFERENCE)

SHOWN = {
    "vae": (".run-facts", ".st-key-plane canvas"),
    "flow": (".run-facts", ".st-key-flow_map canvas"),
    "estimators": ("table.results", ".race-track canvas"),
    "exercises": (".st-key-exercises .katex", ".st-key-exercises a"),
    "glossary": (".st-key-glossary .katex", ".st-key-glossary a"),
}
"""What stands on a page once it is there whole; a page not named here shows a canvas."""

REFUSED = "Content Security Policy"
"""What Chromium says of a source from which the page may not load."""


def wait_for(condition: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """The first true answer of ``condition``; fails, naming ``what``, when there is none."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.05)
    pytest.fail(f"waited {patience:.0f} s for {what}")


def opened(page: str, **link: object) -> AppTest:
    """A page drawn once, as a link opens it; the worker processes need the fixture ``workers``.

    Args:
        page: as its address calls it.
        link: query parameters; each value as the text of a link.
    """
    app = AppTest.from_file(APP, default_timeout=PATIENCE)
    app.run()
    for key, value in link.items():
        app.query_params[key] = str(value)
    app.switch_page(f"../pages/{page}.py").run()
    fine(app)
    return app


def fine(app: AppTest) -> None:
    """Neither an exception nor the sentence that stands for one is on the page."""
    assert not app.exception, app.exception[0].stack_trace
    broken = words(KIT)("page.broken")
    assert not any(box.value == broken for box in app.error), "see the log"


def drawn_until(app: AppTest, condition: Callable[[], Any], what: str) -> None:
    """Draw the page again, as a browser would, until it is as it should be."""

    def is_so() -> Any:
        fine(app.run())
        return condition()

    wait_for(is_so, what)


@dataclass(frozen=True)
class Server:
    """The real server in a process of its own."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def workers(self) -> list[int]:
        """Process ids of its worker processes (Linux)."""
        found = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text()
                command = (status.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if f"PPid:\t{self.process.pid}\n" in text and b"spawn_main" in command:
                found.append(int(status.parent.name))
        return found

    def complaints(self) -> list[str]:
        """Lines of its log that tell of an error."""
        return complaints_in(self.log.read_text(encoding="utf-8", errors="replace"))

    def stop(self) -> None:
        """End it as Ctrl-C would, unless it has ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)


def running_server(log: Path) -> Server:
    """A server on a free port that answers; whoever starts it stops it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    command += ["--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=log.open("wb"), stderr=subprocess.STDOUT)
    server = Server(process, f"http://127.0.0.1:{port}", log)
    wait_for(lambda: _answers(f"{server.url}/_stcore/health"), "the server to answer")
    return server


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def chromium_path() -> str | None:
    """The Chromium of this system, if it has one."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


@contextmanager
def running_chromium(path: str) -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield chromium
        chromium.close()


def new_profile(chromium: Any, **how: Any) -> Any:
    """A browser profile: cookies and tabs of one visitor at a desk, but for what ``how`` says."""
    context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **how})
    context.set_default_timeout(PATIENCE * 1000)
    return context


@dataclass(frozen=True)
class Watch:
    """What a page did that it should not: errors of scripts, requests to other servers."""

    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)


def watched(page: Any, server: Server) -> Watch:
    """Take down what the page does from now on."""
    watch, own = Watch(), (server.url, "data:", "blob:", server.url.replace("http", "ws"))
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    page.on("console", lambda said: REFUSED in said.text and watch.errors.append(said.text))
    page.on("request", lambda r: r.url.startswith(own) or watch.elsewhere.append(r.url))
    return watch


def address(server: Server, page: str, query: str = "") -> str:
    """Where a page lives."""
    return f"{server.url}/{'' if page == 'home' else page}{query}"


def open_page(context: Any, server: Server, name: str, query: str = "") -> Any:
    """A page, as its address calls it, in a new tab, when its pictures are there.

    ``query`` is that of a link, with its question mark.
    """
    page = context.new_page()
    page.goto(address(server, name, query))
    shown(page, name)
    return page


def shown(page: Any, name: str) -> None:
    """Wait until the page called ``name`` is there whole."""
    for selector in SHOWN.get(name, ("[data-testid=stMain] canvas",)):
        page.wait_for_selector(selector)


def query_of(page: Any) -> str:
    """The query of the page's address, with its question mark, as the browser has it now.

    ``page.url`` is what Playwright was last told: it does not move while a test only waits.
    """
    return str(page.evaluate("location.search"))


def facts(page: Any) -> str:
    """What stands beside the buttons of a run."""
    return " ".join(page.locator(".run-facts:visible").first.inner_text().split())


def step(page: Any) -> int:
    """The step at which the run stands."""
    found = re.search(r"step ([\d,]+)", facts(page))
    assert found, facts(page)
    return int(found.group(1).replace(",", ""))


def button(page: Any, key: str) -> Any:
    """The button with this widget key."""
    return page.locator(f".st-key-{key} button:visible").first


def press(page: Any, key: str) -> None:
    """Click the button with this widget key."""
    button(page, key).click()


def move_slider(page: Any, key: str, keys: str, times: int = 1) -> None:
    """Press ``keys`` on a slider, once or several times."""
    slider = page.locator(f".st-key-{key} input[type=range]").first
    for _ in range(times):
        slider.press(keys)


def choose_experiment(page: Any, key: str) -> None:
    """Open the menu of experiments and click the button with this key."""
    page.locator("[data-testid=stPopoverButton]:visible").first.click()
    press(page, key)


def train(page: Any) -> int:
    """Train on; the step at which it is seen to move."""
    before = step(page)
    press(page, "train")
    return int(wait_for(lambda: (now := step(page)) > before and now, "training to move"))


def pause(page: Any) -> int:
    """Pause; the step at which the run has stopped."""
    press(page, "pause")
    wait_for(lambda: button(page, "train").is_enabled(), "the pause")
    settle(page)
    return step(page)


def settle(page: Any) -> None:
    """Wait until no script has run for a second: a whole rerun voids a file just asked for."""
    quiet = 0

    def is_quiet() -> bool:
        nonlocal quiet
        rests = page.locator('[data-test-script-state="notRunning"]').count() > 0
        quiet = quiet + 1 if rests else 0
        return quiet >= 20

    wait_for(is_quiet, "the page to come to rest")


def taken_home(page: Any, key: str) -> Path:
    """The file that the download button with this key gives."""
    with page.expect_download() as file:
        press(page, key)
    return Path(file.value.path())


def mapped_files(server: Server) -> str:
    """Every file that the server process has mapped into its memory (Linux)."""
    maps = Path(f"/proc/{server.process.pid}/maps")
    if not maps.exists():
        pytest.skip("no /proc on this system to look into")
    return maps.read_text()
