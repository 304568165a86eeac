"""The rooms and who may enter: pages → dashboard → core, one way."""

import ast
import subprocess
import sys
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
    "core.flow.pretrained",
    "core.flow.requests",
    "core.flow.scaling",
    "core.pretrained",
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
