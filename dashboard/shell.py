"""What surrounds every page: title, navigation, projector mode."""

import streamlit as st

from dashboard import lessons
from dashboard.components.heal import heal
from dashboard.kit.lesson import Lesson
from dashboard.kit.look import chosen_language, is_projector, kit_words
from dashboard.kit.sessions import warm_workers
from dashboard.kit.words import languages, words

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
  .run-facts .unit { display: none; }
  .stButtonGroup button { padding-inline: 0.45rem; }
  .stButtonGroup button p { font-size: 0.82rem; }
}
.st-key-heal { display: none; }
[data-stale="true"] { opacity: 1 !important; } /* a live page never fades */
[data-testid="stCaptionContainer"] { opacity: 0.8; }
.stApp button[kind="primary"] { color: light-dark(#ffffff, #10151c); }
.katex-display > .katex { white-space: normal; } /* a long formula breaks at its signs */
.katex-display > .katex .base { margin-block: 0.15em; }
.badge { font-size: 0.78rem; padding: 0.1em 0.7em; border-radius: 1em; white-space: nowrap;
         border: 1px solid color-mix(in srgb, currentColor 30%, transparent); opacity: 0.85; }
.legend { line-height: 1.7; }
.note { font-size: 0.82rem; line-height: 1.4; opacity: 0.8; }
.term { font-weight: 600; }
h2.group { font-size: 1rem; margin: 0; padding: 0.4rem 0 0; opacity: 0.8; }
img.card { display: block; max-width: 100%; margin-bottom: 0.4rem; }
[class*="st-key-card_"] p { font-size: 0.92rem; line-height: 1.4; }
[class*="st-key-card_"] [data-testid="stCaptionContainer"] p { font-size: 0.84rem; }
[class*="st-key-card_"] .badge { white-space: normal; display: inline-block; line-height: 1.35;
         border-radius: 0.6rem; }
.run-facts { font-variant-numeric: tabular-nums; white-space: nowrap; line-height: 2.3rem;
         overflow: hidden; text-overflow: ellipsis; }
.run-facts > span { margin-right: 0.9em; }
</style>
"""
LADDER_STYLE = """
<style>
[class*="st-key-row_"] { position: relative; }
[class*="st-key-row_"] [data-testid="stSlider"] > div:last-child { margin-top: 0.75rem; }
[class*="st-key-row_"] [class*="_typed"] { position: absolute; bottom: 1.75rem; z-index: 1;
         inset-inline-end: 0; width: 5.2rem; }
[class*="_typed"] [data-testid="stNumberInputContainer"] { min-height: 0; height: 1.6rem; }
[class*="_typed"] input { padding: 0 0.4rem; text-align: end; font-size: 0.88rem; }
[class*="_typed"] button { display: none; }
[class*="st-key-row_"] [data-testid="stSliderThumbValue"] { opacity: 0; }
[class*="st-key-row_"] :is([data-dragging], [data-focus-visible]) { z-index: 2; }
[class*="st-key-row_"] :is([data-dragging], [data-focus-visible])
  > [data-testid="stSliderThumbValue"] { opacity: 1; padding: 0 0.3rem; border-radius: 0.3rem;
         background: var(--st-secondary-background-color, Canvas); }
</style>
"""
"""A ladder's field stands over the end of its track; the thumb says its value while it moves."""

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
    heal()
    try:
        st.navigation(_pages(), position="top").run()
    finally:
        warm_workers(tuple(m for lesson in lessons.LESSONS for m in lesson.warm_modules))


def _pages() -> dict[str, list[st.Page]]:
    """The home page, and the lessons in groups, in the order of the course."""
    said = kit_words()
    home = st.Page(
        lessons.page_of("home"), title=said("home.title"), icon=":material/home:", default=True
    )
    found = {"": [home]}
    for group in lessons.GROUPS:
        pages = [_page(lesson) for lesson in lessons.LESSONS if lesson.group == group]
        if pages:
            found[said(f"groups.{group}")] = pages
    return found


def _page(lesson: Lesson) -> st.Page:
    title = words(lesson.package, chosen_language())("title")
    return st.Page(lessons.page_of(lesson.name), title=title, icon=lesson.icon)
