"""The rooms and who may enter: pages → dashboard → core, one way."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

FORBIDDEN = {
    "core": {"streamlit", "altair", "plotly", "pandas", "dashboard", "pages"},
    "dashboard": {"pages", "torch"},
    "dashboard/charts": {"pages", "torch", "streamlit"},
    "pages": {"pages", "torch", "numpy", "pandas", "altair", "plotly"},
}

TORCH_FREE = (
    "core.dataset",
    "core.estimators.moments",
    "core.estimators.requests",
    "core.execution.store",
    "core.flow.folding",
    "core.flow.initial",
    "core.flow.ready",
    "core.flow.requests",
    "core.flow.scaling",
    "core.vae.ready",
    "core.training",
    "core.vae.initial",
    "core.vae.layout",
    "core.vae.requests",
    "core.vae.theory",
    "dashboard.lessons.estimators.lesson",
    "dashboard.shell",
    "dashboard.lessons.flow.lesson",
    "dashboard.lessons.vae.live",
)


def imported_modules(path: Path) -> set[str]:
    """Every module that ``path`` imports absolutely."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module or "")
    return names


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


def modules_of(*rooms: str) -> dict[str, Path]:
    """Every module of these rooms by its dotted name."""
    found = {}
    for room in rooms:
        for path in (ROOT / room).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def import_graph(modules: dict[str, Path], *, inside_functions: bool) -> dict[str, set[str]]:
    """Which of the modules each one imports; what only type checkers import does not count."""

    def walk(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not inside_functions:
                continue
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                for alias in child.names:
                    submodule = f"{child.module}.{alias.name}"
                    yield submodule if submodule in modules else str(child.module)
            else:
                yield from walk(child)

    return {
        name: {found for found in walk(ast.parse(path.read_text("utf-8"))) if found in modules}
        for name, path in modules.items()
    }


def cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Ways that lead back to where they began: at least one, if there is any."""
    found: list[list[str]] = []
    done: set[str] = set()

    def visit(name: str, path: list[str]) -> None:
        if name in path:
            found.append([*path[path.index(name) :], name])
        elif name not in done:
            for imported in sorted(graph[name]):
                visit(imported, [*path, name])
            done.add(name)

    for name in graph:
        visit(name, [])
    return found


def longest_chain(graph: dict[str, set[str]]) -> tuple[str, ...]:
    """The longest way along imports through a graph without cycles."""

    @cache
    def chain(name: str) -> tuple[str, ...]:
        return (name, *max((chain(imported) for imported in graph[name]), key=len, default=()))

    return max((chain(name) for name in graph), key=len)


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
    chain = longest_chain(import_graph(modules_of("core"), inside_functions=False))
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


@pytest.mark.parametrize("module", TORCH_FREE)
def test_what_the_server_imports_leaves_torch_alone(module: str) -> None:
    run_python(f"import sys, {module}\nassert 'torch' not in sys.modules")


def test_the_first_words_of_a_page_do_not_wait_for_the_chart_libraries() -> None:
    run_python(
        "import sys, dashboard.shell, dashboard.lessons.vae.lesson, dashboard.lessons.vae.text\n"
        "assert not {'altair', 'pandas'} & set(sys.modules)"
    )
