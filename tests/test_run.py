# SPDX-License-Identifier: 0BSD
"""`make run` and its kin, without a display and without a terminal."""

import os

import pytest
from conftest import run

NO_DISPLAY = {
    name: value for name, value in os.environ.items()
    if name not in ("DISPLAY", "WAYLAND_DISPLAY")}  # fmt: skip
SEEN = "--- OK was seen, white on green, and the CPU is halted.\n"


@pytest.mark.parametrize("target", ["run", "run-uefi", "run-kernel"])
def test_prints_the_screen(project, target):
    copy = project()
    result = run("make", "-s", target, cwd=copy, env=NO_DISPLAY)
    assert result.returncode == 0, result.stdout
    assert result.stdout.startswith("OK")
    assert result.stdout.endswith(SEEN)
    made = {path.name for path in (copy / "build").iterdir()}
    assert ("os.iso" in made) == (target != "run-kernel")


def test_fails_without_ok(project):
    copy = project(("kernel.c", '"movl $OK, VGA_TEXT\\n\\t"', '""'))
    result = run("make", "-s", "run", cwd=copy, env=NO_DISPLAY)
    assert result.returncode != 0
    assert "*** No OK: the CPU halted without it." in result.stdout


def test_shows_what_grub_says(project):
    copy = project(("grub/grub.cfg", "/boot/kernel.bin", "/boot/kernel"))
    result = run("make", "-s", "run", cwd=copy, env=NO_DISPLAY)
    assert result.returncode != 0
    assert "error: file `/boot/kernel' not found." in result.stdout
    assert "*** No OK: GRUB says what is wrong." in result.stdout


def test_uefi_firmware_may_be_named(project, tmp_path):
    copy = project()
    result = run(
        "make", "-s", "run-uefi", f"OVMF_CODE={tmp_path}/none",
        f"OVMF_VARS={tmp_path}/none", cwd=copy, env=NO_DISPLAY)  # fmt: skip
    assert result.returncode != 0
    assert "*** Not found: ovmf (UEFI firmware for the PC)." in result.stdout
    assert not (copy / "build" / "OVMF_VARS.fd").exists()


def test_leaves_the_variable_store_alone(project, ovmf, tmp_path):
    code = ovmf[1].partition("file=")[2]
    store = tmp_path / "vars.fd"
    before = store.read_bytes()
    result = run(
        "make", "-s", "run-uefi", f"OVMF_CODE={code}", f"OVMF_VARS={store}",
        cwd=project(), env=NO_DISPLAY)  # fmt: skip
    assert result.returncode == 0, result.stdout
    assert store.read_bytes() == before
