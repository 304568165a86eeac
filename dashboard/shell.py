"""What surrounds every page: title, navigation, projector mode."""

import streamlit as st

from dashboard.kit.lesson import Lesson
from dashboard.kit.look import chosen_language, is_projector, kit_words
from dashboard.kit.sessions import warm_workers
from dashboard.kit.words import languages, words
from dashboard.lessons import GROUPS, LESSONS, page_of

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
.badge { font-size: 0.78rem; padding: 0.1em 0.7em; border-radius: 1em; white-space: nowrap;
         border: 1px solid color-mix(in srgb, currentColor 30%, transparent); opacity: 0.85; }
.legend { line-height: 1.7; }
.term { font-weight: 600; }
.run-facts { font-variant-numeric: tabular-nums; white-space: nowrap; line-height: 2.3rem;
         overflow: hidden; text-overflow: ellipsis; }
.run-facts > span { margin-right: 0.9em; }
</style>
"""
LADDER_STYLE = """
<style>
[class*="st-key-row_"] { position: relative; }
[class*="st-key-row_"] [class*="_typed"] { position: absolute; top: -0.35rem; inset-inline-end: 0;
         width: 5.6rem; z-index: 1; }
[class*="_typed"] input { padding: 0.1rem 0.4rem; text-align: end; font-size: 0.85rem; }
[class*="_typed"] [data-testid="stNumberInputContainer"] { min-height: 0; height: 1.7rem; }
[class*="_typed"] button { display: none; }
@media (max-width: 1150px) {
  [class*="st-key-row_"] [class*="_typed"] { width: 4rem; }
  [class*="st-key-row_"] > div:first-child [data-testid="stWidgetLabel"] {
         padding-inline-end: 4.2rem; min-height: 2.2rem; }
}
</style>
"""
PROJECTOR_STYLE = "<style>html { font-size: 20px; }</style>"

MIRRORED_STYLE = """
<style>
[data-testid="stMain"], [data-testid="stSidebar"], [data-testid="stHeader"] { direction: rtl; }
.katex, code, pre, canvas, svg, table, input, [data-testid="stSlider"], .echarts,
[data-testid="stEChartsChart"], [data-testid="stVegaLiteChart"], [data-testid="stPlotlyChart"],
[data-testid="stBidiComponentRegular"], [data-testid="stBidiComponentIsolated"] {
  direction: ltr; }
</style>
"""
"""A language from right to left mirrors the page; formulas, code, charts and numbers stay."""


def show() -> None:
    """Draw the page that the link names."""
    projector = is_projector()
    st.set_page_config(
        page_title="Latent Flow Lab",
        page_icon="🌊",
        layout="wide",
        initial_sidebar_state="collapsed" if projector else "auto",
    )
    is_mirrored = languages()[chosen_language()].direction == "rtl"
    style = BASE_STYLE + LADDER_STYLE + (PROJECTOR_STYLE if projector else "")
    st.html(style + (MIRRORED_STYLE if is_mirrored else ""))
    try:
        st.navigation(_pages(), position="top").run()
    finally:
        warm_workers(tuple(m for lesson in LESSONS for m in lesson.warm_modules))


def _pages() -> dict[str, list[st.Page]]:
    """The home page, and the lessons in groups, in the order of the course."""
    said = kit_words()
    home = st.Page(page_of("home"), title=said("home.title"), icon=":material/home:", default=True)
    found = {"": [home]}
    for group in GROUPS:
        pages = [_page(lesson) for lesson in LESSONS if lesson.group == group]
        if pages:
            found[said(f"groups.{group}")] = pages
    return found


def _page(lesson: Lesson) -> st.Page:
    title = words(lesson.package, chosen_language())("title")
    return st.Page(page_of(lesson.name), title=title, icon=lesson.icon)
