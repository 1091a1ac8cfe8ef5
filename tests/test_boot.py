# SPDX-License-Identifier: 0BSD
"""Boots by every door that the kernel has, and looks at the screen."""

import pytest
from commands import needs_pvh, needs_uefi
from elf import Elf
from screens import assert_screen

HLT = 0xF4
STICK = (  # at a USB 3 port
    "-device", "qemu-xhci",
    "-drive", "if=none,id=stick,format=raw,readonly=on,file={iso}",
    "-device", "usb-storage,drive=stick,bootindex=0")  # fmt: skip
MEDIA = [
    pytest.param(("-cdrom", "{iso}"), id="cd", marks=pytest.mark.kernel),
    pytest.param(STICK, id="usb"),
]  # fmt: skip


def assert_boots(boot, door, kernel, *arguments):
    """The CPU halts in the kernel, and the screen is right."""
    pc = boot(*arguments)
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_screen(pc, door)
    code = Elf(kernel).image()
    at = pc.registers().pointer  # it stands after its hlt
    around = pc.memory(at - 4, 4)  # GRUB may have moved the kernel
    assert around[-1] == HLT and around in code, f"halted at {at:#x}"
    return pc


@pytest.mark.parametrize("medium", MEDIA)
@pytest.mark.parametrize("door", [
    "bios", pytest.param("uefi", marks=needs_uefi)])  # fmt: skip
def test_image(boot, iso, kernel, ovmf, door, medium):
    firmware = ovmf if door == "uefi" else ()
    medium = [word.format(iso=iso) for word in medium]
    assert_boots(boot, door, kernel, *firmware, *medium)


@pytest.mark.kernel
@needs_pvh
def test_kernel(boot, kernel):
    assert_boots(boot, "kernel", kernel, "-kernel", kernel)
