"""Scripts: files with clear errors, guesses before answers, what can be taken home."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from course import with_tiny_lesson
from streamlit.testing.v1 import AppTest
from support import APP, PATIENCE, fine

import dashboard.lessons as course
from dashboard.kit.guide import Guide, answers
from dashboard.kit.script_file import (
    FOLDER_VARIABLE,
    MAX_BYTES,
    Script,
    ScriptError,
    named_script,
    read_script,
    script_of,
)
from dashboard.kit.script_link import enter_guide
from dashboard.kit.sheet import answers_csv
from dashboard.kit.words import KIT, plain, words
from dashboard.lessons import LESSONS

pytestmark = pytest.mark.usefixtures("workers")

SAID = words(KIT)
VAE = next(lesson for lesson in LESSONS if lesson.name == "vae")

GOOD: dict[str, str] = {
    "preset": '"collapse"',
    "question": '"What happens?"',
    "choices": '["Nothing.", "All.", "$x^2$"]',
    "answer": "2",
    "overlooked": '["That it does.", "", "Squares."]',
    "explain": '"Because."',
}


def file(**changes: str | None) -> str:
    """A script of one step, as a file; None leaves a key out."""
    rows = {key: value for key, value in (GOOD | changes).items() if value is not None}
    return "\n".join(["[[step]]", *(f"{key} = {value}" for key, value in rows.items())])


def read(text: str) -> Script:
    return read_script(VAE, text, SAID)


@pytest.mark.parametrize("lesson", LESSONS, ids=[lesson.name for lesson in LESSONS])
def test_the_shipped_scripts_hold_together(lesson: Any) -> None:
    script = script_of(lesson)
    assert len(script.steps) >= 5
    for step in script.steps:
        assert len(step.options) == 4
        assert len(set(step.options)) == 4
        assert step.outline
        assert "TODO" not in " ".join((step.question, step.explain, *step.options))


def test_a_step_says_all_that_its_file_says() -> None:
    more = {"ask": "{ latent = 4 }", "hide": '["left_panel"]'}
    (step,) = read(file(set='{ panel = "units", beta = 50 }', train_steps="40", **more)).steps
    assert (step.over, step.hidden) == ({"latent": 4}, ("left_panel",))
    assert read(file()).steps[0].over is None
    assert step.choices == {"panel": "units", "beta": 50.0}
    assert (step.preset, step.answer, step.train_steps) == ("collapse", 2, 40)
    assert step.overlooked == ("That it does.", "", "Squares.")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[[step", "TOML"),
        ("", "1 to 60 steps"),
        ("step = 3", "1 to 60 steps"),
        ("step = [3]", "a table"),
        ('lesson = "flow"\n' + file(), "for the lesson `flow`"),
        ('teacher = "me"\n' + file(), "`teacher`"),
        (file(question=None), "`question` must be a text"),
        (file(question='""'), "`question` must be a text"),
        (file(explain="3"), "`explain` must be a text"),
        (file(choices='["one"]'), "`choices` must be two to 4"),
        (file(choices='["1", "2", "3", "4", "5"]'), "`choices` must be two to 4"),
        (file(choices="[1, 2]"), "`choices` must be a list of texts"),
        (file(answer="4"), "`answer` must be a whole number from 1 to 3"),
        (file(answer="true"), "`answer` must be a whole number"),
        (file(overlooked='["a", "b", "c"]'), "`overlooked` must be one sentence for every wrong"),
        (file(overlooked='["a", ""]'), "`overlooked` must be one sentence for every wrong"),
        (file(preset='"nowhere"'), "`preset` must be one of start"),
        (file(preset=None), "`preset` must be an experiment"),
        (file(set="{ wat = 1 }"), "`wat` must be an option"),
        (file(set="{ beta = -1 }"), "`set` must be"),
        (file(set="3"), "`set` must be a table"),
        (file(outline='["moon"]'), "`outline` must be one of"),
        (file(hide='["moon"]'), "`hide` must be one of"),
        (file(ask="{ wat = 1 }"), "`wat` must be an option"),
        (file(ask="{ beta = -1 }"), "`ask` must be"),
        (file(ask="3"), "`ask` must be a table"),
        (file(train_steps="-1"), "`train_steps` must be a whole number"),
        (file(color='"red"'), "`color` must be one of the keys"),
    ],
)
def test_every_fault_of_a_file_is_one_sentence(text: str, named: str) -> None:
    with pytest.raises(ScriptError) as fault:
        read(text)
    assert named in str(fault.value)
    assert "\n" not in str(fault.value)


def test_a_file_of_a_folder_is_found_by_name_and_by_no_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ScriptError, match="no folder of scripts"):
        named_script(VAE, "mine", SAID)
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "mine.toml").write_text(file())
    (tmp_path / "secret.toml").write_text(file())
    (folder / "large.toml").write_text("#" * (MAX_BYTES + 1))
    (folder / "binary.toml").write_bytes(b"\xff\xfe")
    monkeypatch.setenv(FOLDER_VARIABLE, str(folder))
    assert named_script(VAE, "mine", SAID).name == "mine"
    for name in ("../secret", "nowhere", "", "mine.toml", "/etc/passwd"):
        with pytest.raises(ScriptError, match="not in this server"):
            named_script(VAE, name, SAID)
    with pytest.raises(ScriptError, match="200 kB"):
        named_script(VAE, "large", SAID)
    with pytest.raises(ScriptError, match="UTF-8"):
        named_script(VAE, "binary", SAID)


@pytest.mark.parametrize(
    "text",
    ["![i](http://a.b/x.png)", "[click](http://a.b)", "<b>x</b>", ":red[x]", "**x**", "www.a.b"],
)
def test_nothing_of_a_teachers_text_is_markup_but_its_formulas(text: str) -> None:
    said = plain(f"{text} $x_1^2$")
    assert said.endswith(" $x_1^2$")
    assert not re.search(r"(?<!\\)[\[\]<>*!:.(]", said.removesuffix("$x_1^2$"))


@pytest.mark.parametrize("text", ["0", "6", "x", "-1", "1.5", "99999999999999999999"])
def test_a_step_that_is_not_there_is_named(text: str) -> None:
    guide = Guide()
    (complaint,) = enter_guide(VAE, guide, {"step": [text]}, "en", SAID)
    assert "`step`" in complaint
    assert guide.step == 0


def test_a_guess_stands_before_its_answer() -> None:
    guide = Guide()
    guide.go(1, 5)
    assert not guide.may_reveal
    guide.guess(3)
    assert guide.may_reveal
    guide.guess(2)  # until it is revealed one may change one's mind
    guide.revealed.add(1)
    guide.guess(1)
    assert guide.guesses == {1: 2}
    rows = answers(script_of(VAE), guide)
    assert len(rows) == len(script_of(VAE).steps)
    assert rows[0]["guess"] == script_of(VAE).steps[0].options[1]
    assert all(row["guess"] == row["answer"] == "" for row in rows[1:])


def test_answers_are_a_table() -> None:
    guide = Guide(step=1, guesses={1: 1}, revealed={1})
    text = answers_csv(script_of(VAE), guide).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["step"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert rows[0]["right"] in ("0", "1")


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    with with_tiny_lesson(tmp_path, monkeypatch):
        yield AppTest.from_file(APP, default_timeout=PATIENCE).run()


def texts(app: AppTest) -> str:
    return "\n".join(text.value for text in app.markdown)


def test_a_link_opens_a_step_and_nothing_is_explained_before_its_guess(tiny: AppTest) -> None:
    tiny.query_params["step"] = "1"
    tiny.switch_page(str(course.page_of("tiny"))).run()
    fine(tiny)
    assert "Smaller?" in texts(tiny)
    assert "You guessed" not in texts(tiny)
    assert tiny.button(key="script_next_1").disabled  # the only step, and nothing is guessed
    tiny.button(key="guess_2").click().run()
    assert "You guessed" not in texts(tiny)
    tiny.button(key="script_next_1").click().run()
    fine(tiny)
    assert "The batch." in texts(tiny)  # what the guess overlooked
    assert tiny.session_state["tiny_state"].choices["rows"] == 64


@pytest.mark.parametrize("sheet", ["answers", "solutions"])
def test_a_sheet_stands_in_place_of_the_page_and_the_choices_stay(
    tiny: AppTest, sheet: str
) -> None:
    tiny.switch_page(str(course.page_of("tiny"))).run()
    tiny.button(key="preset_small").click().run()
    tiny.button(key="script_open").click().run()
    tiny.button(key=f"sheet_{sheet}").click().run()
    fine(tiny)
    assert ("The batch." in texts(tiny)) == (sheet == "solutions")
    assert not [button for button in tiny.button if button.key == "train"]
    tiny.button(key="sheet_leave").click().run()
    fine(tiny)
    assert tiny.button(key="train")
    assert tiny.session_state["tiny_state"].choices["rows"] == 64


def test_a_teachers_script_is_plain_but_for_its_formulas(
    tiny: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = GOOD | {"preset": '"small"', "question": "'![i](http://a.b/x.png) $x^2$?'"}
    (tmp_path / "mine.toml").write_text(
        "\n".join(["[[step]]", *(f"{key} = {value}" for key, value in rows.items())])
    )
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    tiny.query_params["script"], tiny.query_params["step"] = "mine", "1"
    tiny.switch_page(str(course.page_of("tiny"))).run()
    fine(tiny)
    assert "$x^2$" in texts(tiny)
    assert "![i]" not in texts(tiny)
    assert tiny.query_params["script"] in ("mine", ["mine"])
