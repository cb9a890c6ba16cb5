"""Instances and solutions of ITC-2019 as XML."""

import gzip

import pytest

from optimise.timetabling.itc2019 import read_instance, read_solution
from optimise.timetabling.itc2019.instance import (
    Distribution,
    Instance,
    Meeting,
    Placed,
    Room,
    Time,
    Weights,
)

from .public import SLOTS, needs_slots

TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE problem PUBLIC "-//ITC 2019//DTD Problem Format/EN" "http://unreachable.invalid/x.dtd">
<problem name="small" nrDays="7" slotsPerDay="288" nrWeeks="2">
  <optimization time="1" room="2" distribution="3" student="4"/>
  <rooms>
    <room id="1" capacity="9"><travel room="2" value="5"/>
      <unavailable days="1000000" start="96" length="10" weeks="01"/></room>
    <room id="2" capacity="9"/>
  </rooms>
  <courses><course id="1"><config id="1"><subpart id="1">
    <class id="1" limit="5"><room id="1" penalty="0"/><room id="2" penalty="4"/>
      <time days="1010000" start="96" length="22" weeks="11" penalty="6"/></class>
    <class id="2" limit="5" room="false">
      <time days="0000001" start="6" length="2" weeks="10" penalty="0"/></class>
  </subpart></config></course></courses>
  <distributions>
    <distribution type="NotOverlap" required="true"><class id="1"/><class id="2"/></distribution>
    <distribution type="SameAttendees" penalty="8"><class id="1"/><class id="2"/></distribution>
  </distributions>
  <students/>
</problem>
"""
FIRST, SECOND = Time(0b1010000, 0b11, 96, 118), Time(0b1, 0b10, 6, 8)
SMALL = Instance(
    "small",
    Weights(1, 2, 3),
    {"1": Room("1", (Time(0b1000000, 0b1, 96, 106),), {"2": 5}), "2": Room("2", (), {"1": 5})},
    {
        "1": Meeting("1", ((FIRST, 6),), {"1": 0, "2": 4}),
        "2": Meeting("2", ((SECOND, 0),), {}),
    },
    (
        Distribution("NotOverlap", ("1", "2"), None),
        Distribution("SameAttendees", ("1", "2"), 8),
    ),
)
SOLUTION = """<solution name="small">
  <class id="1" days="1010000" start="96" weeks="11" room="2"/>
  <class id="2" days="0000001" start="6" weeks="10"/>
</solution>"""


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_byte_order_mark_and_outside_document_type_do_no_harm(tmp_path, pack):
    """The document type's address leads nowhere: the file is read because nobody asks for it."""
    file = tmp_path / ("small.xml" if pack is bytes else "small.xml.gz")
    file.write_bytes(pack(TEXT.encode("utf-8-sig")))
    assert read_instance(file) == SMALL


def test_solution_is_read(tmp_path):
    file = tmp_path / "solution.xml"
    file.write_text(SOLUTION, encoding="utf-8")
    assert read_solution(file, SMALL) == {"1": Placed(FIRST, "2"), "2": Placed(SECOND, None)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</problem>", "", "is no XML"),
        ("<students/>", "<students><student id='1'/></students>", "has students"),
        ('"NotOverlap"', '"SameRoom"', "distribution 'SameRoom'; only NotOverlap, SameAttendees"),
        ("</config>", "</config><config id='2'/>", "course 1 needs one configuration"),
        ('<class id="2"/></', '<class id="3"/></', "NotOverlap names class 3, not there"),
        ('<room id="2" penalty', '<room id="3" penalty', "class 1 names room 3, not there"),
        ('<travel room="2"', '<travel room="3"', "room 1 names room 3, not there"),
        ('room="false"', "", "class 2 must have rooms"),
        ('penalty="6"', "", "a time without penalty"),
        ('penalty="6"', 'penalty="-6"', "time penalty='-6' must be a whole number"),
        ('weeks="11"', 'weeks="12"', "time weeks='12' must be bits"),
        ("<optimization", "<other", "has no optimization"),
    ],
)
def test_unknown_content_is_refused(tmp_path, old, new, said):
    assert old in TEXT
    file = tmp_path / "small.xml"
    file.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"small\.xml") as raised:
        read_instance(file)
    assert said in str(raised.value)


@pytest.mark.parametrize("old", ['start="96"', 'id="1"'])
def test_solution_with_a_time_not_offered_is_refused(tmp_path, old):
    file = tmp_path / "solution.xml"
    file.write_text(
        SOLUTION.replace(old, old.replace("9", "8").replace("1", "7")), encoding="utf-8"
    )
    with pytest.raises(ValueError, match="that small does not offer"):
        read_solution(file, SMALL)


@needs_slots
@pytest.mark.parametrize(
    ("name", "counts"), [("lums-sum17", (20, 62, 1044, 3)), ("lums-spr18", (487, 73, 3292, 518))]
)
def test_public_instance_has_the_published_size(name, counts):
    instance = read_instance(SLOTS / f"{name}.xml.gz")
    closed = sum(len(room.closed) for room in instance.rooms.values())
    rules = len(instance.distributions)
    assert (len(instance.meetings), len(instance.rooms), closed, rules) == counts
