"""What surrounds every page: title, navigation, projector mode."""

import streamlit as st

from dashboard import lessons
from dashboard.components.heal import heal
from dashboard.kit.lesson import Lesson
from dashboard.kit.look import chosen_language, is_projector, kit_words
from dashboard.kit.readers import Reader, tell_readers
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
[class*="st-key-until_"] button { display: none; }
[class*="st-key-until_"] input { padding-inline: 0.5rem; font-size: 0.88rem; }
.st-key-heal, .st-key-heard { display: none; }
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
[class*="st-key-exercises"] table, .st-key-glossary table { width: 100%; font-size: 0.94rem;
         direction: inherit; } /* of words, not of numbers */
[class*="st-key-exercises"] td:first-child { width: 8.5rem; }
[class*="st-key-exercises"] td:last-child { width: 36%; }
.st-key-glossary td:first-child { width: 24%; }
.st-key-glossary_terms td:last-child { width: 13%; }
.st-key-glossary_letters ul { columns: 21rem; margin: 0; }
.role { display: inline-block; margin-inline-end: 1.4rem; line-height: 2; }
@media (max-width: 760px) { /* a row becomes a paragraph */
  [class*="st-key-exercises"] :is(table, tbody, tr, td),
  .st-key-glossary :is(table, tbody, tr, td) {
    display: block; width: auto !important; border: 0; }
  [class*="st-key-exercises"] thead, .st-key-glossary thead { display: none; }
  [class*="st-key-exercises"] tr, .st-key-glossary tr { margin-bottom: 0.9rem; }
}
.run-facts { font-variant-numeric: tabular-nums; white-space: nowrap; line-height: 2.3rem;
         overflow: hidden; text-overflow: ellipsis; }
.run-facts > span { margin-right: 0.9em; }
/* The name of a slider that rests: Streamlit's own grey is below 4.5 : 1. */
.stSlider label[disabled], .stSlider label[disabled] * { color: inherit !important; }
.stSlider label[disabled] { opacity: 0.75; }
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

SCRIPT_STYLE = """
<style>
.st-key-script { max-height: 45vh; overflow-y: auto; }
.stButton button kbd { color: inherit !important; opacity: 1; } /* else below 4.5 : 1 */
.st-key-script p { margin-bottom: 0.15rem; }
.st-key-script [data-testid="stCaptionContainer"] p { font-size: 0.8rem; }
.st-key-script_guesses { display: grid; grid-template-columns: 1fr 1fr; gap: 0.4rem; }
.st-key-script_guesses button { min-height: 2.1rem; justify-content: start; text-align: start; }
[data-testid="stBottomBlockContainer"] { padding: 0.4rem 1.6rem 0.5rem; max-width: 1500px; }
.dots { display: inline-flex; gap: 0.45rem; align-items: center; }
.dots i { width: 0.65rem; height: 0.65rem; border-radius: 50%; border: 2px solid currentColor; }
.dots i.now { background: var(--st-primary-color, currentColor);
         border-color: var(--st-primary-color, currentColor); }
.dots i.done { background: currentColor; opacity: 0.55; }
@media (max-width: 640px) { .st-key-script_guesses { grid-template-columns: 1fr; } }
@media print {
  [data-testid="stHeader"], [data-testid="stSidebar"], [data-testid="stBottom"],
  .st-key-sheet_acts { display: none !important; }
  [class*="st-key-sheet_step_"] { break-inside: avoid; }
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
    style = BASE_STYLE + LADDER_STYLE + SCRIPT_STYLE + (PROJECTOR_STYLE if projector else "")
    st.html(style + (MIRRORED_STYLE if is_mirrored else ""))
    heal()
    tell_readers(
        Reader(lesson=lesson, page=lessons.page_of(lesson.name))
        for lesson in lessons.in_order()
        if lesson.reads_runs_of
    )
    try:
        page = st.navigation(_pages(), position="top")
        page.run()
        if page.url_path in {lesson.name for lesson in lessons.LESSONS}:
            from dashboard.exercises.page import path_through  # below all that a page draws

            path_through(page.url_path)
            way_on(page.url_path)
    finally:
        warm_workers(tuple(m for lesson in lessons.LESSONS for m in lesson.warm_modules))


def _pages() -> dict[str, list[st.Page]]:
    """The home page, the lessons in groups, in the order of the course, and what to look up in."""
    said = kit_words()
    home = st.Page(
        lessons.page_of("home"), title=said("home.title"), icon=":material/home:", default=True
    )
    found = {"": [home]}
    for group in lessons.GROUPS:
        pages = [_page(lesson) for lesson in lessons.LESSONS if lesson.group == group]
        if pages:
            found[said(f"groups.{group}")] = pages
    found[said("groups.reference")] = [
        st.Page(lessons.page_of(name), title=_title(package), icon=icon)
        for name, (package, icon) in lessons.REFERENCE.items()
    ]
    return found


def _page(lesson: Lesson) -> st.Page:
    return st.Page(lessons.page_of(lesson.name), title=_title(lesson.package), icon=lesson.icon)


def _title(package: str) -> str:
    return words(package, chosen_language())("title")


def way_on(name: str) -> None:
    """At the end of a lesson: the one before and the one after it; at the ends, what is there."""
    said = kit_words()
    before, after = lessons.around(name)
    st.divider()
    with st.container(key="way_on"):
        left, right = st.columns(2, gap="large")
        with left:
            if before is not None:
                _lesson_link(before, said("way.previous"), ":material/arrow_back:")
            else:
                _way("home", said("way.first"), said("home.title"), said("home.about"))
        with right:
            if after is not None:
                _lesson_link(after, said("way.next"), ":material/arrow_forward:")
            else:
                own = words(lessons.REFERENCE["exercises"][0], chosen_language())
                _way("exercises", said("way.last"), own("title"), own("about"))


def _lesson_link(lesson: Lesson, way: str, icon: str) -> None:
    own = words(lesson.package, chosen_language())
    _way(lesson.name, way, own("title"), own("summary"), icon)


def _way(name: str, way: str, title: str, about: str, icon: str | None = None) -> None:
    """A link to a page, and one line of what is there."""
    label = kit_words()("way.link", way=way, title=title)
    st.page_link(lessons.page_of(name), label=label, icon=icon)
    st.caption(about)
