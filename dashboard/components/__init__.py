"""Streamlit components v2 of our own: pictures that redraw while a model trains."""
