"""A lesson's widgets are its own: not those of the next page, and not told twice in one run."""

from streamlit.testing.v1 import AppTest

BETWEEN_PAGES = """
import streamlit as st
from dashboard.kit import state
from dashboard.kit.tools import undo
from dashboard.lessons import LESSONS

flow = next(lesson for lesson in LESSONS if lesson.name == "flow")
kept = state.state_of(flow)

def click():
    kept.trail.note(kept.choices, None, 0.0)
    kept.choices = dict(kept.choices) | {"bins": 12}
    undo(flow, 0)

st.session_state[state.HERE] = "estimators"
st.number_input("k of another page", value=0, key="k")
st.button("Undo", key="late", on_click=click)
state.absorb(flow, kept)
st.text(f"layers {kept.choices['k']} bins {kept.choices['bins']}")
"""


def test_a_click_that_arrives_after_the_next_page_neither_reads_nor_writes_its_widgets() -> None:
    app = AppTest.from_string(BETWEEN_PAGES, default_timeout=60).run()
    default = app.text[0].value
    assert "layers 0" not in default
    app.button(key="late").click().run()
    assert not app.exception
    assert app.text[0].value == default
    assert app.number_input(key="k").value == 0


TWICE_IN_ONE_RUN = """
import streamlit as st
from dashboard.kit import state
from dashboard.kit.heard import HEARD
from dashboard.lessons import LESSONS

flow = next(lesson for lesson in LESSONS if lesson.name == "flow")
kept = state.state_of(flow)
st.session_state[state.HERE] = "flow"
kept.given.count = 1
st.session_state[HEARD] = "0"
state.absorb(flow, kept)
st.slider("Layers", 1, 8, kept.choices["k"], key="k")
state.absorb(flow, kept)
st.text(f"layers {kept.choices['k']}")
"""


def test_what_a_browser_is_told_again_may_be_drawn_already() -> None:
    app = AppTest.from_string(TWICE_IN_ONE_RUN, default_timeout=60).run()
    assert not app.exception
    app.run()
    assert not app.exception
    assert app.text[0].value == f"layers {app.slider(key='k').value}"
