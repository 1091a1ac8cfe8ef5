# SPDX-License-Identifier: 0BSD
"""The tests' own eyes: each wrong screen is refused, and for its own reason."""

import pytest
from broken import BROKEN
from commands import make, needs_pvh, needs_uefi
from qemu import MachineError, wrong
from screens import assert_screen

HALT = "the CPU to halt"


@pytest.fixture
def starts(project, boot_by):
    """A function that boots a broken kernel, by PVH where it can."""

    def start(name, **options):
        copy = project(*BROKEN[name])
        entry = "pvh" if (copy / "pvh.c").exists() else "bios"
        make("-s", "kernel" if entry == "pvh" else "iso", cwd=copy)
        return boot_by(entry, copy / "build", **options)

    return start


@pytest.mark.parametrize("name, words", [
    ("silent", "the screen begins with '.' in 0x07"),
    ("another letter", "the screen begins with '.' in 0x.* '.' in 0x"),
])  # fmt: skip
def test_other_letters_are_refused(starts, name, words):
    pc = starts(name)
    pc.wait_for(pc.stopped, HALT)
    with pytest.raises(AssertionError, match=words):
        assert_screen(pc, "pvh")


@needs_pvh
def test_the_firmwares_words_are_refused(boot_by, kernel):
    """By PVH nobody clears them away."""
    pc = boot_by("pvh", kernel.parent)
    pc.wait_for(pc.stopped, HALT)
    assert_screen(pc, "pvh")
    assert wrong(pc, "bios") == "row 0, column 2 is not blank"


def test_an_endless_loop_is_refused(starts):
    pc = starts("hang after OK", seconds=3)
    with pytest.raises(MachineError, match="waited 3 s .* hangs at 0x"):
        pc.wait_for(pc.stopped, HALT)
    assert_screen(pc, "pvh")  # it is the halt alone that is missing


@pytest.mark.parametrize("name, words", [
    ("triple fault", "took a triple fault"), ("reset loop", "reset itself")])
def test_a_reset_is_named(starts, name, words):
    pc = starts(name)
    with pytest.raises(MachineError, match=words):
        pc.wait_for(pc.stopped, HALT)


@needs_uefi
def test_a_dark_uefi_screen_is_refused(project, boot_by):
    """A kernel that writes to 0xb8000 alone halts there too, and shows nothing."""
    copy = project(*BROKEN["dark under UEFI"])
    make("-s", "iso", cwd=copy)
    pc = boot_by("uefi", copy / "build")
    pc.wait_for(pc.stopped, HALT)
    with pytest.raises(AssertionError, match="the console shows"):
        assert_screen(pc, "uefi")
