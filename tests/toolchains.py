# SPDX-License-Identifier: 0BSD
"""Compilers, linkers and flags: each pair must make a kernel that boots.

`make test-toolchains` runs all of them that this machine has, and compilers.py
says which these are; test_toolchains.py takes a few of them.
"""

import pytest
import test_boot
import test_kernel_file
from compilers import pairs
from commands import make

LEVELS = ["-O0", "-O1", "-O2", "-O3", "-Os"]


def build(copy, *variables):
    """Builds kernel and image; not a word may be said about it."""
    said = make("-s", *variables, "iso", cwd=copy)
    assert said == "", said
    return copy / "build" / "kernel.bin"


def assert_sound(kernel):
    """The project's checks of a kernel's file, but for its size."""
    test_kernel_file.test_header(kernel)
    test_kernel_file.test_header_is_where_a_loader_looks(kernel)
    test_kernel_file.test_grub_file_takes_it(kernel)
    test_kernel_file.test_entry_and_segments(kernel)
    test_kernel_file.test_pvh_note(kernel)


def assert_boots(kernel, boot, ovmf):
    """OK by all three doors."""
    test_boot.test_kernel(boot, kernel)
    test_boot.test_bios_cd(boot, kernel.with_name("os.iso"), kernel)
    test_boot.test_uefi_cd(boot, kernel.with_name("os.iso"), kernel, ovmf)


@pytest.mark.parametrize("lto", ["", "-flto"])
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("cc, ld", pairs())
def test_every(project, boot, ovmf, cc, ld, level, lto):
    copy = project()
    choice = f"CC={cc}", f"LD={ld}", "OBJCOPY=objcopy"
    debug = build(copy, *choice, f"CFLAGS={level} {lto} -g").read_bytes()
    kernel = build(copy, *choice, f"CFLAGS={level} {lto}")
    assert kernel.read_bytes() == debug, "-g must not change what boots"
    assert_sound(kernel)
    assert_boots(kernel, boot, ovmf)
