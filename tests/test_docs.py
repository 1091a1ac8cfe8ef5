# SPDX-License-Identifier: 0BSD
"""README.md and docs/*.md: each command is run, each excerpt compared. How the
texts are written, scripts/docs.py says.

README.md besides: "How it works" in five steps; `make TARGET` for every target; a
table whose first column is "file", with every file but itself and those whose
names begin with a dot; and one whose first column is "flag", with every flag.
"""

import collections
import functools
import re
import struct
import sys

import docs
import pytest
from commands import ROOT, makefile, run
from docs import TEXTS as DOCS
from elf import Elf
from PIL import Image, ImageChops
from screens import assert_uefi_picture, read_picture

pytestmark = pytest.mark.docs

README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
TEXTS = {path.name: path for path in DOCS}

# The tools whose answers the texts show.
REFERENCE = {
    "gcc": ("gcc --version", "12.2.0"),
    "binutils": ("ld --version", "2.40"),
    "GRUB": ("grub-mkrescue --version", "2.06"),
}

NOT_RUN = {
    "README.md": ["./scripts/setup.sh && make run",
                  "./scripts/setup.sh --tests && make test",
                  "./scripts/setup.sh --web && make web && make web-run",
                  'make install-mb2check PREFIX="$HOME/.local"'],
    "tutorial.md": ["./scripts/setup.sh --tests",
                    "lsblk -d -o NAME,SIZE,MODEL",
                    "sudo dd if=build/os.iso of=/dev/sdX bs=4M conv=fsync"],
}  # fmt: skip

EXCERPTS = {"c", "ld", "make", "cfg", "python"}
KINDS = EXCERPTS | {"console", "sh", "makefile", "text", "mermaid"}

Fence = collections.namedtuple("Fence", "number info before lines")


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
            start + 1, lines[start][3:], "".join(before), lines[start + 1 : number]))
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


# --- Console blocks -------------------------------------------------------------


@functools.lru_cache()
def is_reference():
    """Are these the tools whose answers the texts show?"""
    return all(
        re.search(rf"\b{re.escape(version)}\b",
                  run(*command.split(), check=True).stdout.splitlines()[0])
        for command, version in REFERENCE.values())  # fmt: skip


def clitest(text, folder, exact):
    """Runs a text's commands in the folder; returns whether all was as shown,
    and what clitest says."""
    script = folder / "build" / "session.txt"
    script.parent.mkdir(exist_ok=True)
    shown = docs.session(text)
    typed = docs.commands(shown)
    if not exact:  # each is run; what it answers is not compared
        shown = "".join(f"$ {command} #=> --regex ^\n" for command in typed)
    script.write_text(shown)
    result = run(
        "timeout", "300", "env", "LC_ALL=C", "clitest", "--color", "never",
        "--diff-options", "-uZ", "build/session.txt", cwd=folder)  # fmt: skip
    count = len(typed)
    passed = re.search(rf"^OK: {count} of {count} tests? passed", result.stdout, re.M)
    return result.returncode == 0 and bool(passed), result.stdout


def sessions():
    """The texts whole, and each chapter alone."""
    for name, path in TEXTS.items():
        text = path.read_text()
        parts = docs.chapters(text)
        if len(parts) > 1:
            yield pytest.param(text, id=name)
        for part in parts:
            yield pytest.param(part, id=f"{name}: {part.splitlines()[0]}")


@pytest.mark.parametrize("text", sessions())
def test_commands(text, project):
    passed, said = clitest(text, project(), is_reference())
    assert passed, said


@pytest.mark.parametrize("name", TEXTS)
def test_commands_that_are_not_run(name):
    found = [command for fence in fences(TEXTS[name].read_text())
             if fence.info == "sh" for command in fence.lines]  # fmt: skip
    assert found == NOT_RUN.get(name, [])


