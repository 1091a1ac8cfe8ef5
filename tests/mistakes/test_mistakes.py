# SPDX-License-Identifier: 0BSD
"""Makes each mistake in a copy of the project, and looks who notices."""

import os

import pytest
from commands import run
from mistakes import MISTAKES, STAGES
from qemu import MachineError
from screens import assert_text_blank_but_ok, assert_text_ok, assert_uefi_ok


def stage_of(copy):
    """The stage at which a failed build ended, by what it left."""
    build = copy / "build"
    sources = {path.stem for path in copy.glob("*.c")}
    if {path.stem for path in build.glob("*.o")} != sources:
        return "compile"
    if not (build / "kernel.elf").exists():
        return "link"
    if not (build / "kernel.bin").exists():
        return "mb2check"
    return "mkiso"


def look(boot, mistake, copy, ovmf):
    """Boots, and tells what was seen: "" for a faultless OK."""
    build = copy / "build"
    arguments, assert_ok = {
        "bios": (["-cdrom", build / "os.iso"], assert_text_blank_but_ok),
        "uefi": ([*ovmf, "-cdrom", build / "os.iso"], assert_uefi_ok),
        "kernel": (["-kernel", build / "kernel.bin"], assert_text_ok),
    }[mistake.door]
    try:
        pc = boot(*arguments, seconds=mistake.seconds)
    except MachineError as error:
        return str(error)

    def words():
        return pc.text() + pc.serial()

    try:
        pc.wait_for(
            lambda: pc.stopped() or mistake.stage == "boot"
            and mistake.says in words(), "the CPU to halt")  # fmt: skip
        assert_ok(pc)
        return ""
    except (AssertionError, MachineError) as error:
        return f"{error}\n{words()}"


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake(name, project, boot, ovmf):
    mistake = MISTAKES[name]
    copy = project(*mistake.edits)
    # In the C locale the tools' quotes are plain ones.
    build = run("make", "-s", "iso", *mistake.make, cwd=copy,
                env={**os.environ, "LC_ALL": "C"})  # fmt: skip
    if build.returncode != 0:
        stage, said = stage_of(copy), build.stdout
    else:
        said = look(boot, mistake, copy, ovmf)
        stage = "boot" if said else "harmless"
    print(said)
    assert stage == mistake.stage, said
    if stage != "harmless":
        assert mistake.says in said


def test_every_stage_appears():
    assert {mistake.stage for mistake in MISTAKES.values()} == set(STAGES)
