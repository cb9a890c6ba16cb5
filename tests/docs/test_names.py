"""What pages name is there: files, modules, scenarios, keys, metrics, functions."""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .pages import ROOT, blocks, named, pages, text_of, without_blocks
from .test_pages import options_of_verbs

PAGES = [page for page in pages() if page.name != "CHANGELOG.md"]  # it tells of renamed things
CODE = re.compile(r"`([^`\n]+)`")
SOURCES = ("sim", "optimise", "benchmarks", "tests", "docs/generators", "scenarios")
KINDS = {".py", ".yaml", ".csv", ".json", ".html", ".toml"}
ENDINGS = KINDS | {".parquet", ".png", ".svg", ".geojson", ".pdf", ".md", ".ics"}
FOLDERS = "sim|optimise|benchmarks|tests|docs|scenarios"
FILE = re.compile(rf"(?:{FOLDERS})/[\w./-]*\w/?|\b\w+\.py\b")
NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
MADE = re.compile(r"scenarios/(?:my|spring|open-courts)-[\w-]+(?:\.yaml|\.csv)?|_checks\.py")
"""By the reader of a page, who is told how; and the ending of names."""
GONE = re.compile(r"git show \S+|[0-9a-f]{7}")
"""What git has: commits, and files in them."""
OUTSIDE = {"fork", "UNTIL", "DTSTAMP"}
"""Words of Python and of iCalendar."""


@cache
def files() -> dict[str, str]:
    """Text of every source, by its path."""
    found = [p for folder in SOURCES for p in (ROOT / folder).rglob("*") if p.suffix in KINDS]
    found += [ROOT / "pyproject.toml", ROOT / "Makefile", ROOT / "docs" / "generate.py"]
    small = [p for p in found if "__pycache__" not in p.parts and p.stat().st_size < 1_000_000]
    return {named(p): p.read_text(encoding="utf-8", errors="replace") for p in small}


@cache
def words() -> frozenset[str]:
    """Every word of the sources, and every name of a file or folder without its ending."""
    found = {word for text in files().values() for word in re.findall(r"\w+", text)}
    return frozenset(found | {part.split(".")[0] for path in files() for part in path.split("/")})


def spans(page: Path) -> list[str]:
    """Pieces of code in the text of a page, but for what it says git has."""
    return [span for span in CODE.findall(without_blocks(page)) if not GONE.match(span)]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_that_a_page_names_exist(page: Path) -> None:
    known = {Path(path).name for path in files()}
    missing = [
        name
        for span in spans(page)
        for name in FILE.findall(span)
        if not (ROOT / name).exists() and name not in known and not MADE.fullmatch(name)
    ]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_names_that_a_page_quotes_are_in_the_sources(page: Path) -> None:
    """Keys, options, metrics, tables, modules and functions: whatever is one name, or dotted."""
    missing = [
        span
        for span in spans(page)
        if NAME.fullmatch(span) and not set(span.split(".")) <= words() | OUTSIDE
    ]
    assert missing == []


@cache
def keys() -> frozenset[str]:
    """Keys of a scenario, and names that shipped scenarios give to segments, kinds and so on."""
    schema = files()["scenarios/schema.json"]
    found = set(re.findall(r'"(\w+)": [{]', schema))
    yaml = "".join(text for path, text in files().items() if path.endswith(".yaml"))
    return frozenset(found | set(re.findall(r"([\w-]+): ?", yaml)))


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_keys_that_a_page_quotes_are_in_the_schema(page: Path) -> None:
    top = json.loads(files()["scenarios/schema.json"])["properties"]
    dotted = [s for s in spans(page) if re.fullmatch(r"\w+(?:\.[\w-]+)+", s)]
    wrong = [
        name
        for name in dotted
        if name.split(".")[0] in top and Path(name).suffix not in ENDINGS
        if not set(name.split(".")) <= keys()
    ]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_options_that_a_page_quotes_exist(page: Path) -> None:
    """Of a verb, of a benchmark or of the tests."""
    known = set[str]().union({"--version", "--help"}, *options_of_verbs().values())
    quoted = {option for span in spans(page) for option in re.findall(r"--[a-z][\w-]+", span)}
    known |= {option for option in quoted if f'"{option}"' in "".join(files().values())}
    assert quoted - known <= {"--nworkers", "--verification-page"}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_modules_that_a_page_names_exist(page: Path) -> None:
    """`sim.a.b` is a file or a folder, or a name that stands in one."""
    for span in spans(page):
        if not re.fullmatch(r"(?:sim|optimise|benchmarks)(?:\.\w+)+", span):
            continue
        parts, path = span.split("."), ROOT
        while parts and (path / parts[0]).is_dir():
            path /= parts.pop(0)
        if parts and (path / f"{parts[0]}.py").is_file():
            path /= f"{parts.pop(0)}.py"
        place = path / "__init__.py" if path.is_dir() else path
        assert not parts or parts[0] in place.read_text(encoding="utf-8"), span


EXAMPLES = [p for p in PAGES if "```python" in text_of(p) and p.stem != "add-a-part"]
"""Those of "add a part" are run elsewhere."""


@pytest.mark.parametrize("page", EXAMPLES, ids=named)
def test_imports_of_examples_work(page: Path) -> None:
    """And what an example asks of an object is there."""
    for info, text in blocks(page):
        if info == "python":
            names: dict[str, Any] = {}
            for line in re.findall(r"^(?:from|import) .+$", text, re.MULTILINE):
                exec(line, names)
            for name, called in re.findall(r"^(\w+) = (\w+)\(", text, re.MULTILINE):
                if isinstance(names.get(called), type):
                    names[name] = names[called]
            for name, attribute in re.findall(r"\b(\w+)\.(\w+)", text):
                if isinstance(names.get(name), type):
                    source = inspect.getsource(names[name])
                    assert hasattr(names[name], attribute) or re.search(
                        rf"self\.{attribute}\b", source
                    ), f"{name}.{attribute}"
