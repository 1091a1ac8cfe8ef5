# SPDX-License-Identifier: 0BSD
"""Boots by every door, and looks at the screen."""

from elf import Elf
from screens import assert_text_blank_but_ok, assert_text_ok, assert_uefi_ok

HLT = 0xF4


def stick(iso):
    """The image as a USB stick, at a USB 3 port."""
    return (
        "-device", "qemu-xhci",
        "-drive", f"if=none,id=stick,format=raw,readonly=on,file={iso}",
        "-device", "usb-storage,drive=stick,bootindex=0",
    )  # fmt: skip


def assert_halted_in_kernel(pc, kernel):
    """The CPU is halted, at the address where the kernel was linked."""
    pc.wait_for(pc.stopped, "the CPU to halt")
    elf = Elf(kernel)
    code = elf.code()
    at = pc.registers().pointer - code.paddr
    assert 0 < at <= code.memsz, f"halted at {pc.registers().pointer:#x}"
    assert elf.image()[at - 1] == HLT  # the CPU stands behind its hlt


def test_bios_cd(boot, iso, kernel):
    pc = boot("-cdrom", iso)
    assert_halted_in_kernel(pc, kernel)
    assert_text_blank_but_ok(pc)


def test_bios_usb(boot, iso, kernel):
    pc = boot(*stick(iso))
    assert_halted_in_kernel(pc, kernel)
    assert_text_blank_but_ok(pc)


def test_uefi_cd(boot, iso, kernel, ovmf):
    pc = boot(*ovmf, "-cdrom", iso)
    assert_halted_in_kernel(pc, kernel)
    assert_uefi_ok(pc)


def test_uefi_usb(boot, iso, kernel, ovmf):
    pc = boot(*ovmf, *stick(iso))
    assert_halted_in_kernel(pc, kernel)
    assert_uefi_ok(pc)


def test_kernel(boot, kernel):
    pc = boot("-kernel", kernel)
    assert_halted_in_kernel(pc, kernel)
    assert_text_ok(pc)  # nobody clears the rest of the screen on this way
