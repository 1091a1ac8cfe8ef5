# SPDX-License-Identifier: 0BSD
"""The real GRUB as judge: which of many files does it load?

One image holds hundreds of files, m/0, m/1, ..., and a grub.cfg that runs
`multiboot2` on each. A loaded kernel is not started: the next one replaces it.
GRUB's messages go to the second serial port (the first is UEFI's), and from
there to a file.

A file that crashes GRUB ends its boot: the PC resets itself, or nothing more is
written. Then the files after it are judged in a new boot.

GRUB can corrupt its memory without a crash. If it loads a segment with
p_filesz > p_memsz, it overwrites what comes after it. And since 2.12, GRUB on
BIOS cannot free a kernel at 1 MiB if its size is not a multiple of 16. So after
each file comes a good one: if that is not loaded, the next is in a new boot.
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
# GRUB has crashed if it writes nothing for that many seconds of CPU time, or by
# the clock. A file takes milliseconds.
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
# On BIOS it is at 1 MiB, where GRUB's memory is overwritten first; on UEFI, it
# would itself overwrite memory there.
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
            # An earlier file may have corrupted GRUB's memory, which shows only
            # now: the last one is judged again, first in its boot. (If it is
            # the only one, GRUB may have crashed on the good one after it.)
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
        """Waits for GRUB's END, a reset, or a long silence."""
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
            pass  # it reset itself, or sleeps; _boot sees how far it came


def cpu_time(pid):
    """CPU seconds that the process has used, which a busy machine does not
    change."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().split()
    except FileNotFoundError:
        return 0  # not Linux, or a bare chroot: the clock decides
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def verdict(text):
    """GRUB's verdict on one file: of an error its text, without colours and,
    since 2.12, without the line of GRUB's source."""
    if "\nLOADED" in text:
        return LOADED
    error = re.search(r"error: (?:\S+\.c:\w+:\d+:)?(.*?)\.?\s*$", text, re.M)
    return error[1] if error else CRASH