@pytest.mark.parametrize("answer, passes", [
    ("12 0x1f name", True), ("12 0x1f other", False), ("12 0x1f", False),
    ("12 0x1f name\nmore", False),
])  # fmt: skip
def test_a_wrong_answer_is_refused(tmp_path, answer, passes):
    text = f"```console\n$ echo 12 0x1f name\n{answer}\n```\n"
    assert clitest(text, tmp_path, True)[0] == passes
    assert clitest(text, tmp_path, False)[0]
    assert (docs.answer(text, tmp_path) == text) == passes


def test_answers_are_written(tmp_path):
    """In one shell, so that a variable lives on; with stderr."""
    text = ("```console\n$ a=1\n```\n\nWords.\n\n```console\n$ echo $a\nold\n"
            "$ echo b >&2\n```\n")  # fmt: skip
    new = text.replace("old", "1").replace(">&2\n", ">&2\nb\n")
    assert docs.answer(text, tmp_path) == new
    assert clitest(new, tmp_path, True)[0]


# --- Excerpts, generated parts, links -------------------------------------------


def unmarked(text):
    """Blocks of no known kind, and excerpts that say not where they are from;
    and lines named by their number, which nobody would correct."""
    wrong = []
    for fence in fences(text):
        if fence.info not in KINDS or (
                fence.info in EXCERPTS and "<!-- excerpt: " not in fence.before):
            wrong.append(f"line {fence.number}: {fence.info}")
    wrong += [line for line in prose(text).splitlines() if re.search(
        r"\blines? \d|\.(?:c|h|ld|py|sh|cfg):\d", line)]  # fmt: skip
    return wrong


@pytest.mark.parametrize("name", TEXTS)
def test_excerpts(name):
    text = TEXTS[name].read_text()
    assert unmarked(text) == []
    assert docs.quote(text) == text


@pytest.mark.parametrize("text", [
    "```c\nint a;\n```\n", "```\n$ make\n```\n", "It is said in line 7.\n",
    "In kernel.c:7 it is said.\n"])
def test_an_unmarked_block_is_refused(text):
    assert len(unmarked(text)) == 1


SOURCE = "int a;\n\n  if (a)\n    b();\n  }\n}\n"


@pytest.mark.parametrize("marks, quoted", [
    ('"int a"', "int a;\n"),
    ('"if (a" "}"', "  if (a)\n    b();\n  }\n"),
    ('"if (c"', None),
    ('"if (a" "int"', None),
])  # fmt: skip
def test_an_excerpt_is_quoted(tmp_path, marks, quoted):
    (tmp_path / "a.c").write_text(SOURCE)
    text = f"<!-- excerpt: a.c {marks} -->\n```c\nold\n```\n"
    if quoted:
        assert docs.quote(text, tmp_path) == text.replace("old\n", quoted)
    else:
        with pytest.raises(docs.DocsError, match="a.c begins with"):
            docs.quote(text, tmp_path)


@pytest.mark.parametrize("name", [
    name for name, path in TEXTS.items() if "<!-- output of:" in path.read_text()])
def test_generated_parts(name, project):
    text, copy = TEXTS[name].read_text(), project()
    assert len(docs.OUTPUT.findall(text)) == text.count("<!-- output of:")
    docs.build(copy)
    new = docs.fill(text, copy)
    assert new == text if is_reference() else new


def test_an_output_is_written(tmp_path):
    text = "<!-- output of: echo new -->\n\nold\n\n<!-- end of output -->\n"
    assert docs.fill(text, tmp_path) == text.replace("old", "new")


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
        for target in re.findall(r"\bmake(?: -s)? ([a-z][a-z0-9-]*)(?![\w./=-])", line)}


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
        r"^(?:FLAGS|LINK|(?:NO_)?PIC) *\+?= *([^#\n$]*)",
        (ROOT / "Makefile").read_text(), re.M)  # fmt: skip
    return {flag for line in found for flag in line.split()}


