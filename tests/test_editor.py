# SPDX-License-Identifier: 0BSD
"""clangd, which most editors ask, reads each source as the compiler does."""

import re

import pytest
from commands import ROOT, make, run

SOURCES = [path.name for path in sorted(ROOT.glob("*.[ch]"))]
SOURCES += [f"mb2check/{path.name}" for path in sorted(ROOT.glob("mb2check/*.[ch]"))]


def clangd(folder, name):
    """What clangd says of the file. Its rewriting of code is tried on one line
    only: it has mistakes of its own."""
    return run("clangd", f"--check={name}", "--check-lines=1-1", cwd=folder)


@pytest.mark.parametrize("name", SOURCES)
def test_reads_without_errors(name):
    result = clangd(ROOT, name)
    assert result.returncode == 0, result.stdout
    assert "All checks completed, 0 errors" in result.stdout
    assert not re.findall(r"^[EW]\[.*\] \[.*\] Line .*", result.stdout, re.M)


@pytest.mark.parametrize("line", ["uint32 count;", "#include <stdio.h>"])
def test_sees_an_error(project, line):
    """A type that is none, and a header of the host."""
    result = clangd(project(("before start", line + "\n")), "kernel.c")
    assert result.returncode != 0
    assert re.search(r"^E\[.*\] \[.*\] Line ", result.stdout, re.M)


def test_the_flags_are_those_of_the_makefile(project):
    said = make("-n", "CC=clang", "LD=ld.lld", "CFLAGS=", cwd=project())
    command, = re.findall(r"^clang (.*) -fno-pic -MMD .* -c kernel\.c", said, re.M)
    first, _, _ = (ROOT / ".clangd").read_text().partition("---")
    listed = re.findall(r"^ +- (-.*)", first, re.M)
    assert listed[0] == "-xc"  # clangd takes headers for another language
    assert listed[1:] == command.split()
