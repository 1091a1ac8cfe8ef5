# SPDX-License-Identifier: 0BSD
"""docs/tonight.md, typed into an empty folder, and docs/grows.md after it; and
scripts/look.py. What the texts' blocks mean, typed.py says."""

import re
import sys

import pytest
from commands import ROOT, run
from compilers import pairs
from docs import is_reference
from test_setup import rows
from typed import BLOCK, QEMU, Typist

pytestmark = pytest.mark.docs

TEXT = (ROOT / "docs" / "tonight.md").read_text()
GROWS = (ROOT / "docs" / "grows.md").read_text()
LINE = 'menuentry "my os" {\n    multiboot2'


@pytest.fixture
def typist(tmp_path):
    """A typist in an empty folder, with a space in its name, beside the
    project."""
    for name in ("my os", "tools"):
        (tmp_path / name).mkdir()
    (tmp_path / "c-boot").symlink_to(ROOT)
    return Typist(tmp_path / "my os", tmp_path / "tools", is_reference())


def test_tonight(typist):
    """Each command is run, each answer and screen is compared, and the files
    are the listing."""
    typist.type(TEXT)
    listed = {name for _, _, how, name, _ in BLOCK.findall(TEXT) if how == "="}
    typed = {name for _, kind, how, name, _ in BLOCK.findall(TEXT)
             if name and kind not in ("text", "diff") and not how}  # fmt: skip
    assert listed == typed == {"kernel.c", "grub.cfg", "linker.ld", "Makefile"}
    boots = len(re.findall(rf"^\$ (?:{QEMU}|make -s run)", TEXT, re.M))
    assert len(typist.states) == boots > 0, "a boot whose screen is not shown"


class Writer(Typist):
    """Writes a text's files, and runs none of its commands."""

    def run(self, block):
        pass

    def compare_screen(self, state, shown):
        pass


def by(compiler, linker, text):
    """The text for those who have these tools."""
    names = {"gcc": compiler, "ld": linker}
    return re.sub(r"(?<=\t)(gcc|ld)(?= )", lambda found: names[found[1]], text)


@pytest.mark.parametrize("typed_pair", pairs(), ids=" ".join)
def test_grows(typist, tmp_path, typed_pair):
    """From the files that the first text ends with, by each compiler and linker."""
    Writer(typist.folder, tmp_path / "tools").type(by(*typed_pair, TEXT))
    typist.exact = typist.exact and typed_pair == ("gcc", "ld")
    typist.type(by(*typed_pair, GROWS))
    assert typist.states.count("reset") == 1
    assert typist.states.count("halted") == len(typist.states) - 1 >= 10
    listed = {name for _, _, how, name, _ in BLOCK.findall(GROWS) if how == "="}
    typed = {path.name for path in typist.folder.iterdir()
             if path.suffix in (".c", ".h", ".ld", ".cfg", "")}  # fmt: skip
    assert listed == typed - {"iso", "faults.c"}


def test_what_is_installed():
    """Plain setup.sh installs what the first lines of the parts do, no more."""
    line = re.search(r"^sudo apt install (.*)", TEXT, re.M)[1].split()
    part_two = ["ovmf", "gdb", "python3"]
    brought = ["binutils", "libc6-dev", "grub-common", "qemu-system-gui"]  # with those
    packages = {row[3] for row in rows() if "run" in row[1].split()}
    assert "gcc" in packages
    assert packages - {*line, *part_two, *brought} == set()


@pytest.mark.parametrize("old, new", [
    ("18 00 00 00 12", "18 00 00 00 13"),  # an answer
    ("halted\nOKBooting", "halted\nBooting"),  # a screen
    (LINE, 'menuentry "my os" {\n    multiboot'),  # a line that is typed
])  # fmt: skip
def test_a_wrong_word_is_refused(typist, old, new):
    until, found, _ = TEXT.partition("To have the OK alone")
    assert found and until.count(old) == 1
    typist.exact = True
    with pytest.raises(AssertionError):
        typist.type(until.replace(old, new))


@pytest.mark.parametrize("text", [
    "```c a\nint a;\n```\n```c =a\nint b;\n```\n",
    "```c a\nint a;\n```\n```diff a\n-int b;\n```\n",
    "```c a\nint a;\n```\n```c a\nint b;\n```\n",
    "```text halted\nOK\n```\n",
    "```console\n$ echo a word where the text has none\n```\n",
])  # fmt: skip
def test_what_cannot_be_typed_is_refused(typist, text):
    typist.exact = False
    with pytest.raises(AssertionError):
        typist.type(text)


@pytest.mark.parametrize("typed_pair", pairs(), ids=" ".join)
def test_other_compilers(typist, typed_pair):
    """The 66 lines, by each compiler and linker, boot to OK without a warning."""
    listing = by(*typed_pair, TEXT)
    for kind, name, body in re.findall(
            r"^```(\w+) =(\S+)\n(.*?)^```$", listing, re.M | re.S):  # fmt: skip
        typist.write(kind, "", typist.folder / name, body)
    typist.exact = True
    typist.type("```console\n$ make -s run\n```\n```text halted\nOK\n```\n")


def look(*arguments):
    return run(sys.executable, "scripts/look.py", *arguments)


def test_look(kernel, iso, tmp_path):
    for file, entry in ((iso, "bios"), (kernel, "uefi"), (kernel, "pvh")):
        seen = look("--entry", entry, "--expect", "OK", file)
        assert (seen.returncode, "halted" in seen.stdout) == (0, True), seen.stdout
    seen = look("--expect", "KO", kernel)
    assert seen.returncode == 1 and "not begin with 'KO'" in seen.stdout
    assert look("--entry", "pvh", iso).returncode == 2
    assert look(tmp_path / "none").returncode == 2
    broken = bytearray(kernel.read_bytes())
    (tmp_path / "black").write_bytes(broken.replace(  # to 0xa8000: no text memory
        b"\x05\x00\x80\x0b\x00", b"\x05\x00\x80\x0a\x00"))
    seen = look(tmp_path / "black")
    assert seen.returncode == 1 and "screen is empty" in seen.stdout, seen.stdout
    assert look("--expect", "", tmp_path / "black").returncode == 0
    at = broken.index(b"\xfa\xf4\xeb\xfd")  # cli, hlt, jmp
    broken[at + 1] = 0x90  # nop
    (tmp_path / "busy").write_bytes(broken)
    seen = look("--entry", "pvh", "--seconds", "3", tmp_path / "busy")
    assert seen.returncode == 1 and "but the PC hangs" in seen.stdout
