"""What holds for every lesson, from its declaration: pages, experiments, links, runs, words."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from course import ALL, TINY, with_tiny_lesson
from streamlit.testing.v1 import AppTest
from support import APP, PATIENCE, fine

from core.training import resolve
from dashboard.kit.lesson import Lesson
from dashboard.kit.links import read_link, written
from dashboard.kit.option import Option
from dashboard.kit.parts import live_part
from dashboard.kit.script_file import script_of
from dashboard.kit.sessions import run_store
from dashboard.kit.words import KIT, words

pytestmark = pytest.mark.usefixtures("workers")

NAMES = [lesson.name for lesson in ALL]
HOSTILE = ("![i](http://127.0.0.1/x.png)", "[click](http://127.0.0.1/x)", "<b>`x`", "nonsense")


@pytest.fixture(autouse=True)
def _tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with with_tiny_lesson(tmp_path, monkeypatch):
        yield


@pytest.fixture(params=ALL, ids=NAMES)
def lesson(request: pytest.FixtureRequest) -> Lesson:
    found: Lesson = request.param
    return found


def on(lesson: Lesson, app: AppTest | None = None, /, **link: str) -> AppTest:
    """The page of ``lesson`` as a link opens it, in a new session or another one."""
    if app is None:
        app = AppTest.from_file(APP, default_timeout=PATIENCE).run()
    for key in list(app.query_params):
        del app.query_params[key]
    for key, value in link.items():
        app.query_params[key] = value
    import dashboard.lessons as course

    app.switch_page(str(course.page_of(lesson.name))).run()
    fine(app)
    return app


def link_of(app: AppTest) -> dict[str, str]:
    """The query of the address."""
    asked = app.query_params
    return {key: v if isinstance(v := asked[key], str) else v[0] for key in asked}


def state(app: AppTest, lesson: Lesson) -> Any:
    return app.session_state[f"{lesson.name}_state"]


def said(lesson: Lesson, key: str) -> str:
    return words(lesson.package)(key)


def test_a_page_opens_without_a_complaint(lesson: Lesson) -> None:
    app = on(lesson)
    assert not app.warning
    assert not app.error
    assert state(app, lesson).choices == lesson.defaults


def test_every_experiment_starts_with_one_click(lesson: Lesson) -> None:
    app = on(lesson)
    for name, preset in lesson.presets.items():
        app.button(key=f"preset_{name}").click().run()
        fine(app)
        chosen = state(app, lesson).choices
        assert {key: chosen[key] for key in preset.choices} == dict(preset.choices)
        for key in (key for key in preset.choices if key in app.session_state):
            drawn = app.session_state[key]  # what its widget stands at
            assert (tuple(drawn) if isinstance(drawn, list) else drawn) == chosen[key], key
        assert any(said(lesson, f"presets.{name}.shows") in text.value for text in app.markdown)
        assert not any("Waiting for" in box.value for box in app.info), name


def test_every_step_of_the_script_reveals_its_experiment(lesson: Lesson) -> None:
    app = on(lesson)
    steps = script_of(lesson).steps
    app.button(key="script_open").click().run()
    for number, step in enumerate(steps, start=1):
        assert any(step.question in text.value for text in app.markdown)
        assert link_of(app)["step"] == str(number)
        app.button(key=f"guess_{number % len(step.options) + 1}").click().run()
        assert not any(step.explain in text.value for text in app.markdown)
        app.button(key=f"script_next_{number}").click().run()
        fine(app)
        assert any(step.explain in text.value for text in app.markdown)
        if step.preset:
            assert state(app, lesson).shown == step.preset
        chosen = state(app, lesson).choices
        assert {key: chosen[key] for key in step.choices} == dict(step.choices)
        if number < len(steps):
            app.button(key=f"script_on_{number}").click().run()


def another(option: Option, default: Any) -> Any:
    """A value of an option that is not its default."""
    if option.look == "switch":
        return not default
    if option.is_many:
        return option.values[:1] if option.values[:1] != default else option.values[:2]
    if option.values:
        return next(value for value in option.values if value != default)
    if option.is_number:
        return next((rung for rung in option.rungs if rung != default), default + 1)
    return next((text for text in TEXTS if option.valid and _is_valid(option, text)), None)


TEXTS = ("0.5,-1;2,0.3", "0.5,-1", "1,3", "512", "0.5,-1,1", "0,0,1,1,0;1,1,1,1,0")
"""Of what pictures hold, texts that one option or another accepts."""


def _is_valid(option: Option, text: str) -> bool:
    assert option.valid is not None
    try:
        option.valid(text)
    except ValueError:
        return False
    return True


def test_a_link_carries_every_choice_by_key(lesson: Lesson) -> None:
    own, kit = words(lesson.package), words(KIT)
    for option in lesson.options:
        value = another(option, lesson.defaults[option.key])
        if value is None:
            assert option.look == "text"
            assert option.valid is None  # a text that the configuration reads
            continue
        link = written(lesson, lesson.defaults | {option.key: value})
        assert list(link) == [option.key]
        found = read_link(lesson, {key: [text] for key, text in link.items()}, own, kit)
        assert found.choices == {option.key: value}, option.key
        assert not found.complaints


def test_nothing_of_a_link_is_rendered_and_all_that_is_wrong_is_named(lesson: Lesson) -> None:
    for option in lesson.options:
        if option.look == "text" and option.valid is None:
            continue
        for text in HOSTILE:
            app_free = read_link(lesson, {option.key: [text]}, words(lesson.package), words(KIT))
            assert len(app_free.complaints) == 1, option.key
            outside = re.sub(r"(`+).*?\1", "", app_free.complaints[0])
            assert not re.search(r"[\[\]<>!]|http|nonsense", outside), app_free.complaints


def test_unknown_keys_doubles_and_bad_switches_are_named(lesson: Lesson) -> None:
    option = next(o for o in lesson.options if o.is_number)
    asked = {"wat": ["1"], option.key: ["1", "2"], "projector": ["maybe"], "lang": ["xx"]}
    asked["shows"] = ["nothing"]
    found = read_link(lesson, asked, words(lesson.package), words(KIT))
    text = " ".join(found.complaints)
    assert "`wat`" in text
    assert f"`{option.key}` more than once" in text
    assert "`projector` = `maybe`" in text
    assert "`lang` = `xx`" in text
    assert "`shows` = `nothing`" in text
    assert not found.choices
    assert not found.shows


def test_a_number_out_of_bounds_is_refused_by_the_configuration(lesson: Lesson) -> None:
    for option in lesson.options:
        if option.is_number and option.place == "sidebar":
            far = -(10**12)
            is_mended = lesson.check and lesson.check(lesson.defaults | {option.key: far})[1]
            assert lesson.refusal(option.key, far) or is_mended, option.key


def test_any_number_that_the_configuration_accepts_opens_the_page(lesson: Lesson) -> None:
    link = {}
    for option in lesson.options:
        if option.look == "ladder":
            middle = (option.rungs[0] + option.rungs[-1]) / 2
            value = int(middle) + 1 if option.is_whole else round(middle * 0.97 + 1e-3, 6)
            if not lesson.refusal(option.key, value):
                link[option.key] = value
    assert link
    first = dict(list(link.items())[:3])
    app = on(lesson, **{key: str(value) for key, value in first.items()})
    chosen = state(app, lesson).choices
    assert {key: chosen[key] for key in first} == first


PAIRS = [(one, other) for one in ALL for other in ALL if one is not other]
every_pair = pytest.mark.parametrize(
    ("lesson", "other"), PAIRS, ids=[f"{one.name}, {other.name}" for one, other in PAIRS]
)


@every_pair
def test_a_run_of_another_lesson_is_not_found(lesson: Lesson, other: Lesson) -> None:
    elsewhere = on(other)
    foreign = link_of(elsewhere).get("run", "a lesson without runs")
    for app in (on(lesson, run=foreign), on(lesson, elsewhere, run=foreign)):
        if not lesson.training:
            assert "run" not in link_of(app)
            continue
        assert app.session_state[f"{lesson.name}_run"] != foreign
        assert any("not found" in toast.value for toast in app.toast)
        assert link_of(app)["run"] == app.session_state[f"{lesson.name}_run"]


@every_pair
def test_choices_survive_another_page_and_the_way_back(lesson: Lesson, other: Lesson) -> None:
    option = next(o for o in lesson.options if o.place == "sidebar" and o.look == "ladder")
    value = another(option, lesson.defaults[option.key])
    app = on(lesson, **written(lesson, lesson.defaults | {option.key: value}))
    before = dict(state(app, lesson).choices)
    link = link_of(app)
    on(other, app)
    assert state(app, other).choices == other.defaults
    on(lesson, app)
    assert state(app, lesson).choices == before
    assert link_of(app) == link
    assert not any("Waiting for" in box.value for box in app.info)


def test_all_words_are_there(lesson: Lesson) -> None:
    own = words(lesson.package)
    wanted = ["title", "summary", "before", "after", "opening", "explanation"]
    for option in lesson.options:
        wanted.append(f"options.{option.key}.label")
        if option.group:
            wanted.append(f"groups.{option.group}.title")
    for name in lesson.presets:
        wanted += [f"presets.{name}.title", f"presets.{name}.shows"]
    wanted += [f"roles.{role}" for role in lesson.roles]
    wanted += [f"symbols.{symbol}" for symbol in lesson.symbols]
    wanted += ["train_help"] if lesson.training else []
    missing = [key for key in wanted if key not in own]
    assert not missing


def test_every_value_of_a_menu_has_words(lesson: Lesson) -> None:
    own = words(lesson.package)
    for option in lesson.options:
        for value in option.values:
            shown = own.value(option.words_of, value)
            key = f"options.{option.words_of}.values.{value}"
            assert shown != value or value.isdigit() or key in own, (option.key, value)


def test_what_a_declaration_names_is_there(lesson: Lesson) -> None:
    for option in lesson.options:
        if option.beside:
            assert callable(resolve(option.beside))
    for part in lesson.training:
        assert part.config.lesson == lesson.name
        assert callable(resolve(part.config.first_run))
        assert not part.ready or callable(resolve(part.ready))
    for module in lesson.warm_modules:
        assert module.startswith("core.")
    assert live_part(lesson).parts


def test_several_named_runs_of_a_lesson_train_at_once() -> None:
    app = on(TINY)
    ids = [app.session_state[slot] for slot in ("tiny_run", "tiny_second_run")]
    views = [run_store().view(run_id) for run_id in ids]
    assert {type(view.run.config).__name__ for view in views if view} == {"One", "Two"}
    assert link_of(app)["run_second"] == ids[1]
    assert not on(TINY, **link_of(app)).warning  # both are known by their keys
