"""The catalogue of messages: both languages, the same values, nothing that is never said."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import sim
from sim.messages import LANGUAGES, catalogue, say, speaking

CODE = Path(sim.__file__).parent


def test_every_message_is_there_in_both_languages_with_the_same_values() -> None:
    for key, message in catalogue().items():
        assert message.keys() == set(LANGUAGES), key
        en, zh = (_values(message[language]) for language in ("en", "zh"))
        assert zh <= en, key  # Chinese has no plural: a number that only chooses one may be missing
        assert en - zh <= _choosing(message["en"]), key
        plain = re.sub(r"\{[^}]*\}|linli", "", message["zh"])
        assert not re.search(r"[A-Za-z]", plain), key


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _choosing(text: str) -> set[str]:
    """Values that do nothing but choose a form."""
    fields = [(n, spec or "") for _, n, spec, _ in string.Formatter().parse(text) if n]
    return {n for n, _ in fields} - {n for n, spec in fields if "|" not in spec}


def test_every_message_is_said_and_every_one_said_is_there() -> None:
    """Keys are written out in the code, or put together from a beginning that is."""
    files = (*CODE.rglob("*.py"), *CODE.rglob("*.html"))
    code = "".join(path.read_text("utf-8") for path in files)
    written = set(re.findall(r"""["']([\w.-]+)["']""", code))
    begun = set(re.findall(r"""f["']([a-z.-]+)\.\{""", code)) | {"reason", "tier", "find"}
    begun |= {"wait", "queue", "league.no-order", "league.no-first"}
    begun |= set(re.findall(r'names="(\w+)"', code))  # of tables of columns
    for key in catalogue():
        first, _, rest = key.partition(".")
        before = key.rpartition(".")[0]
        assert key in written or {first, before} & begun or rest in written, key
    for key in re.findall(r"""\bsay\(\s*["']([\w.-]+)["']""", code):
        assert key in catalogue(), key


def test_a_noun_goes_with_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    message = {"en": "{n:,} {n:zone|zones}", "zh": "{n:,} 个片区"}
    monkeypatch.setattr("sim.messages.catalogue", lambda: {"some": message})
    assert [say("some", n=n) for n in (0, 1, 1200)] == ["0 zones", "1 zone", "1,200 zones"]
    with speaking("zh"):
        assert say("some", n=1) == "1 个片区"
    assert say("some", n=1) == "1 zone"
