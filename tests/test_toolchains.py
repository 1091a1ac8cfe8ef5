# SPDX-License-Identifier: 0BSD
"""Other compilers, linkers and flags than the Makefile's own: each makes a
kernel that boots. `make test` takes a few pairs of them, `make test-toolchains`
all that this machine has, which compilers.py finds."""

import os
import re
import shutil

import pytest
import test_boot
from compilers import pairs
from commands import ROOT, build, make, path_without, program, run

CLANG = "CC=clang", "LD=ld.lld"

FEW = [
    ("CFLAGS=-O0",),
    ("CC=gcc", "LD=ld.lld", "CFLAGS=-O1"),
    CLANG,
    ("CC=clang", "CFLAGS=-O3"),
]
EVERY = [
    pytest.param((f"CC={cc}", f"LD={ld}", "OBJCOPY=objcopy", f"CFLAGS={level}"),
                 marks=pytest.mark.toolchains)
    for cc, ld in pairs() for level in ("-O0", "-O1", "-O2", "-O3", "-Os")]


@pytest.mark.parametrize("variables", FEW + EVERY, ids=" ".join)
def test_boots(project, boot_by, variables):
    kernel = build(project(), "iso", *variables) / "kernel.bin"
    test_boot.test_is_taken_by_grub_file(kernel)
    for entry, source in {
            "bios": "kernel.c", "uefi": "uefi.c", "pvh": "pvh.c"}.items():
        if (ROOT / source).exists():
            test_boot.test_entry(boot_by, kernel, entry)


def sources(copy):
    return sorted(path.stem for path in copy.glob("*.c"))


def host_compiler(folder):
    """This machine's own compiler, for the checker, where no other is found."""
    text = f'PATH="{os.environ["PATH"]}" exec cc "$@"'
    return f"HOSTCC={program(folder / 'hostcc', text)}"


def test_cross_compile(project, tmp_path):
    """The tools with a prefix are enough: there are no others here."""
    prefix = "x86_64-elf-"
    hostcc = host_compiler(tmp_path)
    copy = project()
    usual = (build(copy) / "kernel.bin").read_bytes()
    env = path_without(
        tmp_path, "cc", "gcc", "ld", "objcopy", "clang", "ld.lld")
    for name in ("gcc", "ld", "objcopy"):
        (tmp_path / "tools" / (prefix + name)).symlink_to(shutil.which(name))
    said = make(f"CROSS_COMPILE={prefix}", hostcc, cwd=copy, env=env)
    for name in ("gcc", "ld", "objcopy"):
        assert re.search(rf"^{prefix}{name} ", said, re.M)
    assert (copy / "build" / "kernel.bin").read_bytes() == usual
    result = run("make", "-s", hostcc, cwd=copy, env=env)
    assert result.returncode != 0
    assert "*** Not found: gcc (" in result.stdout


def test_clang_needs_nothing_of_the_host(project, tmp_path):
    """Neither its tools, nor its headers, nor its libraries: as on a machine
    that is not an x86, where those are of no use."""
    copy = project()
    env = path_without(tmp_path, "cc", "gcc", "as", "ld", "objcopy")
    said = make(
        *CLANG, "CFLAGS=-Os -v", host_compiler(tmp_path), cwd=copy, env=env)
    assert said.count("-triple x86_64-unknown-unknown-elf") == len(sources(copy))
    own = run("clang", "-print-resource-dir", check=True).stdout.strip()
    for name in sources(copy):
        used = (copy / "build" / f"{name}.d").read_text()
        for path in re.findall(r"(?<=\s)/[^\s:]+", used):
            assert path.startswith(own), f"{path} is a header of the host"
    link = re.search(r"^ld\.lld .*", said, re.M)[0]
    objects = re.findall(r"[^\s]+\.(?:o|a|so)\b|-l\S+", link)
    assert sorted(objects) == [f"build/{name}.o" for name in sources(copy)]
