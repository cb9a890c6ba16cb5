"""Named random numbers: every draw depends on names, never on position or call order.

A draw is a stateless 64-bit hash of (key of an entity, key of a purpose), mixed by the finaliser of
splitmix64 (Steele, Lea & Flood 2014, variant 13 of Stafford). Keys of entities are BLAKE2b hashes
of their names. So two scenarios see the same people (common random numbers), adding a venue changes
nobody's wishes, and replication i does not depend on how many follow it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numpy as np

from sim.arrays import F64, I64, U64
from sim.compiled import elementwise

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = (np.uint64(s) for s in (30, 27, 31, 12))
_ONE = np.uint64(1)
_UNIT = 2.0**-52


@lru_cache(maxsize=65536)
def key_of(*names: str | int) -> int:
    """A 64-bit key of a sequence of names; ("ab", "c") and ("a", "bc") differ."""
    digest = hashlib.blake2b(digest_size=8)
    for name in names:
        part = str(name).encode()
        digest.update(len(part).to_bytes(4, "little"))
        digest.update(part)
    return int.from_bytes(digest.digest(), "little")


def keys_of(kind: str, names: tuple[str, ...]) -> U64:
    """Keys of several entities of one kind, shape (len(names),)."""
    return np.array([key_of(kind, name) for name in names], dtype=np.uint64)


def _mixed(x: Any) -> Any:
    z = x ^ (x >> _S30)
    z = z * _M1
    z = z ^ (z >> _S27)
    z = z * _M2
    return z ^ (z >> _S31)


@elementwise("uint64", "uint64", uses=(_mixed,))
def mix(x: U64) -> U64:
    """Finaliser of splitmix64: a bijection of 64-bit numbers that spreads every bit over all."""
    mixed: U64 = _mixed(x)
    return mixed


def replication_key(seed: int, replication: int) -> int:
    """The root of all draws of one replication."""
    return key_of("replication", seed, replication)


def child_keys(parents: U64, index: I64) -> U64:
    """Keys of numbered children (the j-th wish of a cell), shapes broadcast together."""
    keys: U64 = _child(parents, index.astype(np.uint64))
    return keys


def uniforms(keys: U64, purpose: int | U64) -> F64:
    """Uniform numbers in (0, 1) for a purpose, never 0 or 1; shapes broadcast together."""
    drawn: F64 = _unit(keys, np.uint64(purpose) if isinstance(purpose, int) else purpose)
    return drawn


@elementwise("uint64", "uint64", "uint64", uses=(_mixed,))
def _child(parent: Any, index: Any) -> Any:
    return _mixed((index + _ONE) * GOLDEN ^ parent)


@elementwise("float64", "uint64", "uint64", uses=(_mixed,))
def _unit(key: Any, purpose: Any) -> Any:
    # 52 bits: with 53 the largest would round up to 1
    return (np.float64(_mixed(key ^ purpose) >> _S12) + 0.5) * _UNIT
