# SPDX-License-Identifier: 0BSD
"""The Makefile: its targets, its dependencies, its variables."""

import re

import pytest
from commands import ROOT, build, make, needs_uefi, run, targets


def built(copy, *arguments):
    """The files that make compiles, links or writes; [] when up to date."""
    said = make(*arguments, cwd=copy)
    return re.findall(r"(?:-o |--strip-all \S+ |\.cfg )(build/\S+)", said)


OBJECTS = [f"build/{path.stem}.o" for path in sorted(ROOT.glob("*.c"))]
EVERYTHING = [*OBJECTS, "build/kernel.elf", "build/mb2check", "build/kernel.bin"]  # fmt: skip


def test_builds_once(project):
    copy = project(bare=True)
    assert built(copy) == EVERYTHING
    assert built(copy) == []


def test_builds_in_parallel_without_a_warning(project):
    assert (build(project(), "-j4", "iso") / "os.iso").exists()


@pytest.mark.parametrize("name, rebuilt", [
    ("kernel.c", ["build/kernel.o", "build/kernel.elf", "build/kernel.bin"]),
    pytest.param(
        "uefi.h", ["build/uefi.o", "build/kernel.elf", "build/kernel.bin"],
        marks=needs_uefi),
    ("multiboot2.h", [
        *(name for name in OBJECTS if name in ("build/kernel.o", "build/uefi.o")),
        "build/kernel.elf", "build/mb2check", "build/kernel.bin"]),
    ("mb2check/judge.c", ["build/mb2check", "build/kernel.bin"]),
    ("linker.ld", ["build/kernel.elf", "build/kernel.bin"]),
    ("grub/grub.cfg", []),
])  # fmt: skip
def test_dependencies(project, name, rebuilt):
    copy = project()
    make("iso", cwd=copy)
    (copy / name).touch()
    assert built(copy, "iso") == [*rebuilt, "build/os.iso"]


@pytest.mark.parametrize("name, flag", [
    ("CFLAGS", "-DEXTRA"), ("FLAGS", "-DEXTRA"), ("PIC", "-DEXTRA"),
    ("NO_PIC", "-DEXTRA"), ("LINK", "-z now"), ("LDFLAGS", "-z now"),
    ("HOSTCFLAGS", "-DEXTRA"), ("HOSTFLAGS", "-DEXTRA")])  # fmt: skip
def test_another_flag_rebuilds(project, name, flag):
    """Each is changed where a learner would: in the Makefile."""
    copy = project()
    make(cwd=copy)
    lines = (copy / "Makefile").read_text().splitlines(keepends=True)
    first = min(n for n, line in enumerate(lines)
                if re.match(rf"{name} *=", line))
    lines.insert(first + 1, f"{name} += {flag}\n")
    (copy / "Makefile").write_text("".join(lines))
    again = built(copy)
    assert "build/kernel.bin" in again
    assert ("build/mb2check" in again) == name.startswith("HOST")
    assert ("build/kernel.elf" in again) == (not name.startswith("HOST"))
    assert built(copy) == []


def test_one_object_alone_changes_nothing(project):
    """Not even one whose PIC is another than its neighbours'."""
    copy = project()
    make(OBJECTS[0], cwd=copy)
    make(OBJECTS[-1], cwd=copy)
    assert built(copy, OBJECTS[0]) == []


def test_a_source_less_relinks(project):
    copy = project()
    (copy / "more.c").write_text("extern int more;\nint more;\n")
    make(cwd=copy)
    (copy / "more.c").unlink()
    assert "build/kernel.bin" in built(copy)


@pytest.mark.parametrize("choice", [
    "CFLAGS=-O0 -g", "CFLAGS=-O3 -DEXTRA=1", "LD=ld -z now", "OBJCOPY=objcopy",
    "CFLAGS=-Os -DEXTRA='a b'",
])  # fmt: skip
def test_variables(project, choice):
    copy = project()
    said = make(choice, cwd=copy)
    assert choice.partition("=")[2] in said
    assert "warning:" not in said


def test_no_link_time_optimization(project):
    result = run("make", "CFLAGS=-O2 -flto", cwd=project())
    assert result.returncode != 0
    assert re.fullmatch(
        r"Makefile:\d+: \*\*\* -flto is refused: .*  Stop\.\n", result.stdout)


def test_clean(project):
    copy = project()
    make("clean", cwd=copy)  # nothing is there yet
    before = sorted(path.name for path in copy.iterdir())
    make("iso", cwd=copy)
    make("clean", cwd=copy)
    assert sorted(path.name for path in copy.iterdir()) == before


def test_help_lists_every_target():
    listed = re.findall(r"^([a-z0-9-]+) +\S", make("help", cwd=ROOT), re.M)
    assert sorted(listed) == sorted(targets())


def test_no_assembler_file():
    names = run("git", "ls-files", check=True).stdout.split()
    assert [n for n in names if re.search(r"\.(s|S|asm|nasm|inc)$", n)] == []
