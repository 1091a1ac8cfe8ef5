# SPDX-License-Identifier: 0BSD
"""Which compilers and linkers this machine has."""

import os
import shutil

COMPILERS = [
    "gcc", *(f"gcc-{version}" for version in range(11, 17)),
    "clang", *(f"clang-{version}" for version in range(13, 23))]  # fmt: skip


def installed():
    """The installed compilers, each once if it has several names."""
    found = {}
    for name in reversed(COMPILERS):
        path = shutil.which(name)
        if path:
            found[os.path.realpath(path)] = name
    return [name for name in COMPILERS if name in found.values()]


def pairs():
    """Each compiler with each linker: LLVM's reads the code of its own clang."""
    return [(cc, ld) for cc in installed()
            for ld in ("ld", "ld.lld" + cc.partition("clang")[2])
            if shutil.which(ld)]  # fmt: skip
