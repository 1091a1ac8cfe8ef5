# SPDX-License-Identifier: 0BSD
"""`make web-run` with a port that it cannot use."""

import socket
import subprocess
import sys

from page import ROOT


def test_no_port_or_a_taken_one():
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = str(server.getsockname()[1])
        for port in "x", "", "65536", "-1", "8000.5", taken:
            result = subprocess.run([sys.executable, ROOT / "web/serve.py", port],
                                    capture_output=True, text=True, check=False)
            assert result.returncode == 1
            first, second, end = result.stderr.split("\n")
            assert first.startswith(f"*** Cannot use port {port!r}: ")
            assert (second, end) == ("*** Type: make web-run PORT=8001", "")
