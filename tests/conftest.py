# SPDX-License-Identifier: 0BSD
"""Fixtures of the tests: copies of the project to build, and PCs to boot."""

import contextlib
import re
import shutil
import signal

import pytest
from commands import ROOT  # it also sets the path of the next ones

import mistakes  # isort: skip
from docs import copy_project
from qemu import Machine, arguments

# Both signals raise KeyboardInterrupt, which closes every `with`, and so every
# QEMU; SIGINT also when a shell started the run in the background, ignoring it.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.default_int_handler)


def pytest_configure(config):
    for marker in (
            "kernel: what every kernel grown from this one must satisfy",
            "docs: what is true of this very commit, built by the reference tools",
            "toolchains: builds by every compiler and linker that is installed"):
        config.addinivalue_line("markers", marker)
    if not config.option.markexpr:
        config.option.markexpr = "not docs and not toolchains"


@pytest.fixture
def project(tmp_path):
    """A function that copies the project, with edits, for a test to build.

    project(("kernel.c", "old text", "new text"), ...) returns the copy's path.
    The old text must be there, once. An edit may also be a pair, as in
    mistakes.py. The checker comes along as it was built here, which saves a
    second each time; not so in a bare copy.
    """

    def copy(*edits, bare=False):
        target = copy_project(tmp_path / "a copy")  # with a space in its path
        if not bare:
            (target / "build").mkdir()
            for name in ("mb2check.settings", "mb2check"):  # the newer one last
                shutil.copy(ROOT / "build" / name, target / "build" / name)
        for edit in edits:
            if len(edit) == 2:
                mistakes.apply([edit], target)
            else:
                name, old, new = edit
                mistakes.replace(target, name, re.escape(old), new)
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


@pytest.fixture
def boot_by(boot, tmp_path):
    """A function that boots what `make` built: boot_by(entry, its build folder,
    *more arguments of QEMU) -> Machine."""

    def start(entry, build, *more, **options):
        words = arguments(entry, build, tmp_path / "vars.fd")
        return boot(*words, *more, **options)

    return start


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
