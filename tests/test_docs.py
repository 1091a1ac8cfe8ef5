# SPDX-License-Identifier: 0BSD
"""README.md and docs/*.md: each command is run, each excerpt compared.

What the texts hold to:

```console           Each line with "$ " is run, in a fresh copy of the project,
                     by clitest, and its answer compared. A comment behind the
                     block, <!-- other versions: WORD... -->, names the words
                     that differ with other tools than REFERENCE's; if it says
                     <!-- other versions: otherwise -->, the whole answer does.
```sh                Not run: it installs, or writes to a device. See NOT_RUN.
```c, ld, make, ...  An excerpt, letter by letter, of the file that ends the line
                     before it: From `kernel.c`: or From `kernel.c`, lines 1-2:
```text, mermaid     A picture; not compared.
`start` (`0x100060`) An address, compared with the built kernel's symbol; or
                     with the word "at": `start` at `0x100060`.
<!-- output of: make -s TARGET --> ... <!-- end of output -->
                     What the command prints.

README.md besides: "How it works" in five steps; `make TARGET` for every target; a
table whose first column is "file", with every file but itself and those whose
names begin with a dot; and one whose first column is "flag", with every flag.
"""

import collections
import functools
import re
import struct

import pytest
from commands import ROOT, makefile, run
from elf import Elf
from PIL import Image
from qemu import Picture
from screens import assert_uefi_ok

