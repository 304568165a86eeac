"""The flow lesson: watch an autoregressive flow carry a density, with its Jacobian."""

import streamlit as st

from dashboard.lessons.flow import lesson as flow_lesson
from dashboard.lessons.flow.text import EXPLANATION, SCRIPT

config, controls = flow_lesson.choices()
held = flow_lesson.lesson_run(config, controls)

flow_lesson.header()
flow_lesson.live(held, config, controls)

st.divider()
flow_lesson.closer(config)

st.divider()
text, script = st.columns([0.6, 0.4], gap="large")
with text:
    st.subheader("What you see")
    st.markdown(EXPLANATION)
with script:
    st.subheader("Predict → reveal → explain")
    flow_lesson.script_steps(SCRIPT)
    st.subheader("Take it home")
    flow_lesson.take_home(held)
