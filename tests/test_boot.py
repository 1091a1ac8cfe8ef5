# SPDX-License-Identifier: 0BSD
"""Boots by every entry that the kernel has, on the PCs that differ most and with
every UEFI firmware of this system, and looks at the screen."""

import pathlib

import pytest
from broken import BROKEN
from commands import ENTRIES, build, needs_pvh, needs_uefi, run
from elf import Elf
from qemu import MachineError, arguments, shell
from screens import assert_screen

HLT = 0xF4


def assert_halts_with_ok(pc, entry, kernel):
    """The CPU halts in the kernel, and the screen is right."""
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert_screen(pc, entry)
    code = Elf(kernel).image()
    at = pc.registers().pointer  # it stands after its hlt
    around = pc.memory(at - 4, 4)  # GRUB may have moved the kernel
    assert around[-1] == HLT and around in code, f"halted at {at:#x}"


@pytest.mark.kernel
def test_is_taken_by_grub_file(kernel):
    assert run("grub-file", "--is-x86-multiboot2", kernel).returncode == 0


@pytest.mark.kernel
@pytest.mark.parametrize("entry", ENTRIES)
def test_entry(boot_by, kernel, entry):
    pc = boot_by(entry, kernel.parent)
    assert_halts_with_ok(pc, entry, kernel)


# The image as a disk, which gets a throw-away copy: firmware writes to disks.
DISK = "-drive if=none,id=image,format=raw,snapshot=on,file={iso}"
NVME = f"{DISK} -device nvme,serial=1,drive=image,bootindex=0"
STICK = f"{DISK} -device qemu-xhci -device usb-storage,drive=image,bootindex=0"
VIRTIO = f"{DISK} -device virtio-blk-pci,drive=image,bootindex=0"
PCS = {
    "bios-q35-ahci-cd": "-machine q35 -cpu max -smp 4 -vga vmware -cdrom {iso}",
    "bios-usb-stick": STICK,
    "bios-nvme-disk": f"-machine q35 -vga cirrus {NVME}",
    "bios-virtio-disk-8G": f"-m 8G -vga virtio {VIRTIO}",
    "bios-isapc-486-16M": "-machine isapc -cpu 486 -m 16M -cdrom {iso}",
    "uefi-usb-stick": f"-vga cirrus {STICK}",
    "uefi-q35-nvme-disk-8G": f"-machine q35 -cpu max -smp 4 -m 8G -vga virtio {NVME}",
    "pvh-isapc-486-2M": "-machine isapc -cpu 486 -m 2M -kernel {kernel}",
}
NEEDS = {"bios": (), "uefi": needs_uefi, "pvh": needs_pvh}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=NEEDS[name.partition("-")[0]]) for name in PCS])
def test_pc(boot, tmp_path, iso, kernel, name):
    entry = name.partition("-")[0]
    words = [word.format(iso=iso, kernel=kernel) for word in PCS[name].split()]
    if entry == "uefi":  # the firmware, without its CD
        words += arguments("uefi", store=tmp_path / "vars.fd")[:4]
    pc = boot(*words)
    assert_halts_with_ok(pc, entry, kernel)


def firmware():
    """This system's builds of OVMF, each once."""
    code, = shell('need ovmf; find_ovmf; echo "$ovmf_code"')
    return sorted(path for path in pathlib.Path(code).parent.glob("OVMF_CODE*.fd")
                  if not path.is_symlink())  # fmt: skip


@needs_uefi
@pytest.mark.parametrize("code", firmware(), ids=lambda path: path.name)
def test_firmware(boot_by, monkeypatch, kernel, code):
    """Those that can do Secure Boot need System Management Mode, to protect the
    variables from the system; with an empty variable store it is switched off."""
    store = "OVMF_VARS_4M.fd" if "4M" in code.name else "OVMF_VARS.fd"
    monkeypatch.setenv("OVMF_CODE", str(code))
    monkeypatch.setenv("OVMF_VARS", str(code.with_name(store)))
    pc = boot_by("uefi", kernel.parent, "-machine", "q35,smm=on",
                 "-global", "ICH9-LPC.disable_s3=1")  # fmt: skip
    assert_halts_with_ok(pc, "uefi", kernel)


@pytest.mark.parametrize("name, words", [
    ("hang after OK", "waited 9 s .* hangs at 0x"),
    ("reset loop", "reset itself"),
])  # fmt: skip
def test_no_halt(project, boot_by, name, words):
    """It is noticed. (That each wrong screen is, test_mistakes.py shows.)"""
    pc = boot_by("bios", build(project(*BROKEN[name]), "iso"), seconds=9)
    with pytest.raises(MachineError, match=words):
        pc.wait_for(pc.stopped, "the CPU to halt")
