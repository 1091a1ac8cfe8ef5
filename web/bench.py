#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""Measures the page on this machine, against the same steps without it.

Usage: bench.py [RUNS]   (`make web-bench` does it, after `make web`)

The runs are interleaved and medians are printed, so that a busy machine is busy
for all. Nothing fails here.
"""

import gzip
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

WEB = pathlib.Path(__file__).resolve().parent
ROOT = WEB.parent
sys.path[:0] = [str(WEB / "tests"), str(ROOT / "scripts")]

import bench  # noqa: E402  the project's own
import page as pages  # noqa: E402

MB = 1000000
WARM_UP = 3  # builds: v86 translates code to WebAssembly after some use of it

# A timer in the page while a build runs: a key is handled between two beats.
WATCH = """
    window.longest = 0;
    let last = performance.now();
    window.beat = setInterval(() => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
    }, 5);"""


def packed(paths):
    """Bytes that are transferred for the files, compressed as by a server."""
    total = 0
    for path in set(paths):
        file = pages.BUILT / (path or "index.html")
        if file.is_file():
            content = file.read_bytes()
            total += min(len(content), len(gzip.compress(content)))
    return total


def alone():
    """Seconds that v86 needs in Node for the page's image."""
    return float(subprocess.run(
        ["node", WEB / "boot.mjs", pages.BUILT / "pc"], check=True,
        capture_output=True, text=True).stdout)  # fmt: skip


def native(copy):
    """Seconds from an edit of kernel.c to OK, with QEMU."""
    with (copy / "kernel.c").open("a") as source:
        source.write("/* an edit */\n")
    return (bench.run("make", "-s", "iso", cwd=copy) +
            bench.boot(*bench.arguments("bios", copy / "build")))


def measure(driver, server, copy):
    got = {"alone": alone()}
    server.asked.clear()
    begin = time.monotonic()
    page = pages.Page(driver, server).open()
    page.wait_ok()
    got["first OK"] = time.monotonic() - begin
    got["first bytes"] = packed(
        path for path in server.asked if not path.startswith("vm/"))
    page.wait_vm()
    got["VM"] = time.monotonic() - begin
    got["VM bytes"] = packed(
        path for path in server.asked if path.startswith("vm/"))

    for _ in range(WARM_UP):
        page.build()
        page.wait_ok()
    page.write("kernel.c", page.file("kernel.c") + "/* an edit */\n")
    page.js(WATCH)
    begin = time.monotonic()
    built = page.build()
    got["build"] = time.monotonic() - begin
    page.js("clearInterval(window.beat)")
    page.wait_ok()
    got["edit"] = time.monotonic() - begin
    got["longest"] = page.js("return window.longest") / 1000
    assert built.startswith("Built"), built
    got["native"] = native(copy)
    return got


def main(runs):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        copy = folder / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(
            "build", ".git", "web"))
        (copy / "web").mkdir()
        shutil.copy(WEB / "web.mk", copy / "web")
        bench.run("make", "-s", "iso", cwd=copy)
        server = pages.Server()
        driver = pages.browser(folder)
        try:
            all_runs = [measure(driver, server, copy) for _ in range(runs)]
        finally:
            driver.quit()
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()  # for `with` to remove
    got = {key: statistics.median(one[key] for one in all_runs)
           for key in all_runs[0]}  # fmt: skip
    bench.table("transferred, packed by gzip", "bytes", [
        ("before the first OK", got["first bytes"], 2.5 * MB, 1),
        ("the Linux VM", got["VM bytes"], 32 * MB, 1),
    ])  # fmt: skip
    bench.table("from opening the page", "seconds", [
        ("v86 alone, in Node, to OK", got["alone"], None, None),
        ("first OK", got["first OK"], got["alone"], 3),
        ("usable VM", got["VM"], got["first OK"], 10),
    ])  # fmt: skip
    bench.table("from an edit of kernel.c", "seconds", [
        ("native, to OK", got["native"], None, None),
        ("in the page, to the image", got["build"], got["native"], None),
        ("in the page, to OK", got["edit"], got["native"], 20),
        ("longest wait of a key meanwhile", got["longest"], 0.1, 1),
    ])  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