README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
DOCS = [README, *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {path.name: path for path in DOCS}

# The tools whose answers the texts show.
REFERENCE = {
    "gcc": ("gcc --version", "12.2.0"),
    "binutils": ("ld --version", "2.40"),
    "GRUB": ("grub-mkrescue --version", "2.06"),
}

NOT_RUN = {
    "README.md": ["./scripts/setup.sh && make run",
                  "./scripts/setup.sh --tests && make test"],
    "tutorial.md": ["./scripts/setup.sh --tests",
                    "lsblk -d -o NAME,SIZE,MODEL",
                    "sudo dd if=build/os.iso of=/dev/sdX bs=4M conv=fsync"],
}  # fmt: skip

EXCERPTS = {"c", "ld", "make", "cfg", "python"}
PICTURES = {"text", "mermaid"}

Fence = collections.namedtuple("Fence", "number info before lines after")


# --- What a text is made of -----------------------------------------------------


def fences(text):
    """The blocks between ``` lines, each with the lines around it."""
    lines = text.splitlines()
    found, start = [], None
    for number, line in enumerate(lines):
        if not line.startswith("```"):
            continue
        if start is None:
            start = number
            continue
        before = [other for other in lines[:start] if other.strip()][-1:]
        found.append(Fence(
            start + 1, lines[start][3:], "".join(before),
            lines[start + 1 : number], "".join(lines[number + 1 : number + 2])))
        start = None
    assert start is None, f"line {start}: the block has no end"
    return found


def prose(text):
    """The text without its blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)


def section(text, title):
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", text, re.M | re.S)
    assert found, f"there is no section {title!r}"
    return found[1]


def rows(text, first):
    """The rows of the tables whose first column has that heading."""
    tables = re.findall(rf"^\| *{first} *\|.*\n\|[-|: ]+\n((?:\|.*\n)+)", text, re.M)
    return [[cell.strip() for cell in row.strip("|").split(" | ")]
            for table in tables for row in table.splitlines()]  # fmt: skip


CODE = r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)"


def code_spans(text):
    return [code for _, code in re.findall(CODE, prose(text))]


def commands(fence):
    return [line[2:] for line in fence.lines if line.startswith("$ ")]


# --- Console blocks -------------------------------------------------------------


@functools.lru_cache()
def is_reference():
    """Are these the tools whose answers the texts show?"""
    return all(
        re.search(rf"\b{re.escape(version)}\b",
                  run(*command.split(), check=True).stdout.splitlines()[0])
        for command, version in REFERENCE.values())  # fmt: skip


def pattern(word):
    """A regular expression for a word that another tool writes otherwise: the
    same, with other numbers in it."""
    def number(found):
        digits = found[2]
        if found[1]:
            return "0x[0-9a-f]+"
        if digits.isdigit() and not digits.startswith("0"):
            return "[0-9]+"
        return f"[0-9a-f]{{{len(digits)}}}"

    parts = re.split(r"((?<![0-9A-Za-z_])(?:0x)?[0-9a-f]+(?![0-9A-Za-z_]))", word)
    return "".join(
        re.sub(r"^(0x)?(.+)$", number, part) if at % 2 else re.escape(part)
        for at, part in enumerate(parts))  # fmt: skip


def expectation(answer, words):
    """A regular expression, in one line, for an answer and what varies in it."""
    if words == ["otherwise"]:
        return "(?s)^.*$"
    if not words:
        parts = [answer]
    else:
        any_word = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
        parts = re.split(rf"(?<![\w.])({any_word})(?![\w.])", answer)
    regex = "".join(
        pattern(part) if at % 2 else re.escape(part)
        for at, part in enumerate(parts))  # fmt: skip
    regex = regex.replace("\\\t", "\\t").replace("\\\n", " *\\n")
    return f"^{regex} *\\n$" if answer else "^$"


def answers(fence):
    """Each command of a block, with its answer."""
    blocks = re.split(r"^(?=\$ )", "\n".join(fence.lines), flags=re.M)
    for block in filter(None, blocks):
        command, _, answer = block.rstrip("\n").partition("\n")
        yield command, answer


def varying(fence):
    """The words of a block that other tools write otherwise."""
    found = re.fullmatch(r"<!-- other versions: (.*) -->", fence.after)
    return found[1].split() if found else []


def session(text, exact):
    """The text's commands as clitest reads them."""
    lines = []
    for fence in fences(text):
        words = varying(fence)
        if fence.info != "console":
            continue
        if exact or not words:
            lines += [*fence.lines, "$"]
            continue
        for command, answer in answers(fence):
            lines.append(f"{command} #=> --regex {expectation(answer, words)}")
    return "\n".join(lines) + "\n"


def clitest(text, folder, exact):
    """Runs a text's commands in the folder; returns what clitest says."""
    script = folder / "build" / "session.txt"
    script.parent.mkdir(exist_ok=True)
    script.write_text(session(text, exact))
    count = sum(len(commands(f)) for f in fences(text) if f.info == "console")
    result = run(
        "timeout", "100", "env", "LC_ALL=C", "clitest", "--color", "never",
        "--diff-options", "-uZ", "build/session.txt", cwd=folder)  # fmt: skip
    passed = re.search(rf"^OK: {count} of {count} tests? passed", result.stdout, re.M)
    return result.returncode == 0 and bool(passed), result.stdout


def has_commands(path):
    return path.exists() and any(
        fence.info == "console" for fence in fences(path.read_text()))


@pytest.mark.parametrize("name", [n for n in TEXTS if has_commands(TEXTS[n])])
def test_commands(name, project):
    passed, said = clitest(TEXTS[name].read_text(), project(), is_reference())
    assert passed, said


@pytest.mark.parametrize("name", TEXTS)
def test_patterns(name):
    """Each varying word is there, and its pattern matches what is shown."""
    for fence in fences(TEXTS[name].read_text()):
        words, seen = varying(fence), "\n".join(fence.lines)
        for word in words if words != ["otherwise"] else []:
            assert word in re.split(r"[\s,<>()]+", seen), f"line {fence.number}"
        for _, answer in answers(fence):
            shown = answer + "\n" if answer else ""
            assert re.search(expectation(answer, words), shown), answer


@pytest.mark.parametrize("name", TEXTS)
def test_commands_that_are_not_run(name):
    found = [command for fence in fences(TEXTS[name].read_text())
             if fence.info == "sh" for command in fence.lines]  # fmt: skip
    assert found == NOT_RUN.get(name, [])


@pytest.mark.parametrize("exact", [True, False])
@pytest.mark.parametrize("answer, passes", [
    ("12 0x1f 00fe name", True),
    ("12 0x1f 00fe other", False),
    ("12 0x1f 00fe", False),
    ("12 0x1f 00fe name\nmore", False),
])  # fmt: skip
def test_a_wrong_answer_is_refused(tmp_path, answer, passes, exact):
    text = f"```console\n$ echo 12 0x1f 00fe name\n{answer}\n```\n"
    marked = text + "<!-- other versions: 12 0x1f 00fe -->\n"
    assert clitest(marked, tmp_path, exact)[0] == passes


@pytest.mark.parametrize("answer, passes", [
    ("13 0x20 00ff name", True),
    ("13 20 00ff name", False),
    ("13 0x20 0ff name", False),
])  # fmt: skip
def test_other_versions(tmp_path, answer, passes):
    text = ("```console\n$ echo 12 0x1f 00fe name\n" + answer + "\n```\n"
            f"<!-- other versions: {answer[:-5]} -->\n")  # fmt: skip
    assert clitest(text, tmp_path, False)[0] == passes
    assert not clitest(text, tmp_path, True)[0]


# --- Excerpts, links, spelling --------------------------------------------------


def wrong_excerpts(text):
    """What is said to be a file's, and is not."""
    wrong = []
    headings = set()
    for fence in fences(text):
        where = f"the block at line {fence.number}"
        kind = fence.info.split(" ")[0]
        if fence.info in ("console", "sh") or kind in PICTURES:
            continue
        if kind not in EXCERPTS:
            wrong.append(f"{where} is of no known kind: {fence.info!r}")
            continue
        source = re.search(r"`([^` ]+)`(, lines (\d+)-(\d+))?:$", fence.before)
        if not source or not (ROOT / source[1]).is_file():
            wrong.append(f"{where} has no file's name before it")
            continue
        headings.add(fence.before)
        excerpt = "\n".join(fence.lines) + "\n"
        content = (ROOT / source[1]).read_text()
        if "\n" + excerpt not in "\n" + content:
            wrong.append(f"{where} is not in {source[1]}")
        if source[2]:
            first, last = int(source[3]), int(source[4])
            if content.splitlines()[first - 1 : last] != fence.lines:
                wrong.append(f"{where} is not at those lines of {source[1]}")
    for line in prose(text).splitlines():
        if line not in headings and re.search(
                r"\blines? \d|\.(?:c|h|ld|py|sh|cfg):\d", line):  # fmt: skip
            wrong.append(f"a line's number is not checked: {line}")
    return wrong


@pytest.mark.parametrize("name", TEXTS)
def test_excerpts(name):
    assert wrong_excerpts(TEXTS[name].read_text()) == []


INCLUDE = '#include "multiboot2.h"'
LINE = (ROOT / "kernel.c").read_text().splitlines().index(INCLUDE) + 1


@pytest.mark.parametrize("text, wrong", [
    (f"From `kernel.c`:\n\n```c\n{INCLUDE}\n```\n", None),
    (f"From `kernel.c`:\n\n```c\n{INCLUDE} \n```\n", "is not in kernel.c"),
    (f"From `uefi.h`:\n\n```c\n{INCLUDE}\n```\n", "is not in uefi.h"),
    (f"From `no.c`:\n\n```c\n{INCLUDE}\n```\n", "has no file's name"),
    (f"Look:\n\n```c\n{INCLUDE}\n```\n", "has no file's name"),
    (f"From `kernel.c`, lines {LINE}-{LINE}:\n```c\n{INCLUDE}\n```\n", None),
    (f"From `kernel.c`, lines 1-1:\n```c\n{INCLUDE}\n```\n", "those lines"),
    ("In kernel.c:7 it is said.\n", "a line's number is not checked"),
    ("It is said in line 7.\n", "a line's number is not checked"),
    ("```\n$ make\n```\n", "of no known kind"),
])  # fmt: skip
def test_a_wrong_excerpt_is_refused(text, wrong):
    found = wrong_excerpts(text)
    assert (wrong in found[0] and len(found) == 1) if wrong else found == []


def anchors(text):
    """The headings' names in links, by the rule of the common forges."""
    names = collections.Counter()
    for title in re.findall(r"^#+ (.*)", prose(text), re.M):
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        yield f"{slug}-{names[slug]}" if names[slug] else slug
        names[slug] += 1


def wrong_links(text, path):
    """Links that lead nowhere."""
    plain = re.sub(CODE, "", prose(text))
    links = re.findall(r"\]\(([^)\s]+)[^)]*\)|(?:src|href|srcset)=\"([^\"]+)\"", plain)
    wrong = []
    for link in map("".join, links):
        if link.startswith("https://"):
            continue
        file, _, anchor = link.partition("#")
        target = path.parent / file if file else path
        if not target.exists():
            wrong.append(link)
        elif anchor:
            linked = target.read_text() if file else text
            if anchor not in anchors(linked):
                wrong.append(link)
    return wrong


@pytest.mark.parametrize("name", TEXTS)
def test_links(name):
    assert wrong_links(TEXTS[name].read_text(), TEXTS[name]) == []


@pytest.mark.parametrize("link, wrong", [
    ("[a](Makefile)", False),
    ("[a](docs/tutorial.md#10-prove-it)", False),
    ("[a](#a-title)", False),
    ("[a](#the-title)", True),
    ("[a](docs/tutorial.md#prove-it)", True),
    ("[a](docs/none.md)", True),
    ('<img src="docs/none.png">', True),
    ("[a](http://localhost)", True),
])  # fmt: skip
def test_a_wrong_link_is_refused(link, wrong):
    assert bool(wrong_links(f"# A title\n{link}\n", README)) == wrong


def test_spelling():
    result = run("codespell", *DOCS)
    assert (result.returncode, result.stdout) == (0, "")


@pytest.mark.parametrize("name", TEXTS)
def test_printed_by_a_command(name):
    text = TEXTS[name].read_text()
    parts = re.findall(
        r"<!-- output of: (make -s \S+) -->(.*?)<!-- end of output -->",
        text, re.S)  # fmt: skip
    assert len(parts) == text.count("<!-- output of:")
    for command, shown in parts:
        result = run(*command.split(), check=True)
        assert shown.strip() == result.stdout.strip(), f"not what {command} prints"


# --- What the texts say of the project ------------------------------------------


def phony():
    text = makefile()
    found = re.findall(r"^\.PHONY: (.*)", text, re.M)
    return set(" ".join(found).split()) - {"FORCE"}


def targets(text):
    """The targets that a text tells its reader to make."""
    typed = [line for fence in fences(text) for line in fence.lines
             if fence.info == "sh" or line.startswith("$ ")]  # fmt: skip
    return {
        target for line in code_spans(text) + typed
        for target in re.findall(r"\bmake(?: -s)? ([a-z][a-z-]*)(?![\w./=-])", line)}


@pytest.mark.parametrize("name", TEXTS)
def test_targets_exist(name):
    assert targets(TEXTS[name].read_text()) - phony() == set()


def test_every_target_is_in_the_readme():
    text = README.read_text()
    named = targets(text) | ({"kernel"} if "make" in code_spans(text) else set())
    assert phony() - named == set()


def test_targets_are_found():
    text = "`make iso`, `make`, `make CC=x`\n```console\n$ make -s run | cat\n```\n"
    assert targets(text) == {"iso", "run"}


def tracked():
    return run("git", "ls-files", check=True).stdout.split("\n")[:-1]


def test_map():
    cells = [row[0] for row in rows(README.read_text(), "file")]
    names = {name.rstrip("/") for cell in cells for name in code_spans(cell)}
    files = set(tracked())
    folders = {file[:at] for file in files
               for at, letter in enumerate(file) if letter == "/"}  # fmt: skip
    assert names - files - folders == set(), "not there"
    here = {file.split("/")[0] for file in files if not file.startswith(".")}
    named = {name.split("/")[0] for name in names}
    assert here - named - {"README.md"} == set(), "not named"


def flags():
    """The Makefile's flags for compiler and linker."""
    found = re.findall(
        r"^(?:FLAGS|LINK|PIC|build/.*: PIC) *\+?= *([^#\n]*)",
        (ROOT / "Makefile").read_text(), re.M)  # fmt: skip
    return {flag for line in found for flag in line.split()}


def test_flags():
    text = README.read_text()
    named = {flag for row in rows(text, "flag")
             for code in code_spans(row[0]) for flag in code.split()}  # fmt: skip
    assert named == flags()
    assert {"-ffreestanding", "-fno-pic", "-fpie", "-n"} <= named


def symbols():
    table = run("nm", ROOT / "build" / "kernel.elf", check=True).stdout
    return {name: int(value, 16)
            for value, name in re.findall(r"^(\w+) \w (\w+)$", table, re.M)}  # fmt: skip


def wrong_addresses(text, known):
    """Addresses in the kernel that are not those of the symbols beside them."""
    text = prose(text)
    wrong = []
    form = r"`([A-Za-z_]\w*)(?:\+(0x[0-9a-f]+))?`\s+(?:at\s+|\()`(0x[0-9a-f]+)`"
    for name, offset, address in re.findall(form, text):
        if known.get(name, -1) + int(offset or "0", 16) != int(address, 16):
            wrong.append(f"{name} {address}")
    rest = re.sub(form, "", text)
    bare = re.findall(r"0x10[0-9a-f]{4}\b", rest)
    return wrong + [address for address in bare if address != "0x100000"]


@pytest.mark.parametrize("name", TEXTS)
def test_addresses(name):
    known = symbols()
    if not is_reference():  # its uefi.o may be longer, or in another order
        assert set(known) & set(code_spans(TEXTS[name].read_text()))
        return
    assert wrong_addresses(TEXTS[name].read_text(), known) == []


@pytest.mark.parametrize("text, wrong", [
    ("to `start` (`0x100060`), and at `start+0xb` (`0x10006b`)", []),
    ("to `start` (`0x100061`)", ["start 0x100061"]),
    ("to `start` at\n`0x100061`", ["start 0x100061"]),
    ("to `begin` (`0x100060`)", ["begin 0x100060"]),
    ("to 0x100060", ["0x100060"]),
    ("at 0x100000, or 0x200000", []),
])  # fmt: skip
def test_a_wrong_address_is_refused(text, wrong):
    assert wrong_addresses(text, {"start": 0x100060}) == wrong


def test_five_steps():
    """README's way from power-on to OK, with addresses."""
    text = section(README.read_text(), "How it works")
    assert re.findall(r"^(\d)\. ", text, re.M) == list("12345")
    assert re.search(r"`start`\s+(?:at\s+|\()`0x", text)


def test_header_is_decoded(kernel):
    """The tutorial's table of the header's bytes, in their order."""
    cells = [row[0].strip("` ") for row in rows(TUTORIAL.read_text(), "bytes")
             if re.fullmatch(r"`([0-9a-f]{2} ?)+`", row[0])]  # fmt: skip
    shown = bytearray.fromhex(" ".join(cells))
    header = Elf(kernel).image()[:72]
    if not is_reference():
        struct.pack_into("<I", shown, 56, symbols()["uefi_start"])
    assert shown == header


def test_size_of_the_image(kernel):
    size = sum(segment.memsz for segment in Elf(kernel).loads())
    if is_reference():
        assert f"{size} bytes" in TUTORIAL.read_text()
    else:
        assert size <= 240


# --- The pictures ---------------------------------------------------------------


class Shown:
    """What screens.py looks at, from a file."""

    def __init__(self, name):
        image = Image.open(ROOT / "docs" / name).convert("RGB")
        self.content = Picture(*image.size, list(image.getdata()))

    def picture(self):
        return self.content


def cells(picture):
    """The pixels of each cell, 9 x 16, of a text screen."""
    assert (picture.width, picture.height) == (720, 400), "not in text mode"
    return {
        (row, column): [
            picture.pixels[at : at + 9]
            for y in range(row * 16, row * 16 + 16)
            for at in [y * 720 + column * 9]]
        for row in range(25) for column in range(80)}  # fmt: skip


def test_bios_picture(boot, iso):
    pc = boot("-cdrom", iso)
    pc.wait_for(pc.stopped, "the CPU to halt")
    live, shown = cells(pc.picture()), cells(Shown("bios.png").picture())
    assert [at for at in live if live[at] != shown[at]] == [], "(row, column)"
    assert live[0, 0] != live[0, 1] != live[0, 2]  # an O, a K and a blank


def test_uefi_picture():
    assert_uefi_ok(Shown("uefi.png"))
