"""A short storm and a few races in CI; `make soak` runs the long ones."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from soak.races import races
from soak.storm import storm
from support import LESSON_NAMES, Server, open_page

pytestmark = pytest.mark.browser

SEED, ACTS, RACES = 0, 60, 12


@pytest.fixture(scope="module")
def weathered(start_server: Callable[[], Server]) -> Iterator[Server]:
    """A server that nobody else needs afterwards."""
    made = start_server()
    yield made
    made.stop()


@pytest.mark.parametrize("name", LESSON_NAMES)
def test_a_page_answers_after_a_storm_of_random_acts(
    context: Any, weathered: Server, name: str
) -> None:
    report = storm(context, weathered, name, seed=SEED, acts=ACTS)
    assert report.answered_after is not None, report.line()
    missed = [act for act in report.acts if act.startswith("missed")]
    assert len(missed) < ACTS / 3, missed  # or the storm would prove nothing
    assert not report.faults, "\n".join(report.faults + report.acts)


def test_a_view_switched_while_the_page_is_drawn_anew_loses_nothing(
    context: Any, weathered: Server
) -> None:
    found = races(open_page(context, weathered, "vae"), weathered, RACES)
    assert found.count == RACES
    assert not found.faults
