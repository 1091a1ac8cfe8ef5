# SPDX-License-Identifier: 0BSD
"""The PC that the tests boot: what it leaves behind, and what it tells."""

import os
import signal
import subprocess
import sys
import time

import pytest
from broken import BROKEN
from commands import ROOT, quickest
from qemu import Machine, MachineError, expected

TEST = """
def {test}(boot):
    pc = boot(*{arguments!r}, "-pidfile", {pid!r}{options})
    pc.wait_for(pc.stopped, "the CPU to halt")
    {then}
"""


def start_pytest(tmp_path, arguments, then, options=""):
    """Starts pytest on a test of one line, with this folder's conftest."""
    file = tmp_path / "test_one.py"
    file.write_text(TEST.format(
        test=tmp_path.name, arguments=arguments, pid=str(tmp_path / "pid"),
        then=then, options=options))  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-p",
         "no:cacheprovider", "--color=no", str(file)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")}, cwd=tmp_path,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        start_new_session=True)  # fmt: skip


def picture_of(tmp_path):
    """Where the screen of start_pytest's test is kept, when it fails."""
    name = tmp_path.name.replace("_", "-")
    return ROOT / "build" / "failures" / f"{name}-0.png"


def is_running(tmp_path):
    """Does the QEMU of start_pytest's test live?"""
    try:
        os.kill(int((tmp_path / "pid").read_text()), 0)
        return True
    except ProcessLookupError:
        return False


def test_a_failure_shows_the_screen(tmp_path):
    pytest_run = start_pytest(tmp_path, quickest(ROOT), "assert False")
    output = pytest_run.communicate()[0]
    assert pytest_run.returncode == 1
    assert f"\n{expected().letters}" in output
    picture = picture_of(tmp_path)
    assert f"screen, also in {picture}" in output
    assert picture.read_bytes().startswith(b"\x89PNG")
    picture.unlink()
    assert not is_running(tmp_path)


# What a kernel does after it wrote OK, and how the test must call that.
ENDS = {
    "triple fault after OK": "the PC took a triple fault",
    "reset loop after OK": "the PC reset itself, for ever",
    "hang after OK": "in vain: the PC hangs at 0x",
}


@pytest.mark.parametrize("name", ENDS)
def test_each_end_is_named_and_shown(project, tmp_path, name):
    arguments = quickest(project(*BROKEN[name]))
    pytest_run = start_pytest(tmp_path, arguments, "", options=", seconds=3")
    output = pytest_run.communicate()[0]
    assert pytest_run.returncode == 1
    assert ENDS[name] in output
    assert f"\n{expected().letters}" in output, "the last screen is not shown"
    picture_of(tmp_path).unlink()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_qemu(tmp_path, number):
    started = tmp_path / "started"
    pytest_run = start_pytest(
        tmp_path, quickest(ROOT),
        f"pc.wait_for(lambda: open({str(started)!r}, 'w').close(), 'ever')")
    deadline = time.monotonic() + 30
    while not started.exists():
        assert time.monotonic() < deadline and pytest_run.poll() is None
        time.sleep(0.01)
    assert is_running(tmp_path)
    pytest_run.send_signal(number)  # to pytest alone, not to its group
    output = pytest_run.communicate()[0]
    assert pytest_run.returncode == 2, output  # pytest's word for interrupted
    assert not is_running(tmp_path)


def test_what_qemu_says_is_told():
    with pytest.raises(MachineError, match="unsupported machine type"):
        with Machine("-machine", "no-such-machine"):
            pass
