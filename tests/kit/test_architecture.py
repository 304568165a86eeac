"""The rooms and who may enter: pages → dashboard → core, one way."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from import_graph import (
    ROOT,
    cycles,
    import_graph,
    imported_modules,
    longest_chain,
    modules_of,
)

from dashboard.kit.lesson import Lesson
from dashboard.lessons import LESSONS

CHARTS = {"altair", "plotly", "pandas"}

FORBIDDEN = {
    "core": {"streamlit", *CHARTS, "dashboard", "pages"},
    "dashboard": {"pages", "torch"},
    "dashboard/charts": {"pages", "torch", "streamlit"},
    "pages": {"pages", "torch", "numpy", "streamlit", *CHARTS},
}
"""Packages that no module of a room may import."""

MODELS = sorted(path.name for path in (ROOT / "core").iterdir() if (path / "answers.py").exists())
"""Packages of core that are models: workers answer questions about them."""

LONGEST_FILE = 300

MAY_IMPORT = {
    "foundations": {"vae", "flow.targets"},
    "evidence": {"vae"},
    "map": {"vae", "flow"},
    "hierarchy": {"vae"},
    "estimators": {"vae"},
    "ddim": {"score"},
}
"""Which models and lessons a model may import besides its own; the others none."""

SERVICES = {"execution"}
"""Packages of core that are no model: they know none, and none knows them."""

LONGEST_CHAIN = 8


def test_the_graph_of_imports_is_read_aright(tmp_path: Path) -> None:
    sources = {
        "one": "from typing import TYPE_CHECKING\nimport two\nif TYPE_CHECKING:\n    import three",
        "two": "class A:\n    def f(self):\n        from three import x",
        "three": "def g():\n    if True:\n        import one",
    }
    modules = {name: tmp_path / f"{name}.py" for name in sources}
    for name, source in sources.items():
        modules[name].write_text(source)
    assert cycles(import_graph(modules, inside_functions=True)) == [["one", "two", "three", "one"]]
    shallow = import_graph(modules, inside_functions=False)
    assert shallow == {"one": {"two"}, "two": set(), "three": set()}
    assert cycles(shallow) == []
    assert longest_chain(shallow) == ("one", "two")


def test_no_module_imports_itself_by_a_detour() -> None:
    modules = modules_of("core", "dashboard", "pages")
    assert cycles(import_graph(modules, inside_functions=True)) == []


def test_no_chain_of_imports_is_long() -> None:
    modules = modules_of("core", "dashboard", "pages")
    chain = longest_chain(import_graph(modules, inside_functions=False))
    assert len(chain) <= LONGEST_CHAIN, chain


def test_a_model_imports_no_other_but_those_it_builds_on() -> None:
    models = {path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists()}
    assert {"vae", "flow", "estimators", "execution"} <= models
    for name, path in modules_of("core").items():
        inside = name.split(".")[1] if name.split(".")[1:2] and path.parent.name != "core" else ""
        for imported in imported_modules(path):
            room, _, rest = imported.removeprefix("core.").partition(".")
            if not imported.startswith("core.") or room not in models or room == inside:
                continue
            allowed = MAY_IMPORT.get(inside, set())
            assert room in allowed or f"{room}.{rest}" in allowed, f"{name} imports {imported}"
            assert room not in SERVICES, f"{name} imports {imported}"


def test_a_lesson_imports_no_other_and_only_its_models() -> None:
    for name, path in modules_of("dashboard/lessons").items():
        lesson = name.split(".")[2] if name.count(".") > 1 else ""
        for imported in imported_modules(path):
            room = ".".join(imported.split(".")[:3])
            if imported.startswith("dashboard.lessons.") and lesson:
                assert room == f"dashboard.lessons.{lesson}", f"{name} imports {imported}"
            model, _, rest = imported.removeprefix("core.").partition(".")
            if imported.startswith("core.") and model in MODELS and model != lesson:
                allowed = MAY_IMPORT.get(lesson, set())
                assert model in allowed or f"{model}.{rest}" in allowed, f"{name}: {imported}"


@pytest.mark.parametrize("room", ["dashboard/kit", "dashboard/charts", "dashboard/components"])
def test_what_lessons_share_knows_no_lesson_and_no_model(room: str) -> None:
    for name, path in modules_of(room).items():
        for imported in imported_modules(path):
            assert not imported.startswith("dashboard.lessons"), f"{name} imports {imported}"
            model = imported.removeprefix("core.").partition(".")[0]
            is_model = imported.startswith("core.") and model in MODELS
            assert not is_model, f"{name} imports {imported}"


def test_a_page_is_three_lines() -> None:
    for lesson in LESSONS:
        path = ROOT / "pages" / f"{lesson.name}.py"
        body = ast.parse(path.read_text(encoding="utf-8")).body[1:]  # after its docstring
        assert len(body) == 3, path
        assert imported_modules(path) == {"dashboard.kit.page", f"{lesson.package}.lesson"}


def test_the_smallest_lesson_is_small() -> None:
    files = [
        path for path in (ROOT / "tests/kit/tiny_lesson").rglob("*.*") if path.suffix != ".pyc"
    ]
    assert {path.name for path in files} >= {"lesson.py", "live.py", "en.toml"}
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files) < 100


def test_no_file_is_long() -> None:
    for pattern in ("*.py", "*.js"):
        for room in ("core", "dashboard", "pages", "tests"):
            for path in (ROOT / room).rglob(pattern):
                if "vendor" not in path.parts:
                    lines = len(path.read_text(encoding="utf-8").splitlines())
                    assert lines <= LONGEST_FILE, path


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_only_what_it_may(room: str) -> None:
    files = sorted((ROOT / room).rglob("*.py"))
    assert files
    for path in files:
        roots = {name.split(".")[0] for name in imported_modules(path)}
        assert not roots & FORBIDDEN[room], path


def test_the_theme_knows_no_streamlit() -> None:
    assert "streamlit" not in imported_modules(ROOT / "dashboard/theme.py")


def test_pages_define_no_classes() -> None:
    for path in (ROOT / "pages").glob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        assert not any(isinstance(node, ast.ClassDef) for node in nodes), path


def run_python(code: str) -> None:
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_core_works_where_streamlit_is_absent() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "core").rglob("*.py")
        if path.name != "__init__.py"
    ]
    run_python(
        "import sys, importlib\n"
        "for name in ('streamlit', 'altair', 'plotly', 'pandas'): sys.modules[name] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)"
    )


def test_nothing_that_the_server_imports_needs_torch() -> None:
    """Now or later: every module of the dashboard, and what it asks of core, in functions too."""
    graph = import_graph(modules_of("core", "dashboard"), inside_functions=True)
    names = {name for name in graph if name.startswith("dashboard") and name != "dashboard.app"}
    names |= {imported for name in names for imported in graph[name]}
    ready = (part.ready for lesson in LESSONS for part in lesson.training if part.ready)
    names |= {path.partition(":")[0] for path in ready}
    wanted = sorted(names)
    assert {f"core.{model}.requests" for model in MODELS} <= set(wanted)
    run_python(
        "import sys, importlib\n"
        "sys.modules['torch'] = None\n"
        f"for name in {wanted!r}: importlib.import_module(name)"
    )


def test_what_answers_travel_with_and_what_the_server_opens_with_leave_torch_alone() -> None:
    first = ["dashboard.shell", "core.training", "core.execution.store"]
    first += [f"core.{model}.{part}" for model in MODELS for part in ("answers", "requests")]
    first += [f"{lesson.package}.{part}" for lesson in LESSONS for part in ("lesson", "live")]
    run_python(
        "import sys, importlib\n"
        f"for name in {first!r}:\n"
        "    importlib.import_module(name)\n"
        "    assert 'torch' not in sys.modules, name"
    )


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_the_first_words_of_a_page_do_not_wait_for_the_chart_libraries(lesson: Lesson) -> None:
    run_python(
        f"import sys, dashboard.shell, dashboard.kit.page, {lesson.package}.lesson\n"
        "assert not {'altair', 'pandas'} & set(sys.modules)"  # Streamlit brings plotly itself
    )
