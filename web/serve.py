#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""Serves build/web/ to this machine only, and prints the address.

Usage: serve.py [PORT]
"""

import functools
import http.server
import pathlib
import re
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "build/web"
PORT = 8000  # always the same: a browser keeps edits for the address


class Handler(http.server.SimpleHTTPRequestHandler):
    # Browsers run only files of these types; the system's table may lack them.
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map,
                      ".js": "text/javascript",
                      ".wasm": "application/wasm"}  # fmt: skip

    def log_request(self, *_):
        """Only errors are of interest."""


def main():
    word = sys.argv[1] if len(sys.argv) > 1 else str(PORT)
    if not re.fullmatch("[0-9]{1,5}", word) or not 0 < int(word) < 65536:
        sys.exit(f"*** {word!r} is not a port, a number from 1 to 65535.\n"
                 f"*** Type: make web-run PORT={PORT}")
    port = int(word)
    try:
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", port), functools.partial(Handler, directory=PAGE))
    except OSError as error:
        sys.exit(f"*** Cannot use port {port}: {error.strerror}.\n"
                 f"*** Type: make web-run PORT={port % 65535 + 1}")
    print(f"Open http://127.0.0.1:{port}/ in a browser; Ctrl-C ends it.",
          flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
