# SPDX-License-Identifier: 0BSD
"""Other compilers, linkers and flags than the Makefile's own: each makes a
kernel that boots. `make test` takes a few pairs of them, `make test-toolchains`
all that this machine has, which compilers.py names."""

import os
import re

import pytest
import test_boot
from compilers import COMPILERS, pairs
from commands import ROOT, make, path_without, run

CLANG = "CC=clang", "LD=ld.lld"


FEW = [
    ("CFLAGS=-O0",),
    ("CC=gcc", "LD=ld.lld", "CFLAGS=-O1"),
    CLANG,
    ("CC=clang", "CFLAGS=-O3"),
]
LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os"]


def every():
    return [(f"CC={cc}", f"LD={ld}", "OBJCOPY=objcopy", f"CFLAGS={level}")
            for cc, ld in pairs() for level in LEVELS]  # fmt: skip


def pytest_generate_tests(metafunc):
    if metafunc.function is test_boots:
        asked = metafunc.config.option.markexpr == "toolchains"
        metafunc.parametrize("variables", every() if asked else FEW, ids=" ".join)


def build(copy, *variables):
    """Builds kernel and image; not a word may be said about it."""
    said = make("-s", *variables, "iso", cwd=copy)
    assert said == "", said
    return copy / "build" / "kernel.bin"


@pytest.mark.toolchains
def test_boots(project, boot_by, variables):
    kernel = build(project(), *variables)
    test_boot.test_is_taken_by_grub_file(kernel)
    for entry, source in {
            "bios": "kernel.c", "uefi": "uefi.c", "pvh": "pvh.c"}.items():
        if (ROOT / source).exists():
            test_boot.test_entry(boot_by, kernel, entry)


@pytest.mark.parametrize("variables", [(), CLANG], ids=["gcc", "clang"])
def test_debug_levels(project, variables):
    """No kind of debug information changes a byte of kernel.bin."""
    copy = project()
    make("-s", *variables, "CFLAGS=-Os", cwd=copy)
    kernel = (copy / "build" / "kernel.bin").read_bytes()
    for debug in ("-g", "-g3", "-ggdb3 -gdwarf-4"):
        assert make("-s", *variables, f"CFLAGS=-Os {debug}", cwd=copy) == ""
        assert (copy / "build" / "kernel.bin").read_bytes() == kernel


def test_a_warning_is_an_error_here(project):
    copy = project(("before start", "static int idle;\n\n"))
    with pytest.raises(AssertionError, match="defined but not used"):
        build(copy)


def sources(copy):
    return sorted(path.stem for path in copy.glob("*.c"))


def linked_names(folder, prefix):
    """A folder with the compiler's tools under the names of a cross compiler."""
    folder.mkdir()
    for name in ("gcc", "ld", "objcopy"):
        path = run("sh", "-c", f"command -v {name}", check=True).stdout.strip()
        (folder / (prefix + name)).symlink_to(path)
    return folder


def host_compiler(folder):
    """This machine's own compiler, for the checker, where no other is found."""
    script = folder / "hostcc"
    script.write_text(f'#!/bin/sh\nPATH="{os.environ["PATH"]}" exec cc "$@"\n')
    script.chmod(0o755)
    return f"HOSTCC={script}"


@pytest.mark.parametrize("prefix", ["x86_64-linux-gnu-", "x86_64-elf-"])
def test_cross_compile(project, tmp_path, prefix):
    """The tools with that prefix are enough: there are no others here."""
    hostcc = host_compiler(tmp_path)
    copy = project()
    make("-s", cwd=copy)
    usual = (copy / "build" / "kernel.bin").read_bytes()
    env = path_without(
        tmp_path, "cc", "gcc", "ld", "objcopy", "clang", "ld.lld")
    folder = linked_names(tmp_path / "cross", prefix)
    env["PATH"] = f"{folder}:{env['PATH']}"
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
    searched = re.search(r"<\.\.\.> search starts here:\n(.*)\nEnd", said, re.S)
    folders = searched[1].split("\nEnd")[0].split()
    assert folders == [f"{own}/include"], "headers are looked for elsewhere"
    for name in sources(copy):
        used = (copy / "build" / f"{name}.d").read_text()
        for path in re.findall(r"(?<=\s)/[^\s:]+", used):
            assert path.startswith(own), f"{path} is a header of the host"
    link = re.search(r"^ld\.lld .*", said, re.M)[0]
    objects = re.findall(r"[^\s]+\.(?:o|a|so)\b|-l\S+", link)
    assert sorted(objects) == [f"build/{name}.o" for name in sources(copy)]


def test_clang_without_its_objcopy(project, tmp_path):
    """GNU's, on a machine that is not an x86, knows no x86 file."""
    env = path_without(tmp_path, "llvm-objcopy")
    result = run("make", "-s", *CLANG, cwd=project(), env=env)
    assert result.returncode != 0
    assert "*** Not found: llvm-objcopy (" in result.stdout


def test_names_with_a_version(project, tmp_path):
    """clang-14 and ld.lld-14 are clang and ld.lld to the Makefile too."""
    copy = project()
    make("-s", *CLANG, cwd=copy)
    usual = (copy / "build" / "kernel.bin").read_bytes()
    names = {}
    for name in ("clang", "ld.lld"):
        path = run("sh", "-c", f"command -v {name}", check=True).stdout.strip()
        names[name] = tmp_path / f"{name}-99"
        names[name].write_text(f'#!/bin/sh\nexec {path} "$@"\n')
        names[name].chmod(0o755)
    said = make(
        f"CC={names['clang']}", f"LD={names['ld.lld']}", cwd=copy)
    assert said.count("--target=x86_64-elf") == len(sources(copy))
    assert (copy / "build" / "kernel.bin").read_bytes() == usual


def test_dry_run(project):
    """`make -n` shows each step of the build, and makes no kernel."""
    copy = project(bare=True)
    said = make("-n", "iso", *CLANG, cwd=copy)
    steps = re.findall(r"^(?:clang|ld.lld|llvm-objcopy|scripts/mkiso)", said, re.M)
    assert steps == ["clang"] * len(sources(copy)) + ["ld.lld", "llvm-objcopy", "scripts/mkiso"]
    assert not (copy / "build").exists()


def test_says_what_is_tried(tmp_path):
    said = run("python3", ROOT / "tests" / "compilers.py")
    assert said.returncode == 0
    assert re.search(r"^To try: gcc\S* \(\d+\.\S+\) with ld", said.stdout, re.M)
    none = run(
        "python3", ROOT / "tests" / "compilers.py",
        env=path_without(tmp_path, *COMPILERS))  # fmt: skip
    assert none.returncode == 1
    assert "not tried: gcc, gcc-11" in none.stdout
    assert "*** Nothing to try." in none.stdout
