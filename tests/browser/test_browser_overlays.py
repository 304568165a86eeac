"""What an experiment is compared with, on the real server, in a real Chromium."""

from typing import Any

import pytest
from support import Server, choose_experiment, open_page, press, step, wait_for, watched

pytestmark = pytest.mark.browser

CODES = """() => {
    const { past_means, means } = globalThis.__latentPlane["plane"].scene.arrays;
    return [past_means?.length ?? 0, means.length];
}"""
"""How many numbers the plane has of the run before, and of the present one."""


def test_the_run_before_is_faded_in_plane_and_curves_until_it_is_forgotten(
    context: Any, server: Server
) -> None:
    page = open_page(context, server, "vae")
    watch = watched(page, server)
    opened_at = step(page)
    choose_experiment(page, "preset_start")
    wait_for(lambda: 0 < step(page) < opened_at, "the digits to be trained")
    choose_experiment(page, "preset_one_knob")
    line = page.locator(".st-key-before")
    wait_for(line.count, "the run before")
    assert "Digits in the plane (β 1 → 10" in line.inner_text()
    wait_for(lambda: page.evaluate(CODES)[0], "its codes")
    past, present = page.evaluate(CODES)
    assert past == present
    assert "grey: before" in page.locator(".latent-plane .plane figcaption").inner_text()
    curves = page.locator(".st-key-curves [aria-label*='the run before']")
    wait_for(curves.count, "its curves")
    press(page, "forget_1")
    wait_for(lambda: not page.evaluate(CODES)[0], "its codes to go")
    wait_for(lambda: not line.count(), "its line to go")
    wait_for(lambda: not curves.count(), "its curves to go")
    assert not watch.errors
