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


TWO_AT_ONCE = """
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState

from dashboard.kit import fragments

drawn = st.session_state.setdefault("drawn", {})

def ask():
    own = ThreadState.get().fragment_id
    get_script_run_ctx().fragment_ids_this_run = [own if one == "own" else one for one in ASKED]
    fragments.redraw_later("later")

@st.fragment(key="drawer")
def drawer():
    drawn["drawer"] = drawn.get("drawer", 0) + 1

@st.fragment(key="later")
def later():
    drawn["later"] = drawn.get("later", 0) + 1

@st.fragment(key="later_due")
def later_due():
    st.button("Due", key="due", on_click=ask)

drawer()
later()
later_due()
"""


@pytest.mark.parametrize(
    ("asked", "drawn"),
    [
        (["own"], {"drawer": 1, "later": 2}),
        (["own", "drawer"], {"drawer": 2, "later": 2}),
        (["drawer"], {"drawer": 2, "later": 2}),
    ],
)
def test_what_asks_for_a_fragment_takes_no_other_asking_with_it(
    asked: list[str], drawn: dict[str, int]
) -> None:
    """Streamlit puts requests that come close together into one run of several fragments.

    And what its browser side sends of one can carry a moved control of another.
    """
    script = TWO_AT_ONCE.replace("ASKED", repr(asked))
    app = AppTest.from_string(script, default_timeout=60).run()
    app.button(key="due").click().run()
    assert not app.exception
    assert app.session_state["drawn"] == drawn
