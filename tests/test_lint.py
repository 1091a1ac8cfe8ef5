# SPDX-License-Identifier: 0BSD
"""`make lint`: the project passes it, and its checks can fail."""

import pytest
from commands import ROOT, run


def lint(folder):
    return run("make", "-s", "lint", cwd=folder)


@pytest.mark.docs
def test_the_project():
    result = lint(ROOT)
    assert (result.returncode, result.stdout) == (0, "")


HEAD = b"SPDX-License-Identifier: 0BSD"
FLAWS = {
    "form": (
        "more.c", b"// " + HEAD + b"\nint  a;\n",
        "Some C code is not formatted"),
    "script": (
        "more", b"#!/bin/sh\n# " + HEAD + b"\nrm $1\n",
        "Double quote to prevent globbing"),
    "word": (  # in two pieces, for codespell reads this file too
        "more.md", b"<!-- " + HEAD + b" -->\nThe adr" + b"ess.\n",
        "more.md:2: adr" "ess ==> address"),
    "licence": (
        "more.md", b"Nothing.\n",
        "more.md lacks its line: SPDX-License-Identifier: 0BSD"),
    "binary": (
        "more.bin", HEAD + b"\x7fELF\0\0", "more.bin is a build product"),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw(project, flaw):
    """In a clone with one file more, which git tracks whatever .gitignore says."""
    name, data, complaint = FLAWS[flaw]
    copy = project(bare=True)
    (copy / name).write_bytes(data)
    run("git", "init", "-q", cwd=copy, check=True)
    run("git", "add", "--force", ".", cwd=copy, check=True)
    result = lint(copy)
    assert result.returncode != 0
    assert complaint in result.stdout
    assert "***" in result.stdout


def test_outside_a_clone(project):
    result = lint(project())
    assert result.returncode != 0
    assert "*** make lint looks at the files that git tracks" in result.stdout
