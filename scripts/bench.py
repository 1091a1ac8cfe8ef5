# SPDX-License-Identifier: 0BSD
"""Measures this project on this machine, against the best possible.

Usage: bench.py [RUNS]   (at least 5, the default)

The floor for a boot is a boot sector of 512 bytes that writes the same OK; the
yardstick for the image is the one that grub-mkrescue makes by its defaults.
The runs are interleaved, so that a slow minute is slow for all, and the medians
are printed. Nothing fails here: a busy machine is not a bug.
"""

import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from qemu import Machine, arguments, expected_cells, shell, wrong_console

NOISE = 0.05  # medians of the same boots differ by this much

SCRIPTS = pathlib.Path(__file__).parent

# What the firmware loads to 0x7c00 and enters in 16-bit mode.
BOOT_SECTOR = b"".join([
    bytes.fromhex("b8 00 b8"),  # mov ax, 0xb800: text memory's segment
    bytes.fromhex("8e d8"),  # mov ds, ax
    bytes.fromhex("66 c7 06 00 00"),  # mov dword [0], what follows: OK
    *map(bytes, expected_cells()),
    bytes.fromhex("fa f4 eb fd"),  # cli; hlt; jmp back to hlt
]).ljust(510, b"\0") + b"\x55\xaa"  # the signature of a boot sector


def boot(*words):
    """Seconds from QEMU's start to OK on the screen."""
    begin = time.monotonic()
    with Machine(*map(str, words), seconds=120) as pc:
        uefi = any("pflash" in str(word) for word in words)

        def shown():
            return (not wrong_console(pc.serial()) if uefi
                    else pc.cells(2) == expected_cells())  # fmt: skip

        pc.wait_for(shown, "OK to appear", pause=0.001)
        return time.monotonic() - begin


def run(*command, cwd=None):
    """Seconds that a command takes."""
    begin = time.monotonic()
    subprocess.run(
        command, check=True, cwd=cwd, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE)  # fmt: skip
    return time.monotonic() - begin


def medians(runs, what):
    """what: name -> function that measures. Returns name -> median."""
    taken = {name: [] for name in what}
    for number in range(runs):
        print(f"\rrun {number + 1} of {runs} ...", end="", file=sys.stderr)
        for name, measure in what.items():
            taken[name].append(measure())
    print("\r" + " " * 20, end="\r", file=sys.stderr)
    return {name: statistics.median(each) for name, each in taken.items()}


def table(title, unit, rows):
    """rows: (name, value, value that it is compared with or None, goal)."""
    print(f"\n{title:<44}{unit:>10}{'ratio':>8}  goal")
    for name, value, base, goal in rows:
        number = f"{value:,.3f}" if unit == "seconds" else f"{value:,}"
        ratio = f"{value / base:.2f}" if base else ""
        verdict = ""
        if goal:
            met = "met" if value <= goal * base else "NOT MET"
            verdict = f"at most {goal:g}: {met}"
        print(f"{name:<44}{number:>10}{ratio:>8}  {verdict}".rstrip())


def main(runs, folder):
    sector, default = folder / "sector", folder / "default.iso"
    sector.write_bytes(BOOT_SECTOR)
    mkrescue, = shell("grub_mkrescue")
    tree = folder / "files"
    shutil.copytree("build/os.files", tree)

    # A copy of the project, for edits.
    copy = folder / "copy"
    shutil.copytree(".", copy, ignore=shutil.ignore_patterns("build", ".git"))
    run("make", "-s", "iso", cwd=copy)

    def edit(target, entry):
        def measure():
            with open(copy / "kernel.c", "a") as source:
                source.write("/* an edit */\n")
            taken = run("make", "-s", target, cwd=copy)
            return taken + boot(*arguments(entry, copy / "build"))
        return measure

    def make_default():
        return run(mkrescue, "-o", default, tree)

    bios, uefi, pvh = map(arguments, ("bios", "uefi", "pvh"))
    make_default()
    got = medians(runs, {
        "floor": lambda: boot("-drive", f"format=raw,file={sector}"),
        "pvh": lambda: boot(*pvh),
        "bios": lambda: boot(*bios),
        "bios default": lambda: boot("-cdrom", default),
        "uefi": lambda: boot(*uefi),
        "uefi default": lambda: boot(*uefi[:-1], default),
        "slim": lambda: run(
            SCRIPTS / "mkiso.sh", "build/kernel.bin", "grub/grub.cfg",
            folder / "slim.iso"),
        "default": make_default,
        "edit kernel": edit("kernel", "pvh"),
        "edit iso": edit("iso", "bios"),
    })  # fmt: skip

    print(f"Medians of {runs} interleaved runs. Load of this machine:"
          f" {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs.")
    floor = got["floor"]
    table("From power-on to OK", "seconds", [
        ("boot sector of 512 bytes, the floor", floor, floor, None),
        ("qemu -kernel", got["pvh"], floor, 1.3),
        ("GRUB, BIOS", got["bios"], floor, None),
        ("GRUB, UEFI", got["uefi"], floor, None)])
    table("... against grub-mkrescue's default image", "seconds", [
        ("default image, BIOS", got["bios default"], None, None),
        ("this image, BIOS", got["bios"], got["bios default"], NOISE + 1),
        ("default image, UEFI", got["uefi default"], None, None),
        ("this image, UEFI", got["uefi"], got["uefi default"], NOISE + 1)])
    table("Making the image", "seconds", [
        ("default image", got["default"], None, None),
        ("this image", got["slim"], got["default"], 0.5)])
    size = os.path.getsize
    table("Size of the image", "bytes", [
        ("default image", size(default), None, None),
        ("this image", size("build/os.iso"), size(default), 0.25)])
    table("From an edit of kernel.c to OK", "seconds", [
        ("make kernel, qemu -kernel", got["edit kernel"], None, None),
        ("make iso, GRUB, BIOS", got["edit iso"], None, None)])


if __name__ == "__main__":
    try:
        number = int(sys.argv[1]) if sys.argv[1:] else 5
        if number < 5:
            raise ValueError
    except ValueError:
        sys.exit(
            "*** RUNS must be a number, at least 5.  Type: make bench RUNS=5")
    try:
        with tempfile.TemporaryDirectory() as name:
            main(number, pathlib.Path(name))
    except subprocess.CalledProcessError as error:
        said = (error.stderr or b"").decode()
        sys.exit(f"{said}*** {error.cmd[0]} failed; its output is above.")
    except KeyboardInterrupt:
        sys.exit(130)
