"""How wide and high text is, in inches, before anyone has drawn it.

Nobody knows which fonts the reader's machine has. Latin letters are measured in DejaVu Sans, which
is wider than Calibri, Segoe UI, YaHei and what LibreOffice takes in their place, in a Chinese text
in its bold face, as LibreOffice may take DejaVu there; a Chinese character is as wide as it is high
in every font. So what fits here fits there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from matplotlib.font_manager import findfont, get_font

from sim.report.fonts import LATIN

SPACING = 1.25
"""Distance of lines in sizes of their letters; it is written into every paragraph."""
APART = 0.25
"""Space that programs set between a Chinese character and a Latin one, in sizes of letters."""
NAME = 5
"""Chinese characters of a name that stays on one line."""
TINY = 1e-6
_EM = 72
_SEAMS = re.compile(r"[\u2e80-\uffef](?=[!-~])|[!-~](?=[\u2e80-\uffef])")
_CHINESE = re.compile("[\u2e80-\uffef]")
_TOKENS = re.compile(
    r"\s+|[（“‘《【「]*(?:[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
    r"|[^\s\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef（“‘《【「，。、；：？！）”’》】」]+)"
    r"[，。、；：？！）”’》】」]*|."
)
"""What stays on one line: a word or a Chinese character, with the marks before and behind it."""


def width(text: str, size: float, *, wide: bool | None = None) -> float:
    """Length of a text on one line; `wide`: whether it is of a Chinese text."""
    if wide is None:
        wide = _CHINESE.search(text) is not None
    apart = APART * len(_SEAMS.findall(text)) if wide else 0.0
    return (sum(_advance(c, wide) for c in text) + apart) * size / 72


def longest(text: str, size: float) -> float:
    """Length of what should not be broken in a text: words, and short names in Chinese."""
    whole = width(text, size)
    if whole <= NAME * size / 72:
        return whole
    return max((width(token, size) for token in _TOKENS.findall(text)), default=0.0)


def lines(text: str, size: float, available: float) -> int:
    """Number of lines of a text; a word longer than a line is broken anywhere."""
    number, used, wide = 1, 0.0, _CHINESE.search(text) is not None
    for token in _TOKENS.findall(text):
        long = width(token, size, wide=wide)
        if used and used + width(token.rstrip(), size, wide=wide) > available + TINY:
            number, used = number + 1, 0.0
        while long > available + TINY:
            number, long = number + 1, long - available + size / 72
        used += long
    return number


def height(texts: Sequence[str], size: float, available: float, apart: float = 0.0) -> float:
    """Height of paragraphs; `apart` is the space behind each in points."""
    total = sum(lines(text, size, available) for text in texts) * SPACING * size
    return (total + apart * len(texts)) / 72


@lru_cache(maxsize=8192)
def _advance(character: str, wide: bool) -> float:
    """Width of a character in sizes of the letters; `wide`: within a Chinese text."""
    if unicodedata.category(character)[0] in "CM":
        return 0.0
    font = get_font(findfont(f"{LATIN}:bold" if wide else LATIN))
    lacks = ord(character) not in font.get_charmap()
    if lacks or character >= "\u2e80" or (wide and character in "“”‘’…—"):
        return 1.0 if ord(character) < 0x10000 else 1.4
    font.set_size(_EM, 72)
    return float(font.load_char(ord(character)).linearHoriAdvance) / 65536 / _EM
