# SPDX-License-Identifier: 0BSD
"""`make doctor`: what it finds, what it misses, and what follows from that."""

import re

import pytest
from commands import ROOT, path_without, run
from test_setup import bare_machine, rows

DOORS = ["make", "make iso", "make iso", "make run", "make run-uefi",
         "make run-kernel", "make test"]  # fmt: skip


def doctor(*variables, env=None):
    """Runs it; returns its exit status, its words, and what can be done."""
    result = run("make", "-s", "doctor", *variables, cwd=ROOT, env=env)
    answers = re.findall(
        r"^  (make[^:]*: .*\S) +(yes|no, without: .*)$", result.stdout, re.M)
    assert [what.split(":")[0] for what, _ in answers] == DOORS, result.stdout
    return result.returncode, result.stdout, dict(answers)


def test_everything_is_here():
    status, said, answers = doctor()
    assert status == 0
    assert set(answers.values()) == {"yes"}
    for thing in re.findall(r"^(\S+) +MISSING", said, re.M):
        purposes, = (row[1] for row in rows() if row[0] == thing)
        assert purposes in ("fuzz", "web")  # setup.sh --tests leaves these out
    for thing, _, what, *_ in rows():
        assert re.search(rf"^{re.escape(thing)} .* {re.escape(what)}:", said, re.M)
    assert max(len(line) for line in said.splitlines()) <= 80


def test_versions_and_places():
    _, said, _ = doctor()
    for thing, command in (
        ("gcc", "gcc"), ("ld", "ld"), ("xorriso", "xorriso"), ("git", "git"),
        ("qemu-system-x86_64", "qemu-system-x86_64"), ("faketime", "faketime"),
        ("shellcheck", "shellcheck"), ("llvm-objcopy", "llvm-objcopy"),
    ):  # fmt: skip
        own = run("sh", "-c", f"{command} --version 2>&1").stdout
        place = run("sh", "-c", f"command -v {command}").stdout.strip()
        number, found = re.search(
            rf"^{thing} +(\S+) +.*:\s+(\S+)$", said, re.M).groups()
        assert number in own and number.count(".") >= 1
        assert found == place


@pytest.mark.parametrize("tool, lost", [
    ("gcc", DOORS),
    ("grub-mkrescue", ["make iso", "make run", "make run-uefi", "make test"]),
    ("mformat", ["make iso", "make run", "make run-uefi", "make test"]),
    ("qemu-system-x86_64",
     ["make run", "make run-uefi", "make run-kernel", "make test"]),
    ("git", ["make test"]),
])  # fmt: skip
def test_missing(tmp_path, tool, lost):
    env = path_without(tmp_path, tool)
    status, said, answers = doctor(env=env)
    for what, answer in answers.items():
        missing = what.split(":")[0] in lost
        assert (tool in answer.split()) == missing, what
        assert (answer == "yes") != missing, what
    assert (status != 0) == ("make run" in lost)
    package, = (row[3] for row in rows() if row[0] == tool)
    assert re.search(rf"^{tool} +MISSING +.*:\s+apt package {package}$", said, re.M)
    assert "type:  ./scripts/setup.sh" in said


def test_on_a_machine_without_a_known_manager(tmp_path):
    env = bare_machine(tmp_path, "unknown", "xorriso")
    _, said, _ = doctor(env=env)
    block = re.search(r"^xorriso +MISSING.*\n((?: {20}.*\n)+)", said, re.M)[1]
    assert [line.strip() for line in block.splitlines()] == [
        "apt package xorriso", "dnf package xorriso",
        "pacman package libisoburn", "brew package xorriso"]  # fmt: skip


def test_no_uefi_modules(tmp_path):
    """Then `make run` works, by an image for BIOS alone."""
    (tmp_path / "grub").mkdir()
    (tmp_path / "grub" / "i386-pc").symlink_to("/usr/lib/grub/i386-pc")
    tool = tmp_path / "mkrescue"
    tool.write_text(
        f"#!/bin/sh\necho '[default={tmp_path}/grub/<platform>] 2.0'\n")
    tool.chmod(0o755)
    env = path_without(tmp_path, "mformat")
    status, _, answers = doctor(f"GRUB_MKRESCUE={tool}", env=env)
    assert status == 0
    assert answers["make iso: for BIOS machines"] == "yes"
    assert answers["make iso: for UEFI machines"] == (
        "no, without: grub:x86_64-efi mformat")


def test_a_compiler_for_another_machine(tmp_path):
    """As gcc is on Apple silicon: it is there, and of no use."""
    other = tmp_path / "gcc"
    other.write_text(
        "#!/bin/sh\ncase $1 in -dumpmachine) echo arm64-apple-darwin ;;"
        " *) echo other 1.0 ;; esac\n")  # fmt: skip
    other.chmod(0o755)
    status, said, answers = doctor(f"CC={other}")
    assert status != 0
    assert answers["make: build the kernel"] == "no, without: x86-compiler"
    assert "makes code for arm64-apple-darwin, not for an x86 PC" in said
    assert "CC=clang LD=ld.lld" in said


def test_choices():
    status, said, _ = doctor("CC=clang", "LD=ld.lld")
    assert status == 0
    assert re.search(r"^clang +\S+ +compiles the kernel: ", said, re.M)
    assert re.search(r"^llvm-objcopy +\S+ +strips the kernel: ", said, re.M)