def test_flags():
    text = README.read_text()
    named = {flag for row in rows(text, "flag")
             for code in code_spans(row[0]) for flag in code.split()}  # fmt: skip
    assert named == flags()
    assert {"-ffreestanding", "-fno-pic", "-fpie", "-n"} <= named


def test_five_steps():
    """README's way from power-on to OK, with addresses."""
    text = section(README.read_text(), "How it works")
    assert re.findall(r"^(\d)\. ", text, re.M) == list("12345")


def test_header_is_decoded(kernel):
    """The tutorial's table of the header's bytes, in their order."""
    cells = [row[0].strip("` ").replace("the next four", "00" * 4)
             for row in rows(TUTORIAL.read_text(), "bytes")
             if re.fullmatch(r"`([0-9a-f]{2} ?)+`|the next four", row[0])]
    header = bytearray(Elf(kernel).image()[:72])
    header[56:60] = bytes(4)  # uefi_start's address, which a change may move
    assert bytes.fromhex(" ".join(cells)) == header


# --- This very kernel -----------------------------------------------------------


def test_header_and_note(kernel):
    elf = Elf(kernel)
    header = struct.pack(
        "<4I HHI HHIIIII HHI", 0xE85250D6, 0, 72, -(0xE85250D6 + 72) & 0xFFFFFFFF,
        7, 1, 8,  # EFI boot services
        10, 1, 24, 0x100000, 0xFFFFFFFF, 4096, 1,  # relocatable
        9, 1, 12)  # EFI amd64 entry address: uefi_start, padding; then the end
    assert elf.image()[: len(header)] == header
    assert elf.image()[len(header) + 4 : 72] == struct.pack("<I HHI", 0, 0, 0, 8)
    assert elf.note() == struct.pack("<III4sQ", 4, 8, 18, b"Xen", elf.entry)


def test_sizes(kernel, iso):
    loaded = sum(s.memsz for s in Elf(kernel).loads())
    assert loaded <= 238 and kernel.stat().st_size <= 984
    if is_reference():
        assert (loaded, kernel.stat().st_size) == (226, 976)
    assert iso.stat().st_size <= 5_200_000


def test_bytes_of_start(kernel):
    elf = Elf(kernel)
    at = elf.entry - elf.code().paddr
    assert elf.code().paddr == 0x100000
    assert elf.image()[at:][:14].hex(" ") == (
        "c7 05 00 80 0b 00 4f 2f 4b 2f"  # movl $0x2f4b2f4f, 0xb8000
        " fa"  # cli
        " f4 eb fd")  # hlt; jmp back to it  # fmt: skip


# --- The pictures ---------------------------------------------------------------


def test_pictures(project, tmp_path):
    """What is to be seen now is what docs/ shows, to the pixel."""
    taken = docs.pictures(project())
    for name, data in taken.items():
        (tmp_path / name).write_bytes(data)
        live = read_picture(tmp_path / name)
        shown = read_picture(ROOT / "docs" / name)
        if is_reference() or name == "bios.png":
            assert ImageChops.difference(live, shown).getbbox() is None, name
        else:
            assert_uefi_picture(shown)


def frames(path):
    """The pictures of an animated PNG."""
    with Image.open(path) as recording:
        for number in range(recording.n_frames):
            recording.seek(number)
            yield recording.convert("RGB").tobytes()


@pytest.mark.usefixtures("iso")
def test_recording(tmp_path):
    """Each frame of README's recording is what a boot shows now. A stage has
    several moments, so that not each recording catches the same ones."""
    shown = list(frames(ROOT / "docs" / "boot.png"))
    missing = set(range(len(shown)))
    for _ in range(8):
        recorded = run(sys.executable, "scripts/recording.py", tmp_path / "boot.png")
        assert recorded.returncode == 0, recorded.stdout
        seen = list(frames(tmp_path / "boot.png"))
        assert len(seen) == len(shown)
        if not is_reference():
            return
        missing -= {at for at in missing if seen[at] == shown[at]}
        if not missing:
            return
    assert not missing, "no boot shows these frames of docs/boot.png"
