# SPDX-License-Identifier: 0BSD
"""Boots on the PCs that readers have: machines, CPUs, memory, drives, cards.

`make test` picks PCs of matrix.py so that each part is in one of them, and
where a boot is quick, each pair of parts; `make test-matrix` boots them all.
"""

import pathlib
import re
import shutil
import warnings

import matrix
import pytest
from commands import find_ovmf, needs_pvh, needs_uefi
from qemu import MachineError
from screens import assert_screen

TOGETHER = {"bios": 2, "kernel": 2, "uefi": 1}
NEEDS = {"bios": [], "kernel": needs_pvh, "uefi": needs_uefi}
FOLDER = pathlib.Path(find_ovmf()[0]).parent
HERE = [name for name, (code, _, _) in matrix.FIRMWARE.items()
        if (FOLDER / code).exists()]  # fmt: skip


def pcs(door, every):
    """What to boot by this door, each PC with its name."""
    found = [pc for pc in matrix.possible(door)
             if pc.get("firmware", HERE[0]) in HERE]  # fmt: skip
    if not every:
        found = matrix.few(found, TOGETHER[door])
    return [pytest.param(door, pc, id="-".join([door, *pc.values()]),
                         marks=NEEDS[door]) for pc in found]  # fmt: skip


def pytest_generate_tests(metafunc):
    if metafunc.function is test_boots:
        every = metafunc.config.option.markexpr == "matrix"
        metafunc.parametrize("door, pc", sum(
            (pcs(door, every) for door in matrix.DOORS), []))  # fmt: skip


def start(boot, tmp_path, iso, kernel, door, pc, **options):
    if door == "kernel":
        return boot("-kernel", kernel, *matrix.arguments(door, pc), **options)
    files = {"file": iso}
    if door == "uefi":
        code, store, _ = matrix.FIRMWARE[pc["firmware"]]
        shutil.copyfile(FOLDER / store, tmp_path / "vars.fd")
        files.update(code=FOLDER / code, vars=tmp_path / "vars.fd")
    return boot(*matrix.arguments(door, pc, **files), **options)


@pytest.mark.matrix
def test_boots(boot, tmp_path, iso, kernel, door, pc):
    machine = start(boot, tmp_path, iso, kernel, door, pc, seconds=120)
    machine.wait_for(machine.stopped, "the CPU to halt")
    assert_screen(machine, door)


def test_firmware_is_here():
    """Some images are in Debian 12's package alone, others in Debian 13's."""
    for name in HERE:
        assert (FOLDER / matrix.FIRMWARE[name][1]).exists()
    assert {"4M", "4M-secure"} <= set(HERE), "the package ovmf lacks an image"
    absent = sorted(set(matrix.FIRMWARE) - set(HERE))
    if absent:
        warnings.warn(f"not tried, for this system has none: {absent}")


@pytest.mark.parametrize(
    "rule", [rule for rule in matrix.IMPOSSIBLE if rule[3]],
    ids=lambda rule: rule[0])  # fmt: skip
def test_impossible(boot, tmp_path, iso, kernel, rule):
    """Each reason is shown on a PC to which no other reason applies."""
    reason, doors, _, seen = rule
    door = doors or "bios"
    pc = next(pc for pc in matrix.product(door)
              if matrix.why_not(door, pc) == [reason]
              and pc.get("firmware", HERE[0]) in HERE)  # fmt: skip
    with pytest.raises((MachineError, AssertionError)) as error:
        machine = start(boot, tmp_path, iso, kernel, door, pc, seconds=5)
        machine.wait_for(machine.stopped, "the CPU to halt")
        assert_screen(machine, door)
    assert re.search(seen, str(error.value)), error.value


@pytest.mark.parametrize("door", matrix.DOORS)
def test_each_part_is_booted_with(door):
    """The few have every kind of part that any PC has."""
    every = {item for pc in matrix.possible(door) for item in pc.items()}
    found = matrix.few(matrix.possible(door), TOGETHER[door])
    assert {item for pc in found for item in pc.items()} == every
