"""Collects what checks found, wherever they ran, into one table, and writes it into a page.

A test hands a line over with `record_property` (see `recording`); with pytest-xdist it travels from
the worker with the test's report. `make verify` prints the tables at its end, and if every test
passed writes them between the markers of `docs/verification.md`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .recording import COVERAGE, LINE, found, page_of, tables

__all__: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--verification-page",
        metavar="FILE",
        default=None,
        help="write the tables of the checks into this page if all tests pass",
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Print the tables; write them where asked for and earned.

    Not in a worker of pytest-xdist: it knows its own part of the tests only.
    """
    if hasattr(config, "workerinput"):
        return
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.stats.get(outcome, [])
        if getattr(report, "when", "") == "call"
    ]
    given = [pair for report in reports for pair in report.user_properties]
    lines, coverage = found(given, LINE), found(given, COVERAGE)
    if not lines and not coverage:
        return
    written = tables(lines, coverage)
    terminalreporter.section("verification")
    for text in written.values():
        terminalreporter.write_line(text)
    page = config.getoption("--verification-page")
    if page is None:
        return
    if exitstatus != 0:
        terminalreporter.write_line(f"{page} stays as it is: not all tests passed")
        return
    path = Path(page)
    text = page_of(path.read_text(encoding="utf-8"), written)
    path.write_text(text, encoding="utf-8", newline="\n")
    terminalreporter.write_line(f"{page} written")
