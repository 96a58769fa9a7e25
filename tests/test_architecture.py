"""The shape of the project, read from its syntax trees: who imports whom, and what may be called where."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = {"rules": {"rules"}, "reports": {"reports", "rules"}, "audit": {"audit", "reports", "rules"}}
"""Package -> our packages that it may import."""

RULES_LIBRARIES = {"hyperscan", "lark", "phonenumbers", "stdnum"}
"""Libraries outside the standard one that rules may import: pure ones only."""

IMPURE = {
    "asyncio", "builtins", "ctypes", "fcntl", "fileinput", "glob", "http", "io", "logging", "mmap", "multiprocessing",
    "os", "pathlib", "platform", "random", "secrets", "select", "shutil", "signal", "socket", "sqlite3", "ssl",
    "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid",
}  # fmt: skip
"""Modules of the standard library through which files, clock, chance or network come in."""

PURE_PARTS = ("urllib.parse",)
"""What is pure all the same in a package of `IMPURE`."""

IMPURE_CALLS = {"open", "input", "print", "exec", "eval", "now", "today", "utcnow", "getLogger"}

ONLY = {
    "pandas": {"reports/tables.py"},
    "httpx": {"audit/http.py"},
}
"""Library -> the only files that may import it."""

LAZY = {"pandas", "weasyprint", "uvicorn", "starlette", "keyring"}
"""Imported inside the function that needs them, so that --help answers at once."""

SERVERS = ("audit/sandbox/", "audit/serve/")
"""Folders that are imported only by what serves."""

REVEALS = {
    "audit/auth.py",
    "audit/config.py",
    "audit/plan.py",
    "audit/crawl.py",
    "audit/person.py",
    "rules/allowed.py",
    "rules/plainnames.py",
    "rules/subjectplace.py",
}
"""The only files that may call `.reveal()`: credentials into headers, subjects into identity routes and plans, names
into texts where the policy wants them, addresses beside the allow-list, the person of a dossier into what finds them.
"""

REVEAL_FOLDERS = ("audit/identity/", "audit/connect/")

BROAD_EXCEPT = {
    "audit/attachments/gathered.py",
    "audit/attachments/warm.py",
    "audit/cli/common.py",
    "audit/crawl.py",
}
"""The outermost handlers, of this process and of the one that reads files of strangers, and the borders of one object
in the crawl and of one file in a file, which record what they caught."""

RUNS_ASYNCIO = 1
"""`asyncio.run` appears once at most, in audit."""


@cache
def sources() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
        for package in LAYERS
        for path in sorted((ROOT / package).rglob("*.py"))
    }


def module(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield every node but those that only a type checker reads."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"):
            yield node
            yield from at_run_time(node)


def imported(tree: ast.AST, path: str, walk: Callable[[ast.AST], Iterator[ast.AST]] = ast.walk) -> Iterator[str]:
    """Yield every module that is imported anywhere in `tree`, with full names."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} imports relatively"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_top(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from imported(ast.Module([node], []), "")


def offenders(found: Iterator[str]) -> list[str]:
    return sorted(set(found))


def test_imports_go_from_audit_to_reports_to_rules_and_nowhere_else() -> None:
    def wrong() -> Iterator[str]:
        for path, tree in sources().items():
            allowed = LAYERS[path.split("/")[0]]
            for name in imported(tree, path):
                top = name.split(".")[0]
                if top == "tests" or (top in LAYERS and top not in allowed):
                    yield f"{path} imports {name}"

    assert offenders(wrong()) == []


def test_rules_import_the_standard_library_and_pure_libraries_only() -> None:
    import sys

    def wrong() -> Iterator[str]:
        for path, tree in sources().items():
            if path.startswith("rules/"):
                for name in imported(tree, path):
                    top = name.split(".")[0]
                    if name.startswith(PURE_PARTS):
                        continue
                    if top in IMPURE or top not in sys.stdlib_module_names | RULES_LIBRARIES | {"rules"}:
                        yield f"{path} imports {name}"

    assert offenders(wrong()) == []


def test_rules_read_no_file_no_clock_and_no_chance() -> None:
    def wrong() -> Iterator[str]:
        for path, tree in sources().items():
            if path.startswith("rules/"):
                for node in ast.walk(tree):
                    if isinstance(node, ast.Call):
                        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                        if name in IMPURE_CALLS:
                            yield f"{path}:{node.lineno} calls {name}"

    assert offenders(wrong()) == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {module(path): path for path in sources()}
    graph = {
        name: {each for each in imported(sources()[path], path, at_run_time) if each in modules and each != name}
        for name, path in modules.items()
    }
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert state.get(name) != 1, f"a circle of imports: {' -> '.join((*trail, name))}"
        if name not in state:
            state[name] = 1
            for each in sorted(graph[name]):
                visit(each, (*trail, name))
            state[name] = 2

    for name in sorted(graph):
        visit(name, ())
    assert len(state) == len(modules) > 20


@pytest.mark.parametrize("library", sorted(ONLY))
def test_a_library_with_one_importer_has_no_other(library: str) -> None:
    found = {
        path for path, tree in sources().items() if library in {name.split(".")[0] for name in imported(tree, path)}
    }
    assert found <= ONLY[library]


def test_heavy_libraries_are_not_imported_at_the_top_of_a_module() -> None:
    def wrong() -> Iterator[str]:
        for path, tree in sources().items():
            for name in at_top(tree):
                if name.split(".")[0] in LAZY and not path.startswith(SERVERS):
                    yield f"{path} imports {name}"

    assert offenders(wrong()) == []


def test_rules_and_reports_have_no_async_code() -> None:
    kinds = (ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await)
    found = [
        path
        for path, tree in sources().items()
        if not path.startswith("audit/") and any(isinstance(node, kinds) for node in ast.walk(tree))
    ]
    assert found == []


def test_asyncio_runs_in_one_place() -> None:
    calls = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "run" and getattr(node.value, "id", "") == "asyncio"
    ]
    assert len(calls) <= RUNS_ASYNCIO, calls


def test_personal_values_and_secrets_are_revealed_in_few_named_files() -> None:
    found = {
        path
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "reveal" and not path.startswith(REVEAL_FOLDERS)
    }
    assert found <= REVEALS


def test_nobody_catches_everything() -> None:
    def wrong() -> Iterator[str]:
        for path, tree in sources().items():
            for node in ast.walk(tree):
                if isinstance(node, ast.ExceptHandler) and path not in BROAD_EXCEPT:
                    names = (
                        [getattr(each, "id", "") for each in ast.walk(node.type)] if node.type else ["BaseException"]
                    )
                    passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                    if {"Exception", "BaseException"} & set(names) and not passes_on:
                        yield f"{path}:{node.lineno}"

    assert offenders(wrong()) == []


def test_no_file_is_longer_than_400_lines() -> None:
    long = [path for path in sources() if len((ROOT / path).read_text(encoding="utf-8").splitlines()) > 400]
    assert long == []
