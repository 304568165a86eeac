"""What asks for a fragment is harmless where the page has not drawn it yet."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.lessons import LESSONS

SCRIPT = """
import streamlit as st

from dashboard.kit import fragments

from dashboard.lessons import LESSONS

st.button("Move", key="move", on_click={ask})
st.markdown("drawn")
"""


@pytest.mark.parametrize(
    "ask",
    [
        'lambda: fragments.redraw_later("curves")',
        *(f"lambda: fragments.redraw(LESSONS[{i}])" for i in range(len(LESSONS))),
    ],
)
def test_a_control_moved_before_its_fragment_was_drawn_draws_the_page(ask: str) -> None:
    app = AppTest.from_string(SCRIPT.format(ask=ask), default_timeout=60).run()
    app.button(key="move").click().run()
    assert not app.exception
    assert app.markdown[0].value == "drawn"
