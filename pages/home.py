"""The home page: what this is, and the lessons."""

import streamlit as st

from dashboard.home import lesson_cards, opening_picture

st.title("Latent Flow Lab")
st.markdown(
    "See deep generative models learn. **Every picture here is a real trained model or an exact "
    "formula, and says which**; wherever an exact answer exists, it stands beside the estimate as "
    "a dashed line."
)
lessons, picture = st.columns([0.45, 0.55], gap="large")
with lessons:
    lesson_cards()
with picture:
    opening_picture()
