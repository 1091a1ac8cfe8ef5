# SPDX-License-Identifier: 0BSD
"""A build that cannot succeed says what is wrong and what to type next, fails,
and leaves nothing half-made."""

import os
import shutil
import signal
import subprocess

import pytest
from commands import make, path_without, program, run, wait_until

SETUP = "./scripts/setup.sh"


def fake_mkrescue(folder, body):
    """A grub-mkrescue for GRUB_MKRESCUE=; $real is the real one."""
    text = f"real={shutil.which('grub-mkrescue')}\n{body}"
    return f"GRUB_MKRESCUE={program(folder / 'mkrescue', text)}"


def assert_no_iso(copy):
    left = [path.name for path in (copy / "build").glob("os.iso*")]
    assert [name for name in left if name != "os.iso.log"] == []


@pytest.mark.parametrize("tool, target", [
    ("gcc", "kernel"),
    ("ld", "kernel"),
    ("objcopy", "kernel"),
    ("grub-mkrescue", "iso"),
    ("xorriso", "iso"),
    ("mformat", "iso"),
    ("qemu-system-x86_64", "run-kernel"),
    ("python3", "run-kernel"),
    ("faketime", "iso"),
    ("gdb", "debug"),
    ("objdump", "inspect"),
])  # fmt: skip
def test_missing_tool(project, tmp_path, tool, target):
    copy = project()
    env = path_without(tmp_path, tool)
    env.pop("DISPLAY", None)
    env["SOURCE_DATE_EPOCH"] = "1700000000"  # only this needs faketime
    result = run("make", "-s", target, cwd=copy, env=env)
    assert result.returncode != 0
    assert f"*** Not found: {tool} (" in result.stdout
    assert SETUP in result.stdout
    if target == "iso":
        assert_no_iso(copy)


def test_missing_compiler_of_your_own(project):
    result = run("make", "-s", "CC=gcc-of-mine", cwd=project())
    assert result.returncode != 0
    assert "*** Not found: gcc-of-mine." in result.stdout
    assert "make help" in result.stdout


def platforms(folder, *names):
    """A folder of GRUB's modules with some platforms only."""
    for name in names:
        (folder / "grub" / name).symlink_to(f"/usr/lib/grub/{name}")
    return folder / "grub"


def test_bios_modules_missing(project, tmp_path):
    (tmp_path / "grub").mkdir()
    grub = platforms(tmp_path, "x86_64-efi")
    tool = fake_mkrescue(tmp_path, f"echo '[default={grub}/<platform>]'")
    result = run("make", "-s", "iso", tool, cwd=project())
    assert result.returncode != 0
    assert "*** Not found: grub:i386-pc (GRUB for BIOS" in result.stdout
    assert_no_iso(tmp_path / "a copy")


def test_uefi_modules_missing(project, tmp_path, boot_by):
    (tmp_path / "grub").mkdir()
    grub = platforms(tmp_path, "i386-pc")
    tool = fake_mkrescue(
        tmp_path, 'case $1 in --help)'
        f" echo '[default={grub}/<platform>]' ;;"
        f' *) exec $real -d {grub}/i386-pc "$@" ;; esac')  # fmt: skip
    copy = project()
    said = make("-s", "iso", tool, cwd=copy)
    assert "*** Not found: grub:x86_64-efi (GRUB for UEFI" in said
    assert "the image will boot on BIOS machines only" in said
    pc = boot_by("bios", copy / "build")
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert "***" not in make("-s", "iso", tool, "FIRMWARE=BIOS", cwd=copy)


@pytest.mark.parametrize("platform, lacking", [
    ("i386-pc", "UEFI"), ("x86_64-efi", "BIOS")])  # fmt: skip
def test_image_without_an_entry(project, tmp_path, platform, lacking):
    """grub-mkrescue makes such an image, and ends with 0."""
    tool = fake_mkrescue(
        tmp_path, f'case $1 in --help) exec $real --help ;;'
        f' *) exec $real -d /usr/lib/grub/{platform} "$@" ;; esac')  # fmt: skip
    copy = project()
    result = run("make", "-s", "iso", tool, cwd=copy)
    assert result.returncode != 0
    assert f"*** The image has no boot entry for {lacking}" in result.stdout
    assert_no_iso(copy)


def test_mkrescue_fails(project):
    """Its output is shown. (It may not write a file of 1 MB, 512 x 2000.)"""
    copy = project()
    make("-s", cwd=copy)
    result = run("sh", "-c", "ulimit -f 2000; make -s iso", cwd=copy)
    assert result.returncode != 0
    assert "*** grub-mkrescue failed; its output is above" in result.stdout
    assert "grub-mkrescue: error:" in result.stdout
    assert "df -h" in result.stdout
    assert_no_iso(copy)


def test_build_folder_cannot_be_written(project):
    copy = project(bare=True)
    (copy / "build").write_text("a file, not a folder")
    result = run("make", "-s", cwd=copy)
    assert result.returncode != 0
    assert "*** Cannot write in build/." in result.stdout
    assert "ls -ld . build" in result.stdout


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_image(project, tmp_path, number):
    started = tmp_path / "started"
    tool = fake_mkrescue(
        tmp_path, 'case $1 in --help) exec $real --help ;; esac\n'
        f': >build/os.iso.new\n: >"{started}"\nexec sleep 60')  # fmt: skip
    copy = project()
    build = subprocess.Popen(
        ["make", "-s", "iso", tool], cwd=copy, stdin=subprocess.DEVNULL,
        start_new_session=True)  # fmt: skip
    wait_until(started.exists, "grub-mkrescue to start")
    os.killpg(build.pid, number)  # as the terminal does for Ctrl-C
    assert build.wait() != 0
    assert_no_iso(copy)


@pytest.mark.parametrize("name", ["kernel.c", "linker.ld"])
def test_a_mistake_leaves_no_kernel(project, name):
    copy = project()
    (copy / name).write_text("not a word of C or of the linker's\n")
    assert run("make", "-s", "iso", cwd=copy).returncode != 0
    left = {path.name for path in (copy / "build").iterdir()}
    assert left & {"kernel.elf", "kernel.bin", "os.iso"} == set()
