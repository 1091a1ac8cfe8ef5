# SPDX-License-Identifier: 0BSD
"""What the tests share: copies of the project to build, and PCs to boot."""

import contextlib
import os
import pathlib
import pty
import re
import shutil
import signal
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

from qemu import Machine  # noqa: E402

# `make test` tells make's own variables to whatever it runs; a make that a
# test runs must not hear them.
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
    os.environ.pop(name, None)

# Both end a test run by the way that closes every `with`, and so every QEMU;
# SIGINT too where a shell started the run with it ignored, in the background.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.default_int_handler)


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


def makefile():
    """The text of the Makefile and of what it always includes."""
    text = "".join(
        (ROOT / name).read_text() for name in ("Makefile", "scripts/more.mk"))
    return text.replace("\\\n", "")


def make(*arguments, cwd, **options):
    """Runs make, which must succeed, and returns what it printed."""
    result = run("make", *arguments, cwd=cwd, **options)
    assert result.returncode == 0, result.stdout
    return result.stdout


def path_without(folder, *missing):
    """An environment whose PATH has this machine's commands but some."""
    tools = folder / "tools"
    tools.mkdir()
    for place in reversed(os.environ["PATH"].split(":")):
        for command in pathlib.Path(place).glob("*"):
            if command.name not in missing:
                link = tools / command.name
                link.unlink(missing_ok=True)
                link.symlink_to(command)
    return {**os.environ, "PATH": str(tools)}


def find_ovmf():
    """The firmware's file and the one of its empty variable store."""
    paths = run(
        "sh", "-c",
        '. scripts/lib.sh; need ovmf; echo "$ovmf_code"; echo "$ovmf_vars"',
        "scripts/lib.sh")  # fmt: skip
    assert paths.returncode == 0, paths.stdout
    return paths.stdout.splitlines()


def open_terminal():
    """Our end of a terminal, and the one for a program."""
    try:
        return pty.openpty()
    except OSError as error:  # in a bare chroot
        pytest.skip(f"no terminal to be had, for want of /dev/pts: {error}")


@pytest.fixture
def project(tmp_path):
    """A function that copies the project, with edits, for a test to build.

    project(("kernel.c", "old text", "new text"), ...) returns the copy's path.
    The old text must be there, once. A new text of None deletes the file.
    """

    def copy(*edits):
        target = tmp_path / "a copy"  # with a space, as on many a desktop
        files = run("git", "ls-files", "-z", check=True).stdout.split("\0")
        for name in filter(None, files):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target / name)
        for name, old, new in edits:
            if new is None:
                (target / name).unlink()
                continue
            text = (target / name).read_text()
            assert text.count(old) == 1, f"{name} has {old!r} not just once"
            (target / name).write_text(text.replace(old, new))
        return target

    return copy


@pytest.fixture
def boot(request):
    """A function that boots a PC: boot(*arguments of QEMU) -> Machine.

    The PC ends with the test. If the test fails, its screen is shown.
    """
    with contextlib.ExitStack() as stack:
        request.node.machines = []

        def start(*arguments, **options):
            pc = stack.enter_context(Machine(*map(str, arguments), **options))
            request.node.machines.append(pc)
            return pc

        yield start


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds the screen of each PC to the report of a test that failed."""
    report = (yield).get_result()
    if call.when != "call" or not report.failed:
        return
    folder = ROOT / "build" / "failures"
    for number, pc in enumerate(getattr(item, "machines", [])):
        name = "".join(c if c.isalnum() else "-" for c in item.name)
        picture = folder / f"{name}-{number}.png"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            pc.screenshot(picture)
            screen = f"{pc.text()}\n(serial port)\n{pc.serial()}"
        except Exception as error:
            screen = f"could not be read: {error}"
        report.sections.append((f"screen, also in {picture}", screen))


@pytest.fixture(scope="session")
def kernel():
    """build/kernel.bin of this project."""
    return ROOT / "build" / "kernel.bin"


@pytest.fixture(scope="session")
def iso():
    """build/os.iso of this project."""
    return ROOT / "build" / "os.iso"


@pytest.fixture
def ovmf(tmp_path):
    """QEMU's arguments for a UEFI PC with a variable store of its own."""
    code, store = find_ovmf()
    shutil.copyfile(store, tmp_path / "vars.fd")
    return (
        "-drive", f"if=pflash,format=raw,readonly=on,file={code}",
        "-drive", f"if=pflash,format=raw,file={tmp_path}/vars.fd",
    )  # fmt: skip
