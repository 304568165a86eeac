"""What a visitor of the arena can take home: the numbers behind every picture."""

from collections.abc import Callable

import pandas as pd
import streamlit as st

from dashboard.lessons.estimators import panels as arena_panels
from dashboard.lessons.estimators.controls import Choice
from dashboard.lessons.estimators.desk import Answers, ArenaDesk
from dashboard.lessons.estimators.race import race_frame
from dashboard.lessons.estimators.table import rows, table_frame

Make = Callable[[Choice, Answers], pd.DataFrame]


def take_home() -> None:
    """Downloads of what every picture shows, made when a button is clicked."""
    st.caption(
        "The address of this page holds every control and the seed: opened elsewhere it starts "
        "the same experiment."
    )
    files: tuple[tuple[str, str, Make], ...] = (
        ("⬇ Table (CSV)", "table", _table_frame),
        ("⬇ Estimates (CSV)", "estimates", _estimates_frame),
        ("⬇ Variances (CSV)", "variances", lambda choice, a: arena_panels.sweep_frame(a, choice)),
        ("⬇ Draws (CSV)", "draws", lambda _, a: _draws_frame(a)),
        ("⬇ Race (CSV)", "race", lambda _, a: _race_rows(a)),
    )
    desk: ArenaDesk = st.session_state.setdefault("arena_desk", ArenaDesk())
    with st.container(horizontal=True):
        for text, name, make in files:
            st.download_button(
                text,
                data=_csv(desk, make),
                file_name=f"latent-flow-lab-arena-{name}.csv",
                mime="text/csv",
                on_click="ignore",
                key=f"download_{name}",
            )


def _csv(desk: ArenaDesk, make: Make) -> Callable[[], str]:
    def text() -> str:
        if desk.choice is None:
            return ""
        return make(desk.choice, desk.answers()).to_csv(index=False)

    return text


def _table_frame(choice: Choice, answers: Answers) -> pd.DataFrame:
    if answers.trial is None or answers.exact is None:
        return pd.DataFrame()
    table = rows(choice.arena, choice.index, answers.exact, answers.trial)
    return table_frame(table, answers.exact, choice.index)


def _estimates_frame(choice: Choice, answers: Answers) -> pd.DataFrame:
    if answers.trial is None:
        return pd.DataFrame()
    columns = {n: pd.Series(t.shown[:, choice.index]) for n, t in answers.trial.tallies.items()}
    return pd.DataFrame(columns)


def _draws_frame(answers: Answers) -> pd.DataFrame:
    if answers.witness is None:
        return pd.DataFrame()
    seen = answers.witness
    return pd.DataFrame({"z": seen.z, "f": seen.value, **seen.arrows})


def _race_rows(answers: Answers) -> pd.DataFrame:
    return pd.DataFrame() if answers.race is None else race_frame(answers.race)
