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
EDIT = "/* an edit */\n"
EDITS = 4  # the last one counts: v86 translates code after some use of it

# A timer in the page while a build runs: a key is handled between two beats.
WATCH = """
    window.longest = 0;
    let last = performance.now();
    window.beat = setInterval(() => {
        const now = performance.now();
        window.longest = Math.max(window.longest, now - last);
        last = now;
    }, 5);"""

# Seconds from opening the page to OK, of which the page knows the beginning.
FIRST_OK = """
    const look = setInterval(() => {
        const state = document.querySelector("[aria-label='PC state']");
        if (state?.textContent.startsWith("halted")) {
            window.firstOK = performance.now() / 1000;
            clearInterval(look);
        }
    }, 5);"""

# Seconds from a key, or from a button, to a change of what is shown.
ANSWER = """
    const [label, pressed, done] = arguments;
    const shown = document.querySelector(`[aria-label="${label}"]`);
    const begin = performance.now();
    new MutationObserver((_, observer) => {
        observer.disconnect();
        done((performance.now() - begin) / 1000);
    }).observe(shown, {childList: true, characterData: true, subtree: true});
    if (typeof pressed === "string")
        shown.dispatchEvent(new KeyboardEvent("keydown", {key: pressed}));
    else
        pressed.click();"""


def packed(paths):
    """Bytes that are transferred for these, compressed as by a server."""
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
        source.write(EDIT)
    return (bench.run("make", "-s", "iso", cwd=copy) +
            bench.boot(*bench.arguments("bios", copy / "build")))


def opened(page):
    got = {}
    page.server.asked.clear()
    begin = time.monotonic()
    page.open().wait_ok()
    got["first OK"] = page.js("return window.firstOK")
    page.wait_vm()
    got["VM"] = time.monotonic() - begin
    asked = list(page.server.asked)
    # The VM's worker is asked for when OK is there.
    vm = next(at for at, path in enumerate(asked) if "vm-worker" in path)
    got["first bytes"] = packed(asked[:vm])
    got["VM bytes"] = packed(asked[vm:])
    return got


def edited(page, entry):
    """Seconds from the button to the files, to OK, and of a key's longest wait."""
    page.choose(entry)
    for _ in range(EDITS):
        page.write("kernel.c", page.file("kernel.c") + EDIT)
        page.js(WATCH)
        begin = time.monotonic()
        said = page.build()
        built = time.monotonic() - begin
        page.js("clearInterval(window.beat)")
        page.wait_state("halted")
        done = time.monotonic() - begin
        assert said.startswith("Built"), said
    return built, done, page.js("return window.longest") / 1000


def booted_by_uefi(page):
    page.choose("UEFI")
    begin = time.monotonic()
    page.click("Boot")
    page.wait_state("halted, interrupts off; 64-bit")
    return time.monotonic() - begin


def stepped(page):
    page.choose("BIOS")
    page.js("document.querySelector('.watch').open = true")
    page.click("Stop at the entry")
    page.wait_state("stopped")
    return page.driver.execute_async_script(
        ANSWER, "Next instruction", page.button("Step one instruction"))


def typed(page, menu):
    """In GRUB's command line."""
    page.give(menu)
    page.wait_screen("GNU GRUB")
    page.driver.execute_async_script(ANSWER, "PC screen", "c")
    page.wait_screen("grub>")
    return statistics.median(
        page.driver.execute_async_script(ANSWER, "PC screen", key)
        for key in "abcdefghij")


def measure(page, copy, both, menu):
    got = {"alone": alone(), **opened(page)}
    got["qemu UEFI"] = bench.boot(*bench.arguments("uefi", both))
    got["UEFI"] = booted_by_uefi(page)
    got["native"] = native(copy)
    got["built"], got["edit"], got["longest"] = edited(page, "BIOS")
    _, got["edit PVH"], _ = edited(page, "PVH")
    got["step"] = stepped(page)
    got["key"] = typed(page, menu)
    return got


def prepare(folder):
    """A copy of the project; a folder with the page's image for UEFI; and an
    image whose menu waits."""
    copy, both, menu = folder / "copy", folder / "both", folder / "menu.iso"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(
        "build", ".git", "web"))
    (copy / "web").mkdir()
    shutil.copy(WEB / "web.mk", copy / "web")
    bench.run("make", "-s", "iso", cwd=copy)
    (copy / "menu.cfg").write_text("set timeout=-1\nmenuentry none { true }\n")
    bench.run("scripts/mkiso.sh", "build/kernel.bin", "menu.cfg", menu, cwd=copy)
    both.mkdir()
    shutil.copy(pages.BUILT / "pc/os-both.iso", both / "os.iso")
    return copy, both, menu


def main(runs):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        given = prepare(folder)
        driver = pages.browser(folder)
        try:
            driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument",
                                   {"source": FIRST_OK})
            page = pages.Page(driver, pages.Server())
            all_runs = [measure(page, *given) for _ in range(runs)]
        finally:
            driver.quit()
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()  # for `with` to remove
    got = {key: statistics.median_low(one[key] for one in all_runs)
           for key in all_runs[0]}  # fmt: skip
    bench.table("transferred, packed by gzip", "bytes", [
        ("before the first OK", got["first bytes"], 1.2 * MB, 1),
        ("for the Linux VM", got["VM bytes"], 34 * MB, 1),
    ])  # fmt: skip
    bench.table("to OK", "seconds", [
        ("v86 alone, in Node, BIOS", got["alone"], None, None),
        ("from opening the page, BIOS", got["first OK"], got["alone"], 1),
        ("QEMU, UEFI", got["qemu UEFI"], None, None),
        ("in the page, UEFI", got["UEFI"], got["qemu UEFI"], 3),
        ("(from opening the page to a usable VM)", got["VM"], None, None),
    ])  # fmt: skip
    bench.table("from an edit of kernel.c", "seconds", [
        ("native, to OK by the image", got["native"], None, None),
        ("in the page, to the image", got["built"], got["native"], None),
        ("in the page, to OK by the image", got["edit"], got["native"], 8),
        ("in the page, to OK by PVH", got["edit PVH"], got["edit"], 0.6),
    ])  # fmt: skip
    bench.table("against what is allowed", "seconds", [
        ("longest wait of a key during a build", got["longest"], 0.1, 1),
        ("one step of the CPU, until it is shown", got["step"], 0.02, 1),
        ("a key in GRUB's command line", got["key"], 0.05, 1),
    ])  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
