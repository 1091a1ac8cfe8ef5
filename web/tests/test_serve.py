# SPDX-License-Identifier: 0BSD
"""What `make web-run` says of a port that cannot be."""

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
    assert serve(port) == (f"*** {port!r} is no port: a number from 1 to 65535 is.\n"
                           "*** Type: make web-run PORT=8000\n")  # fmt: skip


def test_a_taken_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serve(str(port)).startswith(
            f"*** Port {port} cannot be had: Address already in use.\n")
