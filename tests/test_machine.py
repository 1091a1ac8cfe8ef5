# SPDX-License-Identifier: 0BSD
"""The PC that the tests boot leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time

import pytest
from commands import ROOT

TEST = """
import pathlib


def test(boot_by):
    pc = boot_by("bios", pathlib.Path({build!r}), "-pidfile", "pid")
    pc.wait_for(pathlib.Path("started").touch, "ever")
"""


def is_running(process):
    try:
        os.kill(process, 0)
        return True
    except ProcessLookupError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_no_qemu(tmp_path, number, iso):
    (tmp_path / "test_one.py").write_text(TEST.format(build=str(iso.parent)))
    pytest_run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-p", "conftest", "-p",
         "no:cacheprovider", "test_one.py"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")}, cwd=tmp_path,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
        start_new_session=True)  # fmt: skip
    deadline = time.monotonic() + 30
    while not (tmp_path / "started").exists():
        assert time.monotonic() < deadline and pytest_run.poll() is None
        time.sleep(0.01)
    qemu = int((tmp_path / "pid").read_text())
    assert is_running(qemu)
    pytest_run.send_signal(number)  # to pytest alone, not to its group
    output = pytest_run.communicate()[0]
    assert pytest_run.returncode == 2, output  # pytest's word for interrupted
    assert not is_running(qemu)
