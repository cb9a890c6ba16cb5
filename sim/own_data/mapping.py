"""`mapping.yaml`: which column was taken for what; written by an import, corrected by a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field as Facts
from pydantic import ValidationError

from sim.log.records import FEW
from sim.own_data.fields import FIELDS, KINDS, TableName
from sim.own_data.headers import find_header, is_personal, match_headers, unit
from sim.own_data.sheets import CellProblem, ImportProblems, Sheet
from sim.own_data.values import Datum
from sim.scenario import shape
from sim.scenario.problems import InputProblem, Sources, problem_at
from sim.scenario.read.nodes import find, plain
from sim.scenario.read.values import in_words
from sim.scenario.read.yaml_reader import read_yaml, yaml_text
from sim.scenario.schema.base import Part

_HEAD = """# Which column was taken for what: correct it and run `linli import ... --map {name}`.
# field: null leaves a column out. Examples are only of columns that say nothing of people.
# kinds, statuses, tiers, access: words of your files and what they mean; null leaves the rows out.
"""


class ColumnUse(Part):
    """What a column is taken for."""

    field: str | None = None
    """Name of the field; null: not used."""
    why: str = ""
    """Why it was taken for that."""
    examples: list[str] = []
    """Three of its cells."""


class SheetUse(Part):
    """What a sheet is taken for."""

    file: str
    """File's name without folders."""
    sheet: str = ""
    """Sheet of a workbook."""
    table: TableName | None = None
    """What its rows are; null: not used."""
    header_row: Annotated[int, Facts(ge=1)] = 1
    """Row that names the columns."""
    coordinates: Datum | None = None
    """Datum of longitude and latitude: wgs84, gcj02 (Amap, Tencent) or bd09 (Baidu)."""
    year: Annotated[int, Facts(ge=1990, le=2100)] | None = None
    """Year of dates that are written without one."""
    columns: dict[str, ColumnUse] = {}
    """Header -> what it is taken for."""


class ImportMapping(Part):
    """Everything that a person may correct."""

    sheets: list[SheetUse] = []
    """The sheets."""
    kinds: dict[str, str | None] = {}
    """Word for a kind of venue -> kind of the scenario; null: leave such rows out."""
    statuses: dict[str, Literal["kept", "cancelled", "no_show", "block", "left_out"]] = {}
    """Word for what became of a booking -> what that is."""
    tiers: dict[str, Literal["subdistrict", "community", "compound"]] = {}
    """Word for a tier -> tier."""
    access: dict[str, Literal["public", "community", "compound"]] = {}
    """Word for who may book -> access."""


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a sheet that was taken for a table.

    Attributes
    ----------
    sheet, use
        Where they stand, and what the sheet was taken for.
    cells
        Text by field; the index is the row of the sheet.
    columns
        Field -> column of the sheet.
    headers
        Header of each column.
    """

    sheet: Sheet
    use: SheetUse
    cells: pd.DataFrame
    columns: dict[str, int]
    headers: list[str]

    def problem(self, row: int, field: str, message: str, **more: Any) -> CellProblem:
        """Make a problem with a cell of a field; row 0: with the column."""
        column = self.columns.get(field, 0)
        return self.sheet.problem(
            row, column, self.headers[column] if field in self.columns else field, message, **more
        )

    def shown(self, row: int, field: str) -> str:
        """A cell as a message may show it: nothing that is, or may be, about a person."""
        text = str(self.cells.at[row, field])
        if self.use.table == "bookings" and (self.cells[field] == text).sum() < FEW:
            return "its text (not shown, as few rows have it)"
        return masked(without_remark(text, field), self.headers[self.columns[field]])

    def unit(self, field: str) -> str:
        """What stands in brackets in the header of a field; empty without such a column."""
        return unit(self.headers[self.columns[field]]) if field in self.columns else ""

    def source(self, row: int) -> str:
        """`file:sheet:row` of a row."""
        return f"{self.where}:{row}"

    @property
    def where(self) -> str:
        """File and sheet."""
        return ":".join(filter(None, (Path(self.sheet.file).name, self.sheet.name)))


_SAMPLED = 10_000
_LOOKS_PERSONAL = re.compile(
    r"\d{7,}|@|(?<!\d)1[3-9]\d[-\s]\d{4}[-\s]\d{4}(?!\d)|联系|电话|手机|微信|先生|女士"
)


def looks_personal(text: str) -> bool:
    """Whether a text may hold a telephone number, an address for mail or a contact."""
    return bool(_LOOKS_PERSONAL.search(text))


def without_remark(text: str, field: str) -> str:
    """Leave out what stands in brackets behind a status: it may be a name."""
    return re.sub(r"[（(【][^（）()【】]*[）)】]", "（...）", text) if field == "status" else text


def masked(text: str, header: str) -> str:
    """A cell's text in quotes, or that it is not shown."""
    if is_personal(header) or looks_personal(text):
        return "its text (not shown, as it may be about a person)"
    return f'"{text if len(text) <= 40 else text[:37] + "..."}"'


