# SPDX-License-Identifier: 0BSD
"""Types a text, in which a kernel grows in an empty folder, as a reader does.
Its blocks, in order:

```c FILE        (or cfg, ld, make) the whole of a new file
```c +FILE       what is added at the file's end
```c =FILE       what the file must hold by now: the listing
```diff FILE     a change: the lines without + must be there, once
```diff ~FILE    a trial: put back at the next heading
```console       commands after "$ ", each with its answer
```text STATE    the screen of the PC that was started last, and how it ended:
                 halted, refused (by GRUB) or reset
```sh            not run: it installs, or fetches

As a program it stands in for QEMU: same arguments, no window.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent / "scripts"
sys.path.insert(0, str(SCRIPTS))

BLOCK = re.compile(r"^(#+ )|^```(\w+)(?: ([+=~]?)(\S+))?\n(.*?)^```$", re.M | re.S)
QEMU = "qemu-system-x86_64"


class Typist:
    """Types a text's blocks into a folder."""

    def __init__(self, folder, tools, exact=True):
        """tools: another folder, for the program that stands in for QEMU. exact:
        compare every answer; with other tools, only that a command without an
        answer prints nothing, and what halted kernels show, but for addresses."""
        self.folder, self.exact = folder, exact
        self.seen = tools / "seen"
        self.kept = {}  # files before a trial
        self.states = []
        qemu = tools / QEMU
        qemu.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" "$@"\n')
        qemu.chmod(0o755)
        self.environment = {
            **os.environ, "LC_ALL": "C", "SEEN": str(self.seen),
            "PATH": f"{tools}:{os.environ['PATH']}"}  # fmt: skip

    def type(self, text):
        for heading, kind, how, name, body in BLOCK.findall(text):
            if heading:
                self.put_back()
            elif kind == "console":
                self.run(body)
            elif kind == "text" and name:
                self.compare_screen(name, body)
            elif kind not in ("sh", "text") and name:
                self.write(kind, how, self.folder / name, body)
        self.put_back()

    def put_back(self):
        for path, text in self.kept.items():
            path.write_text(text)
        self.kept = {}

    def write(self, kind, how, path, body):
        text = path.read_text() if path.exists() else ""
        if kind == "diff":
            old, new = ("".join(line[1:] or "\n" for line in
                                body.splitlines(keepends=True)
                                if line[0] in " \n" + sign)
                        for sign in "-+")  # fmt: skip
            assert text.count(old) == 1, f"{path.name} has not just once:\n{old}"
            if how == "~":
                self.kept.setdefault(path, text)
            path.write_text(text.replace(old, new))
        elif how == "=":
            assert text == body, f"{path.name} is not as listed but:\n{text}"
        else:
            assert how or not text, f"{path.name} is there already"
            path.write_text(text * (how == "+") + body)

    def run(self, block):
        for command, answer in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.M):
            said = subprocess.run(
                ["sh", "-c", command], cwd=self.folder, env=self.environment,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, text=True, check=False).stdout  # fmt: skip
            said = re.sub(r"[ \t]+$", "", said, flags=re.M)
            assert said == answer or answer and not self.exact, f"$ {command}\n{said}"

    def compare_screen(self, state, shown):
        assert self.seen.exists(), "no PC was started"
        seen = json.loads(self.seen.read_text())
        self.seen.unlink()
        self.states.append(seen["state"])
        assert seen["state"] == state, seen
        if self.exact or state == "halted":
            said, shown = map(self.plain, (seen["screen"], shown.rstrip("\n")))
            assert said == shown, seen["screen"]

    def plain(self, screen):
        """Without what depends on tools: addresses in code, and versions."""
        return screen if self.exact else re.sub(r"0x10\w+|\(version.*\)", "*", screen)


def main():
    from qemu import Machine, MachineError, look

    os.environ["PATH"] = os.environ["PATH"].partition(":")[2]
    if {"-gdb", "-qmp", "-serial"} & set(sys.argv):  # another program drives this PC
        os.execvp(QEMU, [QEMU, *sys.argv[1:]])
    try:
        with Machine(*sys.argv[1:], seconds=60) as pc:
            state, _, screen = look(pc, uefi="-bios" in sys.argv)
    except MachineError as error:  # QEMU would not start
        sys.exit(str(error).partition(": ")[2].rstrip())
    Path(os.environ["SEEN"]).write_text(json.dumps(
        {"state": state, "screen": screen.replace("\r", "")}))  # fmt: skip


if __name__ == "__main__":
    main()
