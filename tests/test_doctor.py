# SPDX-License-Identifier: 0BSD
"""`make doctor`: what it finds, what it misses, and what to install."""

import re

import pytest
from commands import ROOT, path_without, run
from test_setup import rows


def doctor(*variables, env=None):
    result = run("make", "-s", "doctor", *variables, cwd=ROOT, env=env)
    return result.returncode, result.stdout


def test_everything_is_here():
    status, said = doctor()
    assert status == 0, said
    for tool in re.findall(r"^(\S+) +MISSING", said, re.M):
        purposes, = (row[1] for row in rows() if row[0] == tool)
        assert purposes in ("fuzz", "web")  # setup.sh --tests leaves these out
    for tool, _, what, *_ in rows():
        assert re.search(rf"^{re.escape(tool)} .* {re.escape(what)}:", said, re.M)
    assert max(len(line) for line in said.splitlines()) <= 80


def test_versions_and_paths():
    _, said = doctor()
    for tool in ("gcc", "ld", "xorriso", "qemu-system-x86_64", "faketime"):
        own = run(tool, "--version").stdout
        path = run("sh", "-c", f"command -v {tool}").stdout.strip()
        version, found = re.search(
            rf"^{tool} +(\S+) +.*:\s+(\S+)$", said, re.M).groups()
        assert version in own and version.count(".") >= 1
        assert found == path


@pytest.mark.parametrize("tool, fails", [("mformat", True), ("git", False)])
def test_missing(tmp_path, tool, fails):
    """It fails when `make run` and its kin do."""
    status, said = doctor(env=path_without(tmp_path, tool))
    assert (status != 0) == fails
    package, = (row[3] for row in rows() if row[0] == tool)
    assert re.search(rf"^{tool} +MISSING +.*:\s+apt package {package}$", said, re.M)
    assert "type:  ./scripts/setup.sh" in said


def test_a_compiler_for_another_machine(tmp_path):
    """As gcc is on Apple silicon: it is there, and of no use."""
    other = tmp_path / "gcc"
    other.write_text(
        "#!/bin/sh\ncase $1 in -dumpmachine) echo arm64-apple-darwin ;;"
        " *) echo other 1.0 ;; esac\n")  # fmt: skip
    other.chmod(0o755)
    status, said = doctor(f"CC={other}")
    assert status != 0
    assert "makes code for arm64-apple-darwin, not for an x86 PC" in said
    assert "CC=clang LD=ld.lld" in said


def test_choices():
    """Of the Makefile; without its words, setup.sh takes the same as it does."""
    assert run(ROOT / "scripts" / "setup.sh", "--doctor").stdout == doctor()[1]
    status, said = doctor("CC=clang", "LD=ld.lld")
    assert status == 0
    assert re.search(r"^clang +\S+ +compiles the kernel: ", said, re.M)
    assert re.search(r"^llvm-objcopy +\S+ +strips the kernel: ", said, re.M)
