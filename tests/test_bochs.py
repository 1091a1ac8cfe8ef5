# SPDX-License-Identifier: 0BSD
"""Boots in Bochs, an emulator that shares no code with QEMU."""

import re
import struct

import pytest
from broken import BROKEN
from commands import build, run
from elf import Elf
from qemu import COLUMNS, ROWS, VGA_TEXT, wrong_cells

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


def boot_bochs(folder, built):
    """Boots the image that was built, up to the kernel's hlt with a jump back to
    it, which must be its next stop; returns the cells of the text screen."""
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
    pointer = re.findall(r"rip: (\w+)", said)[-1:]
    reached = [int(value.replace("_", ""), 16) for value in pointer] == [hlt]
    assert reached, f"the kernel's hlt was not reached:\n{said[-4000:]}"
    return list(struct.iter_unpack("BB", (folder / "screen").read_bytes()))


def test_ok(tmp_path, iso):
    cells = boot_bochs(tmp_path, iso.parent)
    assert wrong_cells(cells, whole=True) == ""


@pytest.mark.parametrize("name", ["triple fault", "reset loop", "hang after OK"])
def test_a_broken_kernel_fails(project, tmp_path, name):
    built = build(project(*BROKEN[name]), "iso")
    with pytest.raises(AssertionError, match="hlt was not reached"):
        boot_bochs(tmp_path, built)
