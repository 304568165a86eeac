"""What surrounds every page: title, navigation, projector mode."""

import streamlit as st

from dashboard.kit.look import is_projector
from dashboard.kit.sessions import warm_workers
from dashboard.navigation import HOME, LESSONS, Lesson

BASE_STYLE = """
<style>
[data-testid="stMainBlockContainer"] { padding: 4.2rem 1.6rem 3rem; max-width: 1500px; }
[data-testid="stSidebarHeader"] { height: 2.6rem; margin-bottom: 0; }
[data-testid="stSidebarUserContent"] { padding-bottom: 2rem; }
[data-testid="stVerticalBlock"] { gap: 0.7rem; }
.st-key-header > div:nth-child(2) { flex: 1 1 12rem; min-width: 0; }
@media (max-width: 1150px) {
  [data-testid="stSidebar"][data-collapsed="false"] { width: 13.5rem !important; }
  [data-testid="stMainBlockContainer"] { padding: 4rem 0.8rem 2rem; }
  .st-key-strip.stHorizontalBlock { gap: 0.4rem; }
  .st-key-strip button { padding-inline: 0.5rem; }
  .run-facts, .legend { font-size: 0.88rem; }
  .stButtonGroup button { padding-inline: 0.45rem; }
  .stButtonGroup button p { font-size: 0.82rem; }
}
[data-stale="true"] { opacity: 1 !important; } /* a live page never fades */
[data-testid="stCaptionContainer"] { opacity: 0.8; }
.stApp button[kind="primary"] { color: light-dark(#ffffff, #10151c); }
.katex-display > .katex { white-space: normal; } /* a long formula breaks at its signs */
.katex-display > .katex .base { margin-block: 0.15em; }
.badge { font-size: 0.78rem; padding: 0.1em 0.7em; border-radius: 1em; white-space: nowrap;
         border: 1px solid color-mix(in srgb, currentColor 30%, transparent); opacity: 0.85; }
.legend { line-height: 1.7; }
.term { font-weight: 600; }
.run-facts { font-variant-numeric: tabular-nums; white-space: nowrap; line-height: 2.3rem;
         overflow: hidden; text-overflow: ellipsis; }
.run-facts > span { margin-right: 0.9em; }
</style>
"""
PROJECTOR_STYLE = "<style>html { font-size: 20px; }</style>"


def show() -> None:
    """Draw the page that the link names."""
    projector = is_projector()
    st.set_page_config(
        page_title="Latent Flow Lab",
        page_icon="🌊",
        layout="wide",
        initial_sidebar_state="collapsed" if projector else "auto",
    )
    st.html(BASE_STYLE + (PROJECTOR_STYLE if projector else ""))
    pages = [st.Page(HOME.path, title=HOME.title, icon=HOME.icon, default=True)]
    pages += [_page(lesson) for lesson in LESSONS]
    try:
        st.navigation(list(pages), position="top").run()
    finally:
        warm_workers()


def _page(lesson: Lesson) -> st.Page:
    return st.Page(lesson.path, title=lesson.title, icon=lesson.icon)
