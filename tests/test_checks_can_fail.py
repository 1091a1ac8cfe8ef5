# SPDX-License-Identifier: 0BSD
"""The tests' own eyes: each wrong screen is refused, and for its own reason."""

import pytest
from broken import BROKEN
from commands import make, needs_pvh, needs_uefi, quickest
from qemu import MachineError, wrong
from screens import assert_screen

HALT = "the CPU to halt"


def starts(project, boot, name, seconds=60):
    return boot(*quickest(project(*BROKEN[name])), seconds=seconds)


@pytest.mark.parametrize("name, words", [
    ("silent", "the screen begins with '.' in 0x07"),
    ("another letter", "the screen begins with '.' in 0x.* '.' in 0x"),
])  # fmt: skip
def test_other_letters_are_refused(project, boot, name, words):
    pc = starts(project, boot, name)
    pc.wait_for(pc.stopped, HALT)
    with pytest.raises(AssertionError, match=words):
        assert_screen(pc, "kernel")


def test_a_screen_full_of_garbage_is_refused(project, boot):
    copy = project(*BROKEN["garbage"])
    make("-s", "iso", cwd=copy)
    pc = boot("-cdrom", copy / "build" / "os.iso")
    pc.wait_for(pc.stopped, HALT)
    with pytest.raises(AssertionError, match="row 0, column 2 is not blank"):
        assert_screen(pc, "bios")


@needs_pvh
def test_the_firmwares_words_are_refused(boot, kernel):
    """Nobody clears them away by door 3."""
    pc = boot("-kernel", kernel)
    pc.wait_for(pc.stopped, HALT)
    assert_screen(pc, "kernel")
    assert wrong(pc, "bios") == "row 0, column 2 is not blank"


def test_an_endless_loop_is_refused(project, boot):
    pc = starts(project, boot, "no hlt", seconds=3)
    with pytest.raises(MachineError, match="waited 3 s .* hangs at 0x"):
        pc.wait_for(pc.stopped, HALT)
    assert_screen(pc, "kernel")  # it is the halt alone that is missing


@pytest.mark.parametrize("name, words", [
    ("triple fault", "took a triple fault"), ("reset loop", "reset itself")])
def test_a_reset_is_named(project, boot, name, words):
    pc = starts(project, boot, name)
    with pytest.raises(MachineError, match=words):
        pc.wait_for(pc.stopped, HALT)


@needs_uefi
def test_a_dark_uefi_screen_is_refused(project, boot, ovmf):
    """A kernel that writes to 0xb8000 alone halts there too, and shows nothing."""
    copy = project(*BROKEN["dark under UEFI"])
    make("-s", "iso", cwd=copy)
    pc = boot(*ovmf, "-cdrom", copy / "build" / "os.iso")
    pc.wait_for(pc.stopped, HALT)
    with pytest.raises(AssertionError, match="the console shows"):
        assert_screen(pc, "uefi")