def guess(
    sheets: Sequence[Sheet], mapping: ImportMapping
) -> tuple[list[Rows], list[SheetUse], list[InputProblem]]:
    """Take sheets for tables: by the mapping where it knows them, else by their headers."""
    taken, uses, problems = [], [], list[InputProblem]()
    for sheet in sheets:
        known = _known(sheet, mapping)
        rows, use, found = _by_mapping(sheet, known) if known else _by_headers(sheet)
        uses.append(use)
        problems += found
        if rows is not None:
            taken.append(rows)
    return taken, uses, problems


def _known(sheet: Sheet, mapping: ImportMapping) -> SheetUse | None:
    """What the mapping says of a sheet: of this file, or of one with the same columns."""
    name = Path(sheet.file).name
    for use in mapping.sheets:
        if use.file == name and use.sheet == sheet.name:
            return use
    for use in mapping.sheets:
        if use.table and _header_row(sheet, use) is not None:
            return use
    return None


def _header_row(sheet: Sheet, use: SheetUse) -> int | None:
    """Row in which all headers stand that the mapping uses."""
    needed = {header for header, column in use.columns.items() if column.field}
    for row in sheet.grid.index[:60]:
        if needed and needed <= set(_named(_cells_of(sheet, int(row)))):
            return int(row)
    return None


def _cells_of(sheet: Sheet, row: int) -> list[str]:
    cells: list[str] = sheet.grid.loc[[row]].to_numpy().tolist()[0]
    return cells


def _named(cells: Sequence[str]) -> list[str]:
    """Headers, numbered where two are the same."""
    names: list[str] = []
    for cell in cells:
        name, number = cell, 2
        while name and name in names:
            name, number = f"{cell} ({number})", number + 1
        names.append(name)
    return names


def _by_mapping(sheet: Sheet, use: SheetUse) -> tuple[Rows | None, SheetUse, list[InputProblem]]:
    if use.table is None:
        return None, use, []
    row = _header_row(sheet, use)
    if row is None:
        missing = [h for h, c in use.columns.items() if c.field]
        message = f"no row names all the columns that the mapping uses: {', '.join(missing)}"
        return None, use, [sheet.problem(0, 0, "", message)]
    headers = _named(_cells_of(sheet, row))
    allowed = FIELDS[use.table]
    chosen, problems = {}, list[InputProblem]()
    for i, header in enumerate(headers):
        field = use.columns[header].field if header in use.columns else None
        if field is None:
            continue
        if field not in allowed and not re.fullmatch(r"age_\d+_\d+", field):
            message = f"the mapping takes it for {field}, which is no field of {use.table}"
            more = {"allowed": tuple(allowed), "word": field}
            problems.append(sheet.problem(row, i, header, message, **more))
        elif field in chosen:
            problems.append(sheet.problem(row, i, header, f"a second column is taken for {field}"))
        else:
            chosen[field] = i
    return _rows(sheet, use, row, headers, chosen), use, problems


