# SPDX-License-Identifier: 0BSD
"""The real GRUB as judge: says of each of many files whether it loads it.

One image holds some hundred files, m/0, m/1, ..., and a grub.cfg that runs
`multiboot2` on each. A kernel that was loaded is not started: the next one
takes its place. GRUB writes what happens to the second serial port (UEFI's
firmware writes to the first), and QEMU to a file.

A file that crashes GRUB ends its boot: the PC resets itself, or nothing more is
written. Then the files after it are judged in a new boot.

GRUB can destroy its memory without a crash. One that loads a segment with
p_filesz > p_memsz writes over what comes after it. And since 2.12, GRUB on BIOS
cannot put away a kernel at 1 MiB whose size is no multiple of 16. So after each
file comes a good one: if that is not loaded, the next file is in a new boot.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "tests")]

import elf_builder  # noqa: E402
from qemu import Machine, MachineError, arguments, shell  # noqa: E402

LOADED, CRASH = "loaded", "crash"
FILES_A_BOOT = 800
# GRUB is held for crashed when it has used so many seconds of the CPU without a
# word, or after so many by the clock. A file takes milliseconds.
SILENCE, SLEEP = 1, 10

PLATFORMS = {"bios": "i386-pc", "uefi": "x86_64-efi"}
MODULES = ("normal multiboot2 iso9660 gzio serial terminal echo test"
           " part_msdos part_gpt part_apple")  # fmt: skip

SCRIPT = """\
serial --unit=1 --speed=115200
terminal_output serial
insmod gzio
for n in {numbers}; do
    echo "BEGIN $n"
    if multiboot2 /m/$n; then echo "LOADED"; fi
    if multiboot2 /good; then echo "GOOD"; else echo "END"; fi
done
echo "END"
"""
# On BIOS it lies at 1 MiB, where GRUB's memory suffers first; on UEFI it would
# do damage there itself.
GOOD = {
    "bios": elf_builder.elf(segments=[elf_builder.segment(memsz=4096)]),
    "uefi": elf_builder.elf(elf_builder.header(elf_builder.RELOCATABLE)),
}


class Grub:
    """A GRUB for one platform; `root` is a folder made by grub-root.sh."""

    def __init__(self, platform, root=None):
        self.platform = platform
        self.mkrescue = [str(root / "grub-mkrescue")] if root else shell(
            "need grub-mkrescue; grub_mkrescue")
        modules = str(root / "usr/lib/grub" / PLATFORMS[platform]) if root \
            else shell(f"grub_modules {PLATFORMS[platform]}")[0]
        self.mkrescue += ["-d", modules, f"--install-modules={MODULES}",
                          "--fonts=", "--locales=", "--themes="]
        self.version = subprocess.run(
            [self.mkrescue[0], "--version"], stdout=subprocess.PIPE,
            text=True, check=True).stdout.split()[-1]

    def judge(self, files, told=lambda done: None):
        """LOADED, CRASH or GRUB's error, for each of a list of bytes."""
        verdicts = []
        while len(verdicts) < len(files):
            start = len(verdicts)
            verdicts += self._boot(files[start : start + FILES_A_BOOT])
            told(len(verdicts))
        return verdicts

    def _boot(self, files):
        """The verdicts of one boot: of all files, or up to a crash."""
        with tempfile.TemporaryDirectory(prefix="grub-") as folder:
            folder = pathlib.Path(folder)
            image = self._image(folder, files)
            port = folder / "port"
            *words, _ = arguments(self.platform, folder)  # the last is the image
            with Machine("-serial", f"file:{port}", "-m", "3G", *words, str(image),
                         seconds=120) as pc:
                self._watch(pc, port)
            text = port.read_text(errors="replace")
        parts = text.partition("END")[0].split("BEGIN ")[1:]
        if not parts:
            raise MachineError(f"GRUB did not begin: {text}")
        verdicts = [verdict(part) for part in parts]
        if "END" not in text:
            # One that went before may have destroyed GRUB's memory, and yet
            # not at once: the last one is judged again, first in its boot.
            # Or GRUB loaded it, and died on the good one that came after it.
            return verdicts[:-1] or verdicts
        return verdicts

    def _image(self, folder, files):
        tree = folder / "tree"
        (tree / "m").mkdir(parents=True)
        (tree / "boot/grub").mkdir(parents=True)
        for number, data in enumerate(files):
            (tree / "m" / str(number)).write_bytes(data)
        (tree / "good").write_bytes(GOOD[self.platform])
        (tree / "boot/grub/grub.cfg").write_text(SCRIPT.format(
            numbers=" ".join(map(str, range(len(files))))))
        image = folder / "image.iso"
        made = subprocess.run(
            [*self.mkrescue, "-o", image, tree], stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "TMPDIR": str(folder)})  # fmt: skip
        assert made.returncode == 0, made.stdout
        return image

    def _watch(self, pc, port):
        """Waits for GRUB's last word, a reset, or a long silence."""
        seen = heard = 0

        def ended():
            nonlocal seen, heard
            text = port.read_bytes() if port.exists() else b""
            if len(text) > seen:
                seen, heard = len(text), cpu_time(pc.process.pid)
                pc.deadline = time.monotonic() + SLEEP
            silence = cpu_time(pc.process.pid) - heard
            return b"END" in text or b"BEGIN" in text and (
                silence > SILENCE or pc.stopped())

        try:
            pc.wait_for(ended, "GRUB to say END", pause=0.05)
        except MachineError:
            pass  # it reset itself, or sleeps; _boot looks at how far it came


def cpu_time(pid):
    """Seconds that the process has used: more telling on a busy machine than
    the clock."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().split()
    except FileNotFoundError:
        return 0  # not Linux, or a bare chroot: the clock decides
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def verdict(text):
    """What GRUB said of one file, without the colours and, since 2.12, without
    the line of GRUB's source that says it."""
    if "\nLOADED" in text:
        return LOADED
    error = re.search(r"error: (?:\S+\.c:\w+:\d+:)?(.*?)\.?\s*$", text, re.M)
    return error[1] if error else CRASH
