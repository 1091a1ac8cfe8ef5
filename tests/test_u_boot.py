# SPDX-License-Identifier: 0BSD
"""Boots on U-Boot's UEFI, an implementation that shares no code with OVMF."""

import pytest
from broken import BROKEN
from commands import make, needs_uefi
from qemu import console_letters

pytestmark = needs_uefi

ROM = "/usr/lib/u-boot/qemu-x86_64/u-boot.rom"


def assert_ok(boot, iso):
    pc = boot("-bios", ROM, "-m", "1G",
              "-drive", f"if=virtio,format=raw,snapshot=on,file={iso}")  # fmt: skip
    pc.wait_for(pc.stopped, "the CPU to halt")
    # U-Boot sends intensity and colours as one sequence, OVMF as three.
    assert pc.serial().endswith(console_letters().replace("m\x1b[", ";"))


def test_ok(boot, iso):
    assert_ok(boot, iso)


def test_a_kernel_that_prints_nothing_fails(project, boot):
    copy = project(*BROKEN["dark under UEFI"])
    make("-s", "iso", cwd=copy)
    with pytest.raises(AssertionError):
        assert_ok(boot, copy / "build" / "os.iso")
