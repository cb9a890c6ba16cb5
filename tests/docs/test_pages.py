"""Links lead somewhere, quoted commands exist, and no page names a machine."""

from __future__ import annotations

import importlib
import itertools
import re
from functools import cache
from pathlib import Path

import pytest

from sim.cli.app import app
from sim.cli.verbs.run import GUARDED

from .pages import ROOT, blocks, generator, named, pages, text_of, without_blocks

LINK = re.compile(r"\]\(([^)\s]+)\)")
MACHINE = re.compile(
    r"/(?:work|tmp|home|root|Users)/|pypi\.org|pythonhosted|registry\.|proxy|localhost|\.\./shared",
)
OUTSIDE = ("https://keepachangelog.com/", "https://semver.org/", "https://ciw.readthedocs.io")


def anchors(path: Path) -> set[str]:
    """Anchors that headings of a page get."""
    heads = re.findall(r"^#+ (.+)$", without_blocks(path), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads]
    return set(plain)


@pytest.mark.parametrize("path", pages(), ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(without_blocks(path)):
        if link.startswith("https://"):
            assert link.startswith(OUTSIDE), link
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        assert file.is_relative_to(ROOT), link
        assert file.exists(), link
        if anchor:
            assert anchor in anchors(file), link


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", text_of(ROOT / "Makefile"), re.MULTILINE))


@cache
def options_of_verbs() -> dict[str, set[str]]:
    """Verbs and the options that each takes; read only."""
    generator()
    page = importlib.import_module("generators.cli_page")
    found: dict[str, set[str]] = {}
    for command in app.registered_commands:
        assert command.callback is not None
        names = found.setdefault(command.name or command.callback.__name__, set())
        for name, *_, words in page.parameters(command.callback):
            names.update(page.declared(words) or [f"--{name}", f"--no-{name}"])
    return found


def commands(path: Path) -> list[str]:
    """Lines of blocks, and pieces of code in the text, that begin with make or linli."""
    lines = [
        line for info, text in blocks(path) if info in ("", "sh") for line in text.splitlines()
    ]
    lines += re.findall(r"`((?:make|linli) [^`]+)`", without_blocks(path))
    return [line.partition("#")[0].strip() for line in lines if re.match(r"(make|linli) ", line)]


@pytest.mark.parametrize("path", pages(), ids=named)
def test_quoted_commands_exist(path: Path) -> None:
    targets, verbs = make_targets(), options_of_verbs()
    for line in commands(path):
        program, first, *rest = line.split()
        if program == "make":
            assert {first, *rest} <= targets, line
        elif first not in ("VERB", "--version", "--help"):
            assert first in verbs, line
            given = {word for word in rest if word.startswith("--")}
            assert given <= {*verbs[first], "--help"}, line


NOT_BUILT = (
    r"not (?:yet )?(?:built|implemented)\b.*\b(?:{0})"
    r"|\b(?:{0}).*not (?:yet )?(?:built|implemented)"
    r"|comes with (?:{0})"
)
CALLED = {
    "allocate": "season|timetable|allocat",
    "site": "siting|sites?",
    "judge": "judg",
    "calibrate": "calibrat",
    "compare": "compar",
    "headroom": "headroom",
    "explain": "explain",
    "advise": "advi[cs]e",
    "sensitivity": "sensitivity",
    "report": "report",
}
"""Verb -> how pages speak of it."""


def sentences(path: Path) -> list[str]:
    """Sentences, items and rows of tables, each on one line."""
    text = re.sub(r"(?<![.|:])\n(?![\n|#-])", " ", without_blocks(path))
    return re.split(r"(?<=\.)\s|\n", text)


@pytest.mark.parametrize(
    "path",
    [p for p in pages() if "decisions" not in p.parts and p.name != "CHANGELOG.md"],
    ids=named,
)
def test_no_page_says_that_a_verb_that_exists_is_not_built(path: Path) -> None:
    there = options_of_verbs().keys() & CALLED.keys()
    for sentence in sentences(path):
        for verb in there:
            said = re.search(NOT_BUILT.format(CALLED[verb]), sentence, re.IGNORECASE)
            assert not said, (verb, sentence)


def test_what_the_readme_names_exists() -> None:
    """Scenarios and files of the project, which the README names."""
    made = {
        "scenarios/my-question.yaml",
        "scenarios/my-town",
        "results/cangqian",
    }  # by its commands
    pattern = r"(?<![\w/])(?:scenarios|docs|sim|optimise|tests|results)/[\w./-]*\w/?"
    names = set(re.findall(pattern, text_of(ROOT / "README.md")))
    assert len(names) > 10
    assert [name for name in names - made if not (ROOT / name).exists()] == []


def test_the_files_of_a_run_are_those_that_a_run_guards() -> None:
    text = text_of(ROOT / "docs" / "reference" / "results.md")
    table = text.partition("| file | holds |")[2].partition("\n\n")[0]
    files = set(re.findall(r"^\| `([\w.]+\.\w+)`", table, re.MULTILINE))
    assert "summary.csv" in files
    assert files <= set(GUARDED)


def test_the_readme_is_short_and_has_every_verb() -> None:
    """A newcomer finds each question with its command in one table, and reads on from there."""
    text = text_of(ROOT / "README.md")
    assert len(text.splitlines()) <= 80
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    quoted = {word for row in rows for word in re.findall(r"`linli (\w+)", row)}
    assert quoted == options_of_verbs().keys()
    read_on = text.partition("## Read on")[2].partition("## ")[0]
    assert len(LINK.findall(read_on)) <= 12
    assert {"make run", "make test"} <= set(commands(ROOT / "README.md"))


STARTS_ANEW = re.compile(r"\s*(?:$|[-*+] |\d{1,2}\. |[|#<>!]|```)")
"""Lines that are no continuation of the line before."""


@pytest.mark.parametrize("path", pages(), ids=named)
def test_a_line_of_prose_ends_where_a_sentence_does(path: Path) -> None:
    lines = without_blocks(path).splitlines()
    for line, following in itertools.pairwise(lines):
        if line.startswith(("    ", "|", "#", "<", "!", "   ```")) or not line.strip():
            continue
        if not STARTS_ANEW.match(following):
            assert re.search(r"[.:!?…。][\"”)*_`]*$", line), line


SILENT = re.compile(
    r"`[^`]*`|\([^()]*\)|^\s*(?:[-*] |\d+\. )?(?:\*\*.*?\*\*|\*[^*]+\*\.?)|\b(?:[A-Z]|al|vs)\. "
)
"""What holds full stops that end no sentence: code, brackets, leads of paragraphs, initials."""
SHORT = [p for p in pages() if p.name not in ("CHANGELOG.md", "verification.md")]
"""The second is partly written by `make verify`."""


@pytest.mark.parametrize("path", [p for p in SHORT if "results" not in p.parts], ids=named)
def test_a_line_of_prose_holds_one_sentence(path: Path) -> None:
    for line in without_blocks(path).splitlines():
        if not re.match(r"    |[|#!]", line):
            assert not re.search(r"[a-z0-9%\"”)]\. [A-Z`]", SILENT.sub("x", line)[3:]), line


@pytest.mark.parametrize("path", [*pages(), ROOT / "CITATION.cff"], ids=named)
def test_no_page_names_a_machine(path: Path) -> None:
    assert not MACHINE.findall(text_of(path))


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(LINK.findall(text_of(folder / "README.md")))
    assert {p.name for p in folder.glob("[0-9]*.md")} == listed
    for page in folder.glob("[0-9]*.md"):
        _, number, title = text_of(page).splitlines()[0].split(" ", 2)
        assert f"| [{number}]({page.name}) | {title} |" in text_of(folder / "README.md")
        for part in ("**Context.**", "**Decision.**", "**Consequences.**"):
            assert part in text_of(page), (page.name, part)


def test_decisions_findings_and_changes_are_short() -> None:
    """A page is read in two minutes; what was measured stands elsewhere."""
    for page in (ROOT / "docs" / "findings").glob("*.md"):
        assert len(text_of(page).splitlines()) <= 40, page.name
    for page in (ROOT / "docs" / "decisions").glob("[0-9]*.md"):
        assert len(text_of(page).splitlines()) <= 40, page.name
        assert len(text_of(page)) <= 3_600, page.name
    assert len(text_of(ROOT / "CHANGELOG.md").splitlines()) <= 25


def test_the_picture_of_the_readme_is_small() -> None:
    pictures = list((ROOT / "docs" / "images").glob("*.png"))
    assert pictures
    assert sum(p.stat().st_size for p in pictures) < 400_000


def test_the_navigation_of_the_site_has_every_page() -> None:
    index = ROOT / "docs" / "index.md"
    patterns = re.findall(r"^(?:.*<)?(/?[\w/\[\]*-]+(?:\.md)?)>?$", text_of(index), re.MULTILINE)
    known: set[Path] = set()
    for pattern in patterns:
        folder = ROOT if pattern.startswith("/") else index.parent
        known.update(folder.glob(pattern.lstrip("/").removesuffix(".md") + ".md"))
    assert sorted(named(page) for page in {*pages()} - known - {index}) == []
