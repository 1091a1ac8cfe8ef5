# SPDX-License-Identifier: 0BSD
"""Runs the project's commands as a person or a test types them."""

import os
import pathlib
import pty
import re
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests" / "mistakes")]

from qemu import COLORS, expected  # noqa: E402

# `make test` passes make's own variables on to whatever it runs; a make that a
# test runs must not get them.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)


def own_words(text):
    """A program's words, without the sanitizers' remark on a missing /proc."""
    return re.sub(
        r"==\d+==WARNING: reading executable name failed.*\n", "", text)


def run(*command, cwd=ROOT, **options):
    """Runs a command without a terminal; its output goes into the answer."""
    result = subprocess.run(
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, **options)  # fmt: skip
    result.stdout = own_words(result.stdout)
    return result


def sanitizers(folder):
    """What makes a compiler build a program with the sanitizers. In a bare
    chroot, without /proc, they cannot look for leaks, nor read ASAN_OPTIONS."""
    flags = ["-g", "-O1", "-fsanitize=address,undefined",
             "-fno-sanitize-recover=all"]  # fmt: skip
    if not os.path.exists("/proc/self"):
        no_leaks = folder / "no_leaks.c"
        no_leaks.write_text(
            "int __lsan_is_turned_off(void);\n"
            "int __lsan_is_turned_off(void) { return 1; }\n")
        flags.append(no_leaks)
    return flags


def targets():
    """The targets of the Makefile and what it includes."""
    files = [ROOT / "Makefile", ROOT / "scripts/maintain.mk",
             *ROOT.glob("web/web.mk")]  # fmt: skip
    text = "".join(path.read_text() for path in files).replace("\\\n", "")
    phony = " ".join(re.findall(r"^\.PHONY: (.*)", text, re.M))
    return set(phony.split()) - {"FORCE"}


def make(*arguments, cwd, **options):
    """Runs make, which must succeed, and returns what it printed."""
    result = run("make", *arguments, cwd=cwd, **options)
    assert result.returncode == 0, result.stdout
    return result.stdout


def build(copy, *arguments, **options):
    """Runs make, which must say nothing; returns the folder of what it made."""
    said = make("-s", *arguments, cwd=copy, **options)
    assert said == "", said
    return copy / "build"


def symbols(built):
    """The address of each symbol of a kernel, from low to high."""
    table = run("nm", "-n", built / "kernel.elf", check=True).stdout
    return {name: int(value, 16)
            for value, name in re.findall(r"^(\w+) \w (\w+)$", table, re.M)}  # fmt: skip


def wait_until(condition, what):
    """Waits until condition() is true, for a minute at most."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, f"waited a minute for {what}"
        time.sleep(0.01)


def path_without(folder, *missing):
    """An environment whose PATH has this machine's commands but some."""
    tools = folder / "tools"
    tools.mkdir()
    for path in reversed(os.environ["PATH"].split(":")):
        for command in pathlib.Path(path).glob("*"):
            if command.name not in missing:
                link = tools / command.name
                link.unlink(missing_ok=True)
                link.symlink_to(command)
    return {**os.environ, "PATH": str(tools)}


def program(path, text):
    """Makes a shell script of that text."""
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def open_terminal():
    """Our end of a terminal, and the one for a program."""
    try:
        return pty.openpty()
    except OSError as error:  # in a bare chroot
        pytest.skip(f"there is no terminal without /dev/pts: {error}")


LETTERS, COLOR, BACKGROUND = expected()
SEEN = f"--- {LETTERS} was seen, {COLORS[COLOR]} on {COLORS[BACKGROUND]},"

needs_uefi = pytest.mark.skipif(
    not (ROOT / "uefi.c").exists(), reason="no UEFI entry: uefi.c is not here")
needs_pvh = pytest.mark.skipif(
    not (ROOT / "pvh.c").exists(), reason="no PVH entry: pvh.c is not here")

# The kernel's entries, for a test's parameter of that name.
ENTRIES = ["bios", pytest.param("uefi", marks=needs_uefi),
           pytest.param("pvh", marks=needs_pvh)]  # fmt: skip
