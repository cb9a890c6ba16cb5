"""What stops replications although the scenario is right."""

from __future__ import annotations

import errno

_WORDS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "no file may grow that large here",
    errno.EACCES: "not writable",
    errno.EPERM: "not writable",
    errno.EROFS: "the disk is read-only",
    errno.ENOTDIR: "a file stands where a folder is needed",
    errno.EEXIST: "a file stands where a folder is needed",
}


class EngineProblem(Exception):
    """The machine or the cluster, not the scenario, is at fault: exit status 3.

    What was finished is in the store.
    """


def reason_of(error: OSError) -> str:
    """What went wrong with a file, in plain words."""
    return _WORDS.get(error.errno or 0, error.strerror or str(error))
