"""Definitions whose names stand nowhere else in what is shipped: candidates for the bin.

A name of `sim` or `optimise` is used where it is read, imported, an attribute or in a string (a
method or a field: as an attribute) of `sim`, `optimise`, `benchmarks` or `docs`, in code on a page,
or in `pyproject.toml`. Fields that are only written to a table by `asdict` are found too.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("sim", "optimise", "benchmarks", "docs")
KEPT = re.compile(r"__\w+__|format_field|_")
"""Names that Python or a library calls."""
SCHEMA = "scenario/schema"
"""Where fields are keys of a scenario and validators are pydantic's."""


def definitions(tree: ast.Module) -> Iterator[tuple[str, int, bool]]:
    """Functions, classes, constants of a module; methods and fields, with True."""
    methods = {
        id(node) for of in ast.walk(tree) if isinstance(of, ast.ClassDef) for node in of.body
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not _registered(node):
            yield node.name, node.lineno, id(node) in methods
        elif isinstance(node, ast.AnnAssign) and id(node) in methods:
            yield ast.unparse(node.target), node.lineno, True
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        yield from ((t.id, t.lineno, False) for t in targets if isinstance(t, ast.Name))


def _registered(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Whether a decorator hands it to a registry, a library or an overload."""
    plain = {"property", "cached_property", "staticmethod", "classmethod", "dataclass", "cache"}
    plain |= {"lru_cache", "compiled", "contextmanager", "total_ordering"}
    for decorator in node.decorator_list:
        call = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "")
        if name not in plain:
            return True
    return False


def uses(tree: ast.Module) -> Iterator[str]:
    """Names read, `.attributes`, and words of strings that are no docstrings."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield from (node.attr, f".{node.attr}")
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        ):
            yield from re.findall(r"\.?\w+", node.value)


def unreached() -> list[str]:
    """`file:line: name` of what only tests, or nobody, use."""
    trees = {
        path.relative_to(ROOT): ast.parse(path.read_text("utf-8"))
        for folder in SOURCES
        for path in sorted((ROOT / folder).rglob("*.py"))
    }
    used = Counter(name for tree in trees.values() for name in uses(tree))
    for page in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "pyproject.toml"]:
        code = re.findall(
            r"```python.*?```|`[^`\n]+`|\"[^\"]*\"", page.read_text("utf-8"), re.DOTALL
        )
        used.update(re.findall(r"\.?\w+", " ".join(code)))
    return [
        f"{path}:{line}: {name}"
        for path, tree in trees.items()
        if path.parts[0] in ("sim", "optimise") and SCHEMA not in path.as_posix()
        for name, line, method in definitions(tree)
        if not used[f".{name}" if method else name] and not KEPT.fullmatch(name)
    ]


if __name__ == "__main__":
    found = unreached()
    print("\n".join([*found, f"{len(found)} candidates"]))
