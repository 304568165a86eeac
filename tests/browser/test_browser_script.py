"""The drawer of questions in a real browser: by keys alone, and never without its picture."""

from functools import partial
from typing import Any

import pytest
from frames import everything_twice
from support import Server, address, open_page, shown, wait_for

from dashboard.kit.lesson import Lesson
from dashboard.kit.script_file import script_of
from dashboard.lessons import LESSONS

pytestmark = pytest.mark.browser

OUTLINED = """() => {
    const found = [];
    const look = (root) => {
        for (const element of root.querySelectorAll("*")) {
            if (element.style?.outlineStyle === "solid") found.push(element);
            if (element.shadowRoot) look(element.shadowRoot);
        }
    };
    look(document);
    const dock = document.querySelector(".st-key-script").getBoundingClientRect();
    const head = document.querySelector("[data-testid=stHeader]").getBoundingClientRect();
    found.sort((a, b) => a.dataset.outlined - b.dataset.outlined);
    return {
        boxes: found.map((one) => one.getBoundingClientRect()).map((b) => [b.top, b.bottom]),
        free: [head.bottom, dock.top], page: innerHeight, dock: [dock.top, dock.bottom],
    };
}"""

LEAST_FREE = 240.0
"""Pixels between navigation and drawer that are left for the picture at 1024 x 768."""


def settled(page: Any, outlined: int) -> dict[str, Any]:
    """What is outlined, once all of it is drawn and stands still above the drawer."""
    before: dict[str, Any] = {}
    for _ in range(60):
        page.wait_for_timeout(250)
        now: dict[str, Any] = page.evaluate(OUTLINED)
        drawn = [low > high for high, low in now["boxes"]]
        if drawn and all(drawn) and len(drawn) >= outlined and now == before:
            return now
        before = now
    return before


def assert_in_view(found: dict[str, Any], *, outlined: int) -> None:
    """Question and guesses are whole, and the picture that shows the answer stands above them.

    It is the first of those outlined; the others stand there, too, where there is room for all.
    Before the answer it may be in a panel that the answer opens: ``outlined`` is 0 then.
    """
    top, bottom = found["free"]
    assert found["dock"][1] <= found["page"] + 1
    assert bottom - top >= LEAST_FREE
    assert len(found["boxes"]) >= outlined
    if not found["boxes"]:
        return
    highest = min(high for high, _ in found["boxes"])
    lowest = max(low for _, low in found["boxes"])
    fits = lowest - highest <= bottom - top - 22
    for high, low in found["boxes"] if fits else found["boxes"][:1]:
        seen = min(low, bottom) - max(high, top)
        assert seen >= min(low - high, bottom - top) - 12, found


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_every_step_is_walked_by_keys_with_its_picture_in_view(
    new_context: Any, server: Server, lesson: Lesson
) -> None:
    page = open_page(new_context(viewport={"width": 1024, "height": 768}), server, lesson.name)
    steps = script_of(lesson).steps
    page.keyboard.press("PageDown")
    for number, step in enumerate(steps, start=1):
        page.wait_for_function("n => location.search.includes(`step=${n}`)", arg=number)
        page.locator(".st-key-guess_1 button").wait_for()
        assert_in_view(settled(page, 0), outlined=0)
        wait_for(partial(_are_veiled, page, len(step.hidden)), f"what is hidden in step {number}")
        page.keyboard.press(str(step.answer))
        page.locator(f".st-key-guess_{step.answer} button[kind=primary]").wait_for()
        page.keyboard.press("PageDown")
        page.locator(".st-key-script_answer").wait_for()
        assert_in_view(settled(page, len(step.outline)), outlined=len(step.outline))
        wait_for(partial(_are_veiled, page, 0), "all to be seen")
        page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    page.wait_for_function("n => location.search.includes(`step=${n}`)", arg=len(steps) - 1)
    assert page.locator(".st-key-script_answer").count()  # what was revealed stays


def _are_veiled(page: Any, count: int) -> bool:
    return page.locator("[data-veiled]").count() == count


def test_a_question_by_link_is_asked_over_its_own_picture(context: Any, server: Server) -> None:
    page = context.new_page()
    page.goto(address(server, "foundations") + "?step=6")
    page.locator(".st-key-tab_em canvas").first.wait_for()
    wait_for(partial(_are_veiled, page, 2), "the sentence and the curve to be veiled")
    page.goto(address(server, "foundations") + "?step=6&tab=kls")  # who says more gets that
    page.locator(".st-key-tab_kls canvas").first.wait_for()
    assert not page.locator(".st-key-tab_em").count()


def test_a_key_that_arrives_twice_goes_one_step(context: Any, server: Server) -> None:
    page = context.new_page()
    page.route_web_socket("**/_stcore/stream", everything_twice)
    page.goto(address(server, "estimators"))
    shown(page, "estimators")
    page.keyboard.press("PageDown")
    for number in (1, 2):
        page.locator(".st-key-guess_1 button").wait_for()
        page.keyboard.press("1")
        page.locator(".st-key-guess_1 button[kind=primary]").wait_for()
        page.keyboard.press("PageDown")
        page.locator(".st-key-script_answer").wait_for()
        page.wait_for_timeout(1500)
        assert f"step={number}" in page.evaluate("location.search")
        page.keyboard.press("PageDown")
    page.locator(".st-key-guess_1 button").wait_for()
    assert "step=3" in page.evaluate("location.search")


def test_digits_typed_into_a_field_are_no_guess(context: Any, server: Server) -> None:
    page = context.new_page()
    page.goto(address(server, "vae") + "?step=1")
    shown(page, "vae")
    field = page.locator(".st-key-beta_typed input")
    field.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.wait_for_timeout(600)
    assert not page.locator("[class*=st-key-guess_] button[kind=primary]").count()


def test_what_is_printed_is_the_sheet_alone(context: Any, server: Server) -> None:
    page = context.new_page()
    page.goto(address(server, "vae") + "?step=1")
    shown(page, "vae")
    page.locator(".st-key-script_menu button").first.click()
    page.locator(".st-key-sheet_solutions button").first.click()
    page.locator(".st-key-sheet").wait_for()
    page.emulate_media(media="print")
    for hidden in ("[data-testid=stHeader]", "[data-testid=stSidebar]", ".st-key-sheet_acts"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator(".st-key-sheet").is_visible()
