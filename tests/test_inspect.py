# SPDX-License-Identifier: 0BSD
"""`make inspect` and `make screenshot`: what they show is what is there."""

import re

import pytest
from commands import SEEN, make, needs_pvh, needs_uefi, run


@pytest.mark.docs
def test_each_step_has_its_command(project):
    copy = project()
    text = make("-s", "inspect", cwd=copy)
    checked = run("build/mb2check", "build/kernel.bin", cwd=copy).stdout
    assert f"$ build/mb2check build/kernel.bin\n{checked}" in text
    assert "  0x00100000 d65052e8 00000000 " in text
    assert "$ objdump -d -M i386 --disassemble=start build/kernel.elf\n" in text
    assert re.search(r"movl +\$0x2f4b2f4f,0xb8000\n", text)
    assert "and    $0xfffffffffffffff0,%rsp" in text
    assert "$ readelf -lW build/kernel.bin\n" in text
    assert "12000000 58656e00 ............Xen.\n" in text
    assert "$ readelf -SW build/kernel.bin\n" in text


@needs_pvh
def test_without_the_pvh_entry(project):
    copy = project()
    (copy / "pvh.c").unlink()
    assert ".note.Xen" not in make("-s", "inspect", cwd=copy)


@needs_uefi
@needs_pvh
def test_pictures_of_three_entries(project):
    copy = project()
    said = make("-s", "screenshot", cwd=copy)
    assert said.count(SEEN) == 3
    for entry in ("bios", "uefi", "pvh"):
        picture = (copy / "build" / f"{entry}.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert f"build/{entry}.png:" in said
