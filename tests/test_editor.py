# SPDX-License-Identifier: 0BSD
"""clangd, which most editors run, reads each source as the compiler does."""

import re

import pytest
from commands import ROOT, make, run

SOURCES = [path.name for path in sorted(ROOT.glob("*.[ch]"))]
SOURCES += [str(path.relative_to(ROOT)) for pattern in ("mb2check/*.[ch]", "examples/*/*.[ch]")
            for path in sorted(ROOT.glob(pattern))]  # fmt: skip


def clangd(folder, name, *variables):
    """What clangd says of the file. Its rewriting of code is tried on one line
    only: it has mistakes of its own."""
    make("-s", *variables, "build/compile_commands.json", cwd=folder)
    return run("clangd", f"--check={name}", "--check-lines=1-1", cwd=folder)


@pytest.mark.parametrize("name", SOURCES)
def test_reads_without_errors(name):
    result = clangd(ROOT, name)
    assert result.returncode == 0, result.stdout
    assert "All checks completed, 0 errors" in result.stdout
    assert not re.findall(r"^[EW]\[.*\] \[.*\] Line .*", result.stdout, re.M)


def test_reads_as_the_compiler_does(project):
    """What the Makefile defines is defined, and nothing else."""
    copy = project(("before start", 'static const char *name = NAME;\n'))
    for flags, good in (("-DNAME='\"a b\"'", True), ("-DNAME=more", False)):
        result = clangd(copy, "kernel.c", f"CFLAGS={flags}")
        assert (result.returncode == 0) == good, result.stdout
