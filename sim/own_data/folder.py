"""The scenario folder of an import: tables, a page of YAML, what was taken for what, the report."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from sim.log.records import COLUMNS
from sim.own_data import report, workbook
from sim.own_data.hours import rows_of, slots_fit
from sim.own_data.mapping import ImportMapping, mapping_text
from sim.own_data.population import ImportedWorld
from sim.own_data.reading import ImportAccount
from sim.own_data.venues import VenueList
from sim.report.files import ResultFolder, atomic_write
from sim.scenario.levels import FittedLevel, write_level
from sim.scenario.loading import load
from sim.scenario.problems import ScenarioProblems
from sim.scenario.read.files import shipped_folder

SCENARIO = "scenario.yaml"
REPORT = "import-report.json"
TABLES = ("communities", "origins", "people", "centres", "venues",
          "places", "hours", "off_platform")  # fmt: skip
_PLACE_COLUMNS = "place,kind,community,centre,lon,lat,seats,area_m2,access,hours,source\n"
_BOM = b"\xef\xbb\xbf"
_SESSIONS, _MERCHANTS, _GOODS, _PEOPLE, _PER_COMMUNITY = 2731, 230, 640, 235_000, 25_500
"""Cangqian's, from which those of another place are scaled by its people (or communities)."""

_YAML = Path(__file__).with_name("scenario.template").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Import:
    """What was read, ready to be written.

    Attributes
    ----------
    account
        What was taken for what, and what was done with each row.
    world, listed
        Places and people; venues and their hours.
    log
        Bookings; None without an export.
    numbers
        Rules and assumptions of a workbook that differ from the shipped ones.
    """

    name: str
    place: str
    account: ImportAccount
    world: ImportedWorld
    listed: VenueList
    log: pd.DataFrame | None
    numbers: dict[str, dict[str, object]]

    @property
    def mapping(self) -> ImportMapping:
        """What was taken for what."""
        return self.account.mapping

    def write(self, out: Path) -> list[str]:
        """Write everything, or nothing; a scenario changed by hand stays as it is.

        Raises
        ------
        EnvironmentProblem, ForeignFilesError
            If the folder cannot be written, or holds files that no import wrote.
        ScenarioProblems
            If the scenario would not hold.
        """
        page, texts = self._scenario(), {"mapping.yaml": mapping_text(self.mapping).encode()}
        texts[SCENARIO] = page
        if self.numbers:
            texts["numbers.yaml"] = workbook.numbers_text(self.name, self.numbers).encode()
        if self.log is not None:
            texts["bookings.csv"] = _log_bytes(self.log)
        for table, frame in self._tables().items():
            content = frame.to_csv(index=False, lineterminator="\n").encode()
            texts[f"{table}.csv"] = _BOM + content
        texts["places.csv"] = _BOM + _PLACE_COLUMNS.encode()
        guards = [f"{table}.csv" for table in TABLES] + [SCENARIO, "bookings.csv", "mapping.yaml"]
        folder = ResultFolder(out, replaces=None, guards=tuple(guards))
        folder.check()
        with folder:
            _write(folder.path, texts)
            _placeholder(folder.path, folder.out)
            inputs = load(folder.path / SCENARIO)
            notes = self.account.notes
            notes += [n.replace(str(folder.path), str(out)) for n in inputs.notices]
            _keep_changes(folder.path, folder.out, self.account)
            pages = {
                REPORT: report.as_json(self.account, self.log, _sha256(page)),
                "import-report.html": report.as_html(self.name, self.account, self.log),
            }
            _write(folder.path, {name: text.encode() for name, text in pages.items()})
        return sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())

    def _scenario(self) -> bytes:
        """The page of YAML."""
        people = int(self.world.people["people"].sum())
        zones = dict.fromkeys(self.world.communities["zone"], "{operator: not said in the files}")
        parent = load(shipped_folder() / "cangqian.yaml", need_level=False).scenario
        zones |= {zone: "null" for zone in parent.zones if zone not in zones}
        share = people / _PEOPLE
        sessions = max(round(_SESSIONS * share), 1)
        first, last, calibration = "2025-01-01", "2025-12-31", "calibration: null\n"
        if self.log is not None and len(self.log):
            first, last, calibration = _counted(self.log)
        return _YAML.format(
            extends="numbers.yaml" if self.numbers else "cangqian",
            name=self.name, title=_quoted(self.place), place=_quoted(self.place),
            first=first, last=last, grid=slots_fit(self.listed.weeks),
            world="\n".join(f"  {table}: {table}.csv" for table in TABLES),
            zones="\n".join(f"  {_quoted(zone)}: {what}" for zone, what in zones.items()),
            sessions=sessions, few=sessions // 3, many=sessions * 3,
            merchants=max(round(_MERCHANTS * share), 1), goods=max(round(_GOODS * share), 1),
            subsidy=_PER_COMMUNITY * len(self.world.communities), calibration=calibration,
        ).encode()  # fmt: skip

    def _tables(self) -> dict[str, pd.DataFrame]:
        """The scenario's tables, columns as the schema wants them."""
        venues = self.listed.venues
        used = {n: week for n, week in self.listed.weeks.items() if n in set(venues["hours"])}
        source = "data: opening hours of the venue lists"
        profile = pd.read_csv(shipped_folder() / "cangqian" / "off_platform.csv")
        profile = profile[profile["kind"].isin(venues["kind"])]
        columns = ["centre", "tier", "community", "compound", "lon", "lat", "source"]
        centres = self.world.centres[columns]
        compound = centres["compound"].where(centres["tier"] == "compound", "")
        columns = ["venue", "centre", "kind", "capacity", "area_m2", "access", "hours",
                   "slot_minutes", "drop_in", "source"]  # fmt: skip
        slots = venues["slot_minutes"].astype(int)
        return {
            "communities": self.world.communities,
            "origins": self.world.origins,
            "people": self.world.people,
            "centres": centres.assign(compound=compound),
            "venues": venues.assign(slot_minutes=slots, venue=venues["name"])[columns],
            "hours": pd.DataFrame(
                [r for n, week in used.items() for r in rows_of(n, week, source)]
            ),
            "off_platform": profile.assign(source="assumption: as in Cangqian"),
        }


