# SPDX-License-Identifier: 0BSD
"""`make web-run` with a port that it cannot use."""

import socket
import subprocess
import sys

import pytest
from page import ROOT


def serve(port):
    result = subprocess.run([sys.executable, ROOT / "web/serve.py", port],
                            capture_output=True, text=True, check=False)
    assert result.returncode == 1
    return result.stderr


@pytest.mark.parametrize("port", ["x", "", "0", "65536", "-1", "8000.5", "\u0663"])
def test_no_port(port):
    assert serve(port) == (f"*** {port!r} is not a port, a number from 1 to 65535.\n"
                           "*** Type: make web-run PORT=8000\n")  # fmt: skip


def test_a_taken_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(str(port)).startswith(
            f"*** Cannot use port {port}: Address already in use.\n")
