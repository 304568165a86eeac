"""The VAE lesson: steer a variational autoencoder while it learns."""

import streamlit as st

from dashboard.lessons.vae import lesson as vae_lesson
from dashboard.lessons.vae.text import SCRIPT, explanation, term_colors

config, controls = vae_lesson.choices()
held = vae_lesson.lesson_run(config, controls)

vae_lesson.header()

from dashboard.lessons.vae import live as vae_live  # noqa: E402  brings the chart libraries: words come first

vae_live.live(held, config, controls)

st.divider()
text, script = st.columns([0.6, 0.4], gap="large")
with text:
    st.subheader("What you see")
    st.html(term_colors())
    st.markdown(explanation())
with script:
    st.subheader("Predict → reveal → explain")
    vae_lesson.script_steps(SCRIPT)
    st.subheader("Take it home")
    vae_live.take_home(held)
