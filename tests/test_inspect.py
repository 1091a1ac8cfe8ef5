# SPDX-License-Identifier: 0BSD
"""`make inspect` and `make screenshot`: what they show is what is there."""

import re

import pytest
from broken import BROKEN
from commands import LETTERS, SEEN, make, needs_pvh, needs_uefi, path_without, run
from elf import Elf


@pytest.fixture
def shown(project):
    """The copy of the project, and what `make inspect` shows of it."""
    copy = project()
    return copy, make("-s", "inspect", cwd=copy)


def test_header(shown):
    copy, text = shown
    image = Elf(copy / "build" / "kernel.bin").image()
    header = image[: int.from_bytes(image[8:12], "little")]
    part = text.partition("The Multiboot2 header as bytes")[2].partition("\n---")[0]
    rows = re.findall(r"^[0-9a-f]{6}((?: [0-9a-f]{2})+)$", part, re.M)
    assert bytes.fromhex("".join(rows)) == header


@pytest.mark.docs
def test_each_step_has_its_command(shown):
    copy, text = shown
    checked = run("build/mb2check", "build/kernel.bin", cwd=copy).stdout
    assert f"$ build/mb2check build/kernel.bin\n{checked}" in text
    assert "$ objdump -d -M i386 --disassemble=start build/kernel.elf\n" in text
    assert re.search(r"movl +\$0x2f4b2f4f,0xb8000\n", text)
    assert "and    $0xfffffffffffffff0,%rsp" in text
    assert "$ readelf -lW build/kernel.bin\n" in text
    assert "12 00 00 00 58 65 6e 00\n" in text


def test_sizes_add_up(shown):
    copy, text = shown
    rows = re.findall(
        r"^ +(\d+)  (\S.*)$", text.rpartition(" bytes  part")[2], re.M)
    *parts, (total, name) = rows
    assert name == "in all"
    assert int(total) == sum(int(size) for size, _ in parts)
    assert int(total) == (copy / "build" / "kernel.bin").stat().st_size


@needs_pvh
def test_without_a_door(project):
    copy = project(("pvh.c", None, None))
    assert ".note.Xen" not in make("-s", "inspect", cwd=copy)


def test_a_tool_is_missing(project, tmp_path):
    result = run(
        "make", "-s", "inspect", cwd=project(),
        env=path_without(tmp_path, "objdump"))  # fmt: skip
    assert result.returncode != 0
    assert "*** Not found: objdump (shows the kernel's code)." in result.stdout


@needs_uefi
@needs_pvh
def test_pictures_of_three_doors(project):
    copy = project()
    said = make("-s", "screenshot", cwd=copy)
    assert said.count(SEEN) == 3
    for door in ("bios", "uefi", "kernel"):
        picture = (copy / "build" / f"{door}.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert f"build/{door}.png:" in said


@needs_uefi
@needs_pvh
def test_pictures_of_a_failure(project):
    """They are taken all the same, the other doors' too, and make fails."""
    copy = project(*BROKEN["silent"])
    result = run("make", "-s", "screenshot", cwd=copy)
    assert result.returncode != 0
    assert result.stdout.count(f"*** No {LETTERS}: the CPU halted, but") == 2
    assert result.stdout.count(SEEN) == 1
    assert result.stdout.endswith("screenshot] Error 1\n")
    for door in ("bios", "uefi", "kernel"):
        assert (copy / "build" / f"{door}.png").exists()