def _counted(log: pd.DataFrame) -> tuple[str, str, str]:
    """Window of at most three years and the bookings made for it."""
    made = log[log["status"] != "block"]
    first, last = log["start"].min(), log["start"].max()
    if log["made_at"].max() > first:  # an export by days of booking has uses after its last day
        last = min(last, log["made_at"].max())
    first, last = first.normalize(), last.normalize()
    first = max(first, last - pd.Timedelta(days=3 * 366))
    number = int((made["start"] >= first).sum())
    calibration = (
        "calibration:\n  log: bookings.csv\n"
        f"  bookings: {{value: {number}, source: data, note: booking export; "
        "cancelled ones included and blocks by staff not}\n"
        "  participations: null\n  redemptions: null\n"
    )
    return str(first.date()), str(last.date()), calibration if number else "calibration: null\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def scenario_name(out: Path) -> str:
    """Name of the scenario: that of the folder, with signs that a name may have."""
    name = re.sub(r"[^\w.-]+", "-", out.name, flags=re.ASCII if out.name.isascii() else 0)
    return name if re.match(r"[A-Za-z0-9\u4e00-\u9fff]", name) else f"import{name}"


def _log_bytes(log: pd.DataFrame) -> bytes:
    """`bookings.csv`, its moments to the minute."""
    table = log[list(COLUMNS)].copy()
    for column in ("made_at", "start", "end", "cancelled_at"):
        text = pa.array(table[column].to_numpy().astype("datetime64[s]")).cast(pa.string())
        minutes = pc.utf8_slice_codeunits(pc.replace_substring(text, " ", "T"), 0, 16)
        table[column] = minutes.to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)
    stream, head = io.BytesIO(), (",".join(COLUMNS) + "\n").encode()
    how = pacsv.WriteOptions(include_header=False, quoting_style="none")
    try:
        pacsv.write_csv(pa.Table.from_pandas(table, preserve_index=False), stream, how)
    except pa.ArrowInvalid:  # a name with a quotation mark
        return table.to_csv(index=False, lineterminator="\n").encode()
    return head + stream.getvalue()


def _write(folder: Path, texts: Mapping[str, bytes]) -> None:
    for name, text in texts.items():
        atomic_write(folder / name, text)


def _placeholder(new: Path, old: Path) -> None:
    """Level 1 until `linli calibrate` has fitted one; a fitted level stays."""
    levels = old / "levels.yaml"
    if levels.is_file():
        atomic_write(new / "levels.yaml", levels.read_bytes())
        return
    scenario = load(new / SCENARIO, need_level=False).scenario
    write_level(
        new / "levels.yaml",
        scenario.name,
        FittedLevel(
            level=1, fit_hash="", bookings=0, half_width=0, replications=0, seed=1,
            window=(scenario.window.first, scenario.window.last), scenario=SCENARIO,
        ),
    )  # fmt: skip


def _keep_changes(new: Path, old: Path, account: ImportAccount) -> None:
    """Put the new page beside a scenario that a person has changed since it was written."""
    path, report = old / SCENARIO, old / REPORT
    if not path.is_file() or not report.is_file():
        return
    written = json.loads(report.read_text(encoding="utf-8")).get("scenario_sha256")
    if written == _sha256(path.read_bytes()):
        return
    (new / SCENARIO).replace(new / "scenario.import.yaml")
    atomic_write(new / SCENARIO, path.read_bytes())
    words = "was changed by hand and stays; what an import would write is scenario.import.yaml"
    try:
        load(new / SCENARIO)
    except ScenarioProblems:
        words += ". With the new tables it does not hold: `linli validate` says why"
    account.notes.append(f"{SCENARIO} {words}")


def _sha256(content: bytes) -> str:
    """Fingerprint of a file's content."""
    return hashlib.sha256(content).hexdigest()
