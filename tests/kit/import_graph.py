"""Who imports whom: read from the sources, nothing is run."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


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