def _by_headers(sheet: Sheet) -> tuple[Rows | None, SheetUse, list[InputProblem]]:
    file = Path(sheet.file).name
    found = find_header(sheet.grid.head(40).values.tolist())
    if found is None:
        return None, SheetUse(file=file, sheet=sheet.name), []
    position, table = found
    row = int(sheet.grid.index[position])
    cells = sheet.grid.iloc[position].tolist()
    headers = _named(cells)
    matches = match_headers(cells, table)
    problems = [
        sheet.problem(
            row, i, headers[i], f"{match.why}: say in the mapping which", allowed=match.rivals
        )
        for i, match in enumerate(matches)
        if match.rivals
    ]
    chosen = {match.field: i for i, match in enumerate(matches) if match.field}
    rows = _rows(sheet, SheetUse(file=file, table=table), row, headers, chosen)
    columns = {
        header: ColumnUse(
            field=match.field,
            why=match.why + (", hidden in the workbook" if i in sheet.hidden else ""),
            examples=_examples(rows, match.field, header),
        )
        for i, (header, match) in enumerate(zip(headers, matches, strict=True))
        if header
    }
    use = SheetUse(file=file, sheet=sheet.name, table=table, header_row=row, columns=columns)
    return replace(rows, use=use), use, list(problems)


def _examples(rows: Rows, field: str | None, header: str) -> list[str]:
    """Three different cells of a column that is used and says nothing of people."""
    if field is None or is_personal(header):
        return []
    known = FIELDS["venues"] | FIELDS["bookings"] | FIELDS["population"]
    if field in known and known[field].personal:
        return []
    cells = rows.cells[field].head(_SAMPLED)
    often = cells[cells != ""].value_counts(sort=False)
    if rows.use.table == "bookings":
        often = often[
            (often >= FEW) | pd.Series(often.index).str.fullmatch(r"[-\d\s:/年月日.]+").to_numpy()
        ]
    words = dict.fromkeys(without_remark(str(text), field) for text in often.index)
    shown = [text[:40] for text in words if not looks_personal(text)]
    return shown[:3]


def _rows(
    sheet: Sheet, use: SheetUse, row: int, headers: list[str], chosen: dict[str, int]
) -> Rows:
    body = sheet.grid.loc[row + 1 :]
    cells = body[list(chosen.values())].set_axis(list(chosen), axis=1)
    again = pd.Series(True, index=cells.index)  # a header printed again at the top of a page
    for field, i in chosen.items():
        again &= cells[field] == sheet.grid.at[row, i]
    filled = (cells != "").any(axis=1)
    return Rows(sheet, use, cells[~again & filled], chosen, headers)


def read_mapping(path: Path) -> ImportMapping:
    """Read a mapping.

    Raises
    ------
    ScenarioProblems
        If it is none; every problem has its line.
    """
    sources = Sources()
    root = read_yaml(path, sources)
    try:
        mapping = ImportMapping.model_validate(plain(root))
    except ValidationError as error:
        problems = []
        for item in error.errors(include_url=False):
            where, annotation, _ = shape.real_path(ImportMapping, item["loc"])
            message, allowed, word = in_words(item, annotation)
            if item["type"] == "extra_forbidden":
                message = "unknown key"
            problems.append(
                problem_at(find(root, where)[0], ".".join(map(str, where)), message, allowed, word)
            )
        raise ImportProblems(problems) from None
    for word, kind in mapping.kinds.items():
        if kind is not None and kind not in KINDS:
            place = find(root, ("kinds", word))[0]
            raise ImportProblems(
                [problem_at(place, f"kinds.{word}", f"{kind} is no kind", KINDS, kind)]
            )
    return mapping


def mapping_text(mapping: ImportMapping, name: str = "mapping.yaml") -> str:
    """A mapping as it is written for a person."""
    return _HEAD.format(name=name) + yaml_text(mapping.model_dump(), width=200)


def columns_of(uses: Sequence[SheetUse]) -> Iterator[tuple[SheetUse, str, ColumnUse]]:
    """Every column of every sheet."""
    for use in uses:
        for header, column in use.columns.items():
            yield use, header, column
