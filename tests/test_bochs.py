# SPDX-License-Identifier: 0BSD
"""Boots in Bochs, an emulator that shares no code with QEMU."""

import re
import struct

import pytest
from broken import BROKEN
from commands import build, run
from elf import Elf
from qemu import COLUMNS, ROWS, VGA_TEXT, expected, screen_text, wrong_cells

# rfb draws for VNC: it needs no display, and timeout=0 no viewer either. A
# triple fault is to end Bochs, not to reset the PC.
CONFIGURATION = """
megs: 32
cpu: reset_on_triple_fault=0
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/vgabios/vgabios.bin
ata0-master: type=cdrom, path="{iso}", status=inserted
boot: cdrom
display_library: rfb, options="timeout=0"
sound: driver=dummy
speaker: enabled=0
panic: action=fatal
log: log
"""

# Bochs' debugger stops at the entry, where EAX says that GRUB itself does not run
# at this address any more, and then at the hlt; or each time after ten times the
# clock ticks that a boot takes. (After cli and hlt the clock stands still.)
TICKS = 500_000_000
COMMANDS = """
lb {entry:#x} if "eax == 0x36d76289"
sb {ticks}
c
lb {hlt:#x}
sb {ticks}
c
writemem "screen" {screen:#x} {size}
r
q
"""


class BochsError(Exception):
    """The kernel did not reach its hlt; the last screen is in the message."""


def boot_bochs(folder, built):
    """Boots the image that was built, up to the kernel's hlt with a jump back to
    it; returns the cells of the text screen."""
    elf = Elf(built / "kernel.bin")
    linked = elf.code().paddr
    loaded = elf.value("min_addr", linked)  # if it can be moved, it is there
    entry = loaded + elf.entry - linked
    hlt = loaded + elf.image().index(b"\xf4\xeb\xfd")
    size = COLUMNS * ROWS * 2
    (folder / "bochsrc").write_text(CONFIGURATION.format(iso=built / "os.iso"))
    (folder / "commands").write_text(COMMANDS.format(
        entry=entry, hlt=hlt, ticks=TICKS, screen=VGA_TEXT, size=size))  # fmt: skip
    # Bochs 3 starts its debugger when asked to, older ones always.
    debugger = {"-debugger"} & set(run("bochs", "--help").stdout.split())
    said = run(
        "bochs", "-q", *debugger, "-f", "bochsrc", "-rc", "commands",
        cwd=folder, timeout=120).stdout  # fmt: skip
    log = (folder / "log").read_text() if (folder / "log").exists() else ""
    if log.count("pc_system_c::Reset(") > 1:  # the first is the power switch
        raise BochsError("the PC reset itself")
    if "exception with no resolution" in log:
        raise BochsError("the PC took a triple fault")
    if not (folder / "screen").exists():
        raise BochsError("Bochs ended:\n" + said[-2000:] + log[-2000:])
    data = (folder / "screen").read_bytes()
    cells = list(struct.iter_unpack("BB", data))
    pointer = int(re.findall(r"rip: (\w+)", said)[-1].replace("_", ""), 16)
    if pointer != hlt:
        raise BochsError(f"the PC hung at {pointer:#x}:\n{screen_text(cells)}")
    return cells


def test_ok(tmp_path, iso):
    cells = boot_bochs(tmp_path, iso.parent)
    assert wrong_cells(cells, whole=True) == ""


@pytest.mark.parametrize("name, words", [
    ("triple fault", "took a triple fault"),
    ("reset loop", "reset itself"),
    ("hang after OK", f"hung at 0x.*:\n{expected().letters}\n"),
])  # fmt: skip
def test_a_broken_kernel_fails(project, tmp_path, name, words):
    built = build(project(*BROKEN[name]), "iso")
    with pytest.raises(BochsError, match=words):
        boot_bochs(tmp_path, built)
