"""The estimator arena: Boopy, Naot, and what repairs Naot."""

import streamlit as st

from dashboard.lessons.estimators import lesson as arena_lesson
from dashboard.lessons.estimators.downloads import take_home
from dashboard.lessons.estimators.text import SCRIPT, explanation, role_colors

arena_lesson.choices()

arena_lesson.header()
arena_lesson.arena()

st.divider()
text, script = st.columns([0.6, 0.4], gap="large")
with text:
    st.subheader("What you see")
    st.html(role_colors())
    st.markdown(explanation())
with script:
    st.subheader("Predict → reveal → explain")
    arena_lesson.script_steps(SCRIPT)
    st.subheader("Take it home")
    take_home()
