"""From files to what will be written: `plan_import` reads and checks them, and writes nothing."""

from __future__ import annotations

import secrets
from pathlib import Path

from sim.own_data.bookings import read_bookings
from sim.own_data.fields import TABLE_NAMES
from sim.own_data.folder import Import, scenario_name
from sim.own_data.mapping import ImportMapping, Rows, SheetUse, guess
from sim.own_data.population import make_world, read_population
from sim.own_data.reading import ImportAccount
from sim.own_data.sheets import CellProblem, ImportProblems, read_sheets
from sim.own_data.venues import VenueList, read_venues
from sim.own_data.workbook import read_numbers
from sim.scenario.problems import InputProblem, ScenarioProblems, display


class MappingNeeded(ImportProblems):
    """Problems, and the mapping as far as it could be guessed."""

    def __init__(
        self, problems: list[InputProblem], mapping: ImportMapping, hint: str = ""
    ) -> None:
        super().__init__(problems, hint)
        self.mapping = mapping


def guess_mapping(
    files: list[Path], mapping: ImportMapping
) -> tuple[list[Rows], ImportMapping, list[InputProblem]]:
    """Read all files and take their sheets for tables; problems of one hide none of another."""
    sheets, problems = [], list[InputProblem]()
    for path in files:
        try:
            sheets += read_sheets(path)
        except ScenarioProblems as error:
            problems += error.problems
    taken, uses, found = guess(sheets, mapping)
    return taken, mapping.model_copy(update={"sheets": uses}), problems + found


def plan_import(
    files: list[Path], out: Path, mapping: ImportMapping, key: bytes | None = None
) -> Import:
    """Read and check files; nothing is written.

    Parameters
    ----------
    files
        Venue lists, booking exports, population tables, in any order.
    out
        The folder that will be written; its name is the scenario's.
    mapping
        What a person has said about columns and words.
    key
        Key by which bookers become numbers; None: one that is drawn and not kept.

    Raises
    ------
    MappingNeeded
        With every problem of every file.
    """
    taken, mapping, problems = guess_mapping(files, mapping)
    account = ImportAccount(mapping=mapping, problems=problems)
    by_table = {name: [rows for rows in taken if rows.use.table == name] for name in TABLE_NAMES}
    if not by_table["venues"] and not problems:
        account.problems.append(_no_venues(files, mapping.sheets))
    if account.problems:
        raise MappingNeeded(account.problems, mapping)
    listed = read_venues(by_table["venues"], account)
    population = read_population(by_table["population"], account)
    numbers = read_numbers(by_table["numbers"], account)
    log = None
    if by_table["bookings"] and len(listed.venues):
        log = read_bookings(by_table["bookings"], listed, key, account)
    place = _place(listed, out)
    if not len(listed.venues) and not account.problems:
        empty = by_table["venues"][0]
        account.problems.append(
            empty.sheet.problem(empty.use.header_row, 0, "", "no venue stands below these headers")
        )
    world = None
    if not account.problems:
        world = make_world(population, listed, place, account)
        if world.centres["lon"].isna().any():
            message = "no venue has coordinates: give columns 经度 and 纬度, or a GeoJSON"
            account.problems.append(
                CellProblem(by_table["venues"][0].sheet.file, 1, 1, "", message)
            )
    if account.problems or world is None:
        raise MappingNeeded(account.problems, mapping)
    return Import(scenario_name(out), place, account, world, listed, log, numbers)


def _place(listed: VenueList, out: Path) -> str:
    """The subdistrict if all venues lie in one, else the folder's name."""
    names = set(listed.venues.get("subdistrict", [])) - {""}
    return names.pop() if len(names) == 1 else scenario_name(out)


def _no_venues(files: list[Path], uses: list[SheetUse]) -> CellProblem:
    sheets = ", ".join(f"{u.file} {u.sheet}".strip() for u in uses if u.table is None) or "none"
    message = (
        "no sheet is a list of venues: one with a name (名称, 场地) and type, capacity, area, "
        f"opening hours or coordinates; not understood: {sheets}. A mapping (--map FILE) can say "
        "which is which"
    )
    return CellProblem(str(files[0]) if files else "files", 1, 1, "", message)


def read_key(path: Path) -> bytes:
    """Key for bookers: that of the file, or a new one that is kept in it."""
    try:
        if not path.exists():
            path.write_bytes(secrets.token_hex(32).encode())
            path.chmod(0o600)
        key, why = path.read_bytes().strip(), "is empty, and so is no key"
    except OSError as error:
        key, why = b"", f"cannot hold the key: {error.strerror}"
    if not key:
        raise ImportProblems([CellProblem(display(path), 1, 1, "", why)])
    return key
