#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""Serves build/web/ to this machine only, and prints the address.

Usage: serve.py [PORT]
"""

import functools
import http.server
import pathlib
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "build/web"
PORT = "8000"  # always the same: a browser keeps edits for the address


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_request(self, *_):
        """Only errors are of interest."""


def main():
    port = (*sys.argv, PORT)[1]
    try:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", int(port)), functools.partial(Handler, directory=PAGE))
    except (ValueError, OverflowError, OSError) as error:
        sys.exit(f"*** Cannot use port {port!r}: {error}\n"
                 "*** Type: make web-run PORT=8001")
    print(f"Open http://127.0.0.1:{server.server_port}/ in a browser; Ctrl-C ends it.",
          flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
