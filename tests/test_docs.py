# SPDX-License-Identifier: 0BSD
"""README.md and docs/*.md, besides what `scripts/docs.py --check` compares, which
says how the texts are written.

README.md besides: `make TARGET` for every target; a
table whose first column is "file", with every file but itself and those whose
names begin with a dot; and one whose first column is "flag", with every flag.
"""

import collections
import re

import docs
import pytest
from commands import ROOT, run, targets
from docs import is_reference
from elf import Elf
from PIL import ImageChops
from screens import assert_uefi_picture, read_picture

pytestmark = pytest.mark.docs

README = ROOT / "README.md"
TUTORIAL = ROOT / "docs" / "tutorial.md"
TEXTS = {path.name: path for path in docs.TEXTS}

KINDS = {"console", "sh", "makefile", "text"}  # besides excerpts

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.M | re.S)


# --- What a text is made of -----------------------------------------------------


def prose(text):
    """The text without its blocks."""
    return FENCE.sub("", text)


def rows(text, first):
    """The rows of the tables whose first column has that heading."""
    tables = re.findall(rf"^\| *{first} *\|.*\n\|[-|: ]+\n((?:\|.*\n)+)", text, re.M)
    return [[cell.strip() for cell in row.strip("|").split(" | ")]
            for table in tables for row in table.splitlines()]  # fmt: skip


CODE = r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)"


def code_spans(text):
    return [code for _, code in re.findall(CODE, prose(text))]


# --- Console blocks -------------------------------------------------------------


@pytest.mark.parametrize("text", [
    pytest.param(part, id=f"{name}: {part.splitlines()[0]}")
    for name, path in TEXTS.items() for part in docs.chapters(path.read_text())])
def test_each_chapter_alone(text, project):
    new = docs.answer(text, project())
    assert new == text or not is_reference()


def test_a_wrong_answer_is_seen(tmp_path):
    """The commands run in one shell, so that a variable lives on."""
    text = "```console\n$ a=1\n```\n\n```console\n$ echo $a\n1\n$ echo b >&2\nb\n```\n"
    assert docs.answer(text, tmp_path) == text
    assert docs.answer(text.replace("\n1\n", "\n2\n"), tmp_path) == text


# --- Excerpts, generated parts, links -------------------------------------------


def unmarked(text):
    """Blocks of no known kind, and code that does not say where it is from; a
    block without an end; and line numbers, which nobody would correct."""
    wrong = [kind for kind, _ in FENCE.findall(docs.EXCERPT.sub("", text))
             if kind not in KINDS]  # fmt: skip
    return wrong + [line for line in prose(text).splitlines() if re.search(
        r"^```|\blines? \d|\.(?:c|h|ld|py|sh|cfg):\d", line)]  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_blocks_are_marked(name):
    assert unmarked(TEXTS[name].read_text()) == []


def anchors(text):
    """The headings' names in links, by the rule of the common forges."""
    names = collections.Counter()
    for title in re.findall(r"^#+ (.*)", prose(text), re.M):
        slug = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        yield f"{slug}-{names[slug]}" if names[slug] else slug
        names[slug] += 1


def wrong_links(text, path):
    """Links whose target does not exist."""
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


@pytest.mark.parametrize("path", [README, *sorted(TUTORIAL.parent.glob("*.md"))],
                         ids=lambda path: path.name)  # fmt: skip
def test_links(path):
    assert wrong_links(path.read_text(), path) == []


def test_a_wrong_link_is_seen():
    good = ["Makefile", "#a-title", "README.md#limits"]
    wrong = ["#the-title", "README.md#the-title", "docs/none.md", "http://localhost"]
    text = "# A title\n" + "".join(f"[a]({link})\n" for link in good + wrong)
    assert wrong_links(text, README) == wrong


# --- What the texts say of the project ------------------------------------------


def told(text):
    """The targets that a text tells its reader to make."""
    typed = [line for kind, body in FENCE.findall(text) for line in body.splitlines()
             if kind == "sh" or line.startswith("$ ")]  # fmt: skip
    return {
        target for line in code_spans(text) + typed
        for target in re.findall(r"\bmake(?: -s)? ([a-z][a-z0-9-]*)(?![\w./=-])", line)}


@pytest.mark.parametrize("name", TEXTS)
def test_targets_exist(name):
    assert told(TEXTS[name].read_text()) - targets() == set()


def test_every_target_is_in_the_readme():
    text = README.read_text()
    named = told(text) | ({"kernel"} if "make" in code_spans(text) else set())
    assert targets() - named == set()


def test_map():
    cells = [row[0] for row in rows(README.read_text(), "file")]
    names = {name.rstrip("/") for cell in cells for name in code_spans(cell)}
    files = set(run("git", "ls-files", check=True).stdout.splitlines())
    folders = {file[:at] for file in files
               for at, letter in enumerate(file) if letter == "/"}  # fmt: skip
    assert names - files - folders == set(), "not there"
    here = {file.split("/")[0] for file in files if not file.startswith(".")}
    named = {name.split("/")[0] for name in names}
    assert here - named - {"README.md"} == set(), "not named"


def test_flags():
    """README explains the Makefile's flags for compiler and linker."""
    text = (ROOT / "Makefile").read_text()
    found = re.findall(r"^(?:FLAGS|LINK|(?:NO_)?PIC) *\+?= *([^#\n$]*)", text, re.M)
    named = {flag for row in rows(README.read_text(), "flag")
             for code in code_spans(row[0]) for flag in code.split()}  # fmt: skip
    assert named == set(" ".join(found).split())
    assert {"-ffreestanding", "-fno-pic", "-fpie", "-n"} <= named


def test_header_is_decoded(kernel):
    """The tutorial's table of the header's bytes, in their order."""
    cells = [row[0].strip("` ").replace("the next four", "00" * 4)
             for row in rows(TUTORIAL.read_text(), "bytes")
             if re.fullmatch(r"`([0-9a-f]{2} ?)+`|the next four", row[0])]
    header = bytearray(Elf(kernel).image()[:72])
    header[56:60] = bytes(4)  # uefi_start's address, which a change may move
    assert bytes.fromhex(" ".join(cells)) == header


# --- This very kernel -----------------------------------------------------------


def test_sizes(kernel, iso):
    loaded = sum(s.memsz for s in Elf(kernel).loads())
    assert loaded <= 238 and kernel.stat().st_size <= 984
    if is_reference():
        assert (loaded, kernel.stat().st_size) == (226, 976)
    assert iso.stat().st_size <= 5_200_000


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
