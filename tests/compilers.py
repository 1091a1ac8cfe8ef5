# SPDX-License-Identifier: 0BSD
"""Which compilers and linkers this machine has."""

import os
import shutil

COMPILERS = [
    "gcc", *(f"gcc-{version}" for version in range(11, 17)),
    "clang", *(f"clang-{version}" for version in range(13, 23))]  # fmt: skip


def installed():
    """The compilers that are there, each once if it has several names."""
    places = {}
    for name in reversed(COMPILERS):
        path = shutil.which(name)
        if path:
            places[os.path.realpath(path)] = name
    return [name for name in COMPILERS if name in places.values()]


def linkers(compiler):
    """The linkers to try with it: LLVM's reads the code of its own clang."""
    names = ["ld", "ld.lld"]
    if compiler.startswith("clang-"):
        names = ["ld", compiler.replace("clang", "ld.lld")]
    return [name for name in names if shutil.which(name)]


def pairs():
    return [(cc, ld) for cc in installed() for ld in linkers(cc)]
