"""Random numbers one at a time, in plain Python: a second writing of `sim.streams.uniforms`."""

from __future__ import annotations

__all__ = ["uniform"]

_ALL = 2**64 - 1


def uniform(key: int, purpose: int) -> float:
    """Draw for one key: the upper 52 bits of SplitMix64's finaliser, in the middle of a step."""
    z = key ^ purpose
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _ALL
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _ALL
    z ^= z >> 31
    return ((z >> 12) + 0.5) * 2.0**-52
