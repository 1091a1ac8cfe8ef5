# SPDX-License-Identifier: 0BSD
"""Which compilers and linkers this machine has; as a program, says so."""

import itertools
import os
import re
import shutil
import subprocess
import sys

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


def version(compiler):
    said = subprocess.run(
        [compiler, "--version"], check=True, stdout=subprocess.PIPE, text=True)
    return re.search(r"\d+\.\d[.\d]*", said.stdout)[0]


def main():
    """Says what will be tried; fails when that is nothing."""
    for cc, group in itertools.groupby(pairs(), key=lambda pair: pair[0]):
        names = ", ".join(ld for _, ld in group)
        print(f"To try: {cc} ({version(cc)}) with {names}")
    others = [name for name in COMPILERS if not shutil.which(name)]
    print("Not installed, so not tried:", ", ".join(others) or "none")
    if not pairs():
        print("*** Nothing to try. Type: ./scripts/setup.sh --tests")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
