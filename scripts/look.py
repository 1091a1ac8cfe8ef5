#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""Boots any kernel or image, and reports the text on the screen and whether the
CPU is halted. It exits with 0 if the CPU halts for good and the screen's text
begins with what --expect asks for; else with 1."""

import argparse
import os
import subprocess
import sys
import tempfile

from qemu import Machine, MachineError, arguments, console_text, refused

SCRIPTS = os.path.dirname(os.path.abspath(__file__))
ENTRIES = ["bios", "uefi", "pvh"]
GRUB_CFG = """set timeout=0
menuentry "kernel" {
    clear
    multiboot2 /boot/kernel.bin
}
"""


def is_kernel(path):
    """Is it an ELF file? Then it is no image."""
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def put(file, folder, kernel):
    """Puts the file where QEMU's arguments want it, by its name there."""
    os.symlink(os.path.abspath(file),
               f"{folder}/{'kernel.bin' if kernel else 'os.iso'}")  # fmt: skip


def make_image(folder):
    """An image that boots the folder's kernel through GRUB."""
    config = f"{folder}/grub.cfg"
    with open(config, "w") as file:
        file.write(GRUB_CFG)
    subprocess.run(
        ["sh", f"{SCRIPTS}/mkiso.sh", f"{folder}/kernel.bin", config,
         f"{folder}/os.iso"], check=True, stdout=subprocess.DEVNULL)  # fmt: skip


def look(pc, uefi=False):
    """Waits for the PC's end: its state in a word, then in a sentence, and the
    screen's text."""
    try:
        pc.wait_for(lambda: pc.stopped() or refused(pc), "the CPU to halt")
        if refused(pc):
            state = "refused", "GRUB refused the kernel, and waits for a key"
        else:
            at = pc.registers().pointer
            state = "halted", f"the CPU is halted for good, at {at:#x}"
    except MachineError as error:
        state = "reset" if pc.reset else "runs", str(error)
    text = console_text(pc.serial()) if uefi else pc.text()
    return (*state, text.rstrip())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", metavar="FILE", help="an image, or a kernel (ELF)")
    parser.add_argument("--entry", choices=ENTRIES, default="bios",
                        help="the entry (default: bios); pvh needs a kernel")
    parser.add_argument("--expect", metavar="TEXT", default="",
                        help="what the screen's text must begin with")
    parser.add_argument("--seconds", type=int, default=30, metavar="N",
                        help="how long to wait for the end (default: 30)")
    parser.add_argument("--picture", metavar="PNG", help="write the screen there")
    asked = parser.parse_args()
    try:
        kernel = is_kernel(asked.file)
    except OSError as error:
        parser.error(f"{asked.file} cannot be read: {error.strerror}")
    if asked.entry == "pvh" and not kernel:
        parser.error(f"{asked.file} is no ELF file, and --entry pvh boots a kernel:"
                     " name the kernel, or leave --entry pvh out")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        put(asked.file, folder, kernel)
        if kernel and asked.entry != "pvh":
            make_image(folder)
        how = arguments(asked.entry, built=folder)
        with Machine(*how, seconds=asked.seconds) as pc:
            state, sentence, screen = look(pc, asked.entry == "uefi")
            if asked.picture:
                pc.screenshot(asked.picture)
    print(screen)
    print(f"--- {sentence[0].upper()}{sentence[1:]}.")
    if state != "halted":
        return 1
    if not screen.lstrip().startswith(asked.expect):
        print(f"*** The screen does not begin with {asked.expect!r}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except MachineError as error:
        sys.exit(f"*** {error}")
    except subprocess.CalledProcessError:
        sys.exit(1)  # the script said why
