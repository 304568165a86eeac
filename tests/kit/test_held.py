"""Fields beside handles: made anew when their number changes, and deaf to what is behind."""

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.kit import held
from dashboard.kit.lesson import Lesson
from dashboard.kit.option import Choices, Option
from dashboard.kit.own_data import numbers_of


def _question(choices: Choices) -> float:
    value = float(choices.get("mu", 0.5))
    if not abs(value) <= 10:
        raise ValueError(f"`mean` must be from -10 to 10, got {value:g}")
    return value


def _held(key: str, look: Any, default: Any, **more: Any) -> Option:
    return Option(key=key, look=look, applies="live", default=default, place="picture", **more)


LESSON = Lesson(
    name="held",
    package="held",
    icon=":material/star:",
    group="likelihood",
    minutes=1,
    options=(
        _held("mu", "number", 0.5),
        _held("t", "number", 3, is_whole=True),
        _held("word", "text", "a b"),
        _held("x", "text", "1 2", valid=lambda text: numbers_of("x", text)),
    ),
    question=_question,
)

STATE = SimpleNamespace(choices={}, fields={}, complaints=(), drawn={})
"""Of the one session of these tests."""


class Rerun(Exception):
    """What Streamlit raises to begin again."""


@pytest.fixture(autouse=True)
def redrawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A fresh session; the parts that were asked to be drawn again."""
    STATE.choices, STATE.fields, STATE.complaints = dict(LESSON.defaults), {}, ()
    STATE.drawn = {}
    asked: list[str] = []
    monkeypatch.setattr(held, "state_of", lambda _: STATE)
    monkeypatch.setattr(held, "redraw", lambda _, part: asked.append(part))
    return asked


def scene() -> Any:
    said = dict.fromkeys((f"options.{key}.label" for key in LESSON.by_key), "label")
    return SimpleNamespace(
        lesson=LESSON,
        state=STATE,
        choices=STATE.choices,
        option=LESSON.by_key.__getitem__,
        said=_Words(said),
    )


class _Words(dict[str, str]):
    """Words without placeholders."""

    def __call__(self, key: str) -> str:
        return self[key]


def _script() -> None:
    from test_held import scene  # of this module: a script has no other way to it

    from dashboard.kit import held

    held.held_number(scene(), "mu")
    held.held_number(scene(), "t")
    held.held_text(scene(), "word")
    held.held_column(scene(), "x")


def drawn() -> AppTest:
    app = AppTest.from_function(_script).run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def keys(app: AppTest) -> list[str | None]:
    return [one.key for one in (*app.number_input, *app.text_input, *app.text_area)]


def test_fields_show_what_holds() -> None:
    app = drawn()
    assert keys(app) == ["mu_held_0", "t_held_0", "word_held_0", "x_held_0"]
    assert app.number_input[0].value == 0.5
    assert app.number_input[1].value == 3
    assert isinstance(app.number_input[1].value, int)
    assert app.text_input[0].value == "a b"
    assert app.text_area[0].value == "1\n2"


def test_a_field_is_the_same_as_long_as_its_number_is() -> None:
    app = drawn()
    before = keys(app)
    assert keys(app.run()) == before


def test_a_field_is_made_anew_when_a_handle_moves_its_number() -> None:
    app = drawn()
    STATE.choices["mu"] = 1.25
    app.run()
    assert keys(app)[:2] == ["mu_held_1", "t_held_0"]
    assert app.number_input[0].value == 1.25
    STATE.choices["mu"] = 0.5
    app.run()
    assert keys(app)[0] == "mu_held_2"


def test_what_is_typed_holds(redrawn: list[str]) -> None:
    app = drawn()
    app.number_input[0].set_value(-2.5).run()
    assert STATE.choices["mu"] == -2.5
    assert redrawn == ["live"]
    assert keys(app)[0] == "mu_held_0"  # the same element: it keeps the focus
    app.number_input[1].set_value(4).run()
    assert STATE.choices["t"] == 4
    app.text_input[0].set_value(" c \n d ").run()
    assert STATE.choices["word"] == "c d"
    app.text_area[0].set_value("3\n\n4,\n").run()
    assert numbers_of("x", STATE.choices["x"]) == (3, 4)
    assert STATE.complaints == ()
    assert str(app.text_area[0].value).split() == STATE.choices["x"].split()


def test_what_is_refused_is_said_once_and_put_back(redrawn: list[str]) -> None:
    app = drawn()
    app.number_input[0].set_value(11.0).run()
    assert STATE.choices["mu"] == 0.5
    assert STATE.complaints == ("`mu` = `11.0`: `mean` must be from -10 to 10, got 11.",)
    assert redrawn == []
    assert app.number_input[0].key == "mu_held_0"
    assert app.number_input[0].value == 0.5
    app.number_input[0].set_value(11.0).run()  # the same once more: said once more
    assert STATE.choices["mu"] == 0.5
    assert app.number_input[0].value == 0.5
    app.number_input[0].set_value(9.0).run()
    assert STATE.choices["mu"] == 9
    assert STATE.complaints == ()


@pytest.mark.parametrize("text", ["1 two", "", "nan", "1 " * 501, "1e7", "`**x**` <b>"])
def test_a_column_that_is_refused_stays_to_be_mended(text: str) -> None:
    app = drawn()
    app.text_area[0].set_value(text).run()
    assert STATE.complaints == ()  # nothing above the place where it was pasted
    (box,) = app.error
    sentence = box.value
    assert sentence.startswith("`x`")
    assert sentence.endswith(".")
    assert len(sentence) < 200
    assert STATE.choices == LESSON.defaults
    assert app.text_area[0].value == text
    app.text_area[0].set_value("1 3").run()
    assert not app.error
    assert STATE.choices["x"] == "1 3"


def test_what_was_wrong_with_a_column_goes_when_a_handle_moves_it() -> None:
    app = drawn()
    app.text_area[0].set_value("1 two").run()
    assert app.error
    STATE.choices["x"] = "5 6"
    app.run()
    assert not app.error
    assert app.text_area[0].value == "5\n6"


# a browser that is behind


def sent(monkeypatch: pytest.MonkeyPatch, key: str, value: Any) -> None:
    """What a browser sends of a field, as a callback sees it."""

    def rerun() -> None:
        raise Rerun

    fake = SimpleNamespace(session_state={key: value}, rerun=rerun)
    monkeypatch.setattr(held, "st", fake)
    held._take(LESSON, LESSON.by_key["mu"], key)


@pytest.fixture
def standing() -> None:
    STATE.fields["mu"] = (2, 0.5)


@pytest.mark.usefixtures("standing")
def test_a_field_that_is_gone_is_not_heard(
    monkeypatch: pytest.MonkeyPatch, redrawn: list[str]
) -> None:
    for key in ("mu_held_0", "mu_held_1", "mu_held_3"):
        sent(monkeypatch, key, 4.0)
    assert STATE.choices["mu"] == 0.5
    assert redrawn == []
    sent(monkeypatch, "mu_held_2", 4.0)
    assert STATE.choices["mu"] == 4
    assert redrawn == ["live"]


@pytest.mark.usefixtures("standing")
def test_an_emptied_field_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sent(monkeypatch, "mu_held_2", None)
    assert STATE.choices["mu"] == 0.5
    assert STATE.complaints == ()


@pytest.mark.usefixtures("standing")
@pytest.mark.parametrize("value", [float("nan"), float("inf"), -11.0])
def test_a_number_that_cannot_be_begins_again(
    monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    with pytest.raises(Rerun):
        sent(monkeypatch, "mu_held_2", value)
    assert STATE.choices["mu"] == 0.5
    assert held.st.session_state == {"mu_held_2": 0.5}
    assert STATE.fields["mu"] == (2, 0.5)
    assert len(STATE.complaints) == 1
