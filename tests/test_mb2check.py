# SPDX-License-Identifier: 0BSD
"""mb2check: each rule, what it prints, and that no file can crash it."""

import gzip
import json
import os
import re
import struct
import subprocess

import elf_builder
import pytest
from commands import ROOT, make, own_words, path_without, run, sanitizers
from elf_builder import CASES, EFI_BS, MIB, elf, flat, header, patch, tag
from terminal import Terminal

MB2CHECK = ROOT / "mb2check"
JUDGE = sorted(path for path in MB2CHECK.glob("*.c") if path.stem not in
               ("mb2check", "fuzz", "replay"))  # fmt: skip
FINDING = re.compile(
    r"^\S+: offset (0x[0-9a-f]+): (error|violation|warning): (\S+)$", re.M)


def case_of(name):
    return next(case.data for case in CASES if case.name == name)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The checker and the fuzz target's replayer, with the sanitizers."""
    folder = tmp_path_factory.mktemp("built")
    compiler = os.environ.get("HOSTCC", "cc").split()
    for name, sources in {"mb2check": ["mb2check.c"],
                          "replay": ["replay.c", "fuzz.c"]}.items():
        result = run(
            *compiler, "-std=c17", *sanitizers(folder), "-Wall", "-Wextra",
            "-Wpedantic", "-Werror", *JUDGE,
            *(MB2CHECK / source for source in sources), "-o", folder / name)
        assert result.returncode == 0, result.stdout
    return folder


@pytest.fixture(scope="module")
def corpus():
    """build/corpus, written again: a file for each case."""
    folder = ROOT / "build" / "corpus"
    elf_builder.write(folder)
    return folder


@pytest.fixture
def check(built, tmp_path):
    """A function that runs mb2check on bytes, or on a path."""

    def check(subject, *options, **more):
        path = subject
        if isinstance(subject, bytes):
            path = tmp_path / "kernel.bin"
            path.write_bytes(subject)
        # A fixed short name, so that no message depends on tmp_path.
        result = subprocess.run(
            [built / "mb2check", *options, path.name], cwd=path.parent,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=20, **more)
        result.stderr = own_words(result.stderr)
        return result

    return check


def by_json(check, data):
    return [json.loads(line)
            for line in check(data, "--json").stdout.splitlines()]


def facts(check, data, rule):
    """What is found, by the label."""
    return {fact["label"]: fact["found"] for fact in by_json(check, data)
            if (fact["severity"], fact["rule"]) == ("fact", rule)}


def rules(output, severity):
    return sorted(rule for _, kind, rule in FINDING.findall(output)
                  if kind == severity)  # fmt: skip


def all_rules(built):
    """Each rule's name and what it asks for, as --help says."""
    text = run(built / "mb2check", "--help", check=True).stdout
    assert max(map(len, text.splitlines())) <= 80
    listed = text.partition("The rules, by the names")[2]
    return dict(re.findall(r"^  (\S+) +(\S.*)$", listed, re.M))


def replay(built, folder, files=()):
    """Calls the fuzz target with these files, or with those in the folder."""
    for number, data in enumerate(files):
        (folder / str(number)).write_bytes(data)
    paths = sorted(folder.iterdir())
    result = run(built / "replay", *paths, timeout=120)
    assert result.returncode == 0, result.stdout
    assert result.stdout == f"{len(paths)} files replayed\n"


# --- The rules ----------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_each_rule_and_no_other(check, case):
    """In words and by --json."""
    told = check(case.data)
    assert told.stderr == ""
    assert told.returncode == bool(case.errors)
    assert check(case.data, "-q", "--strict").returncode == bool(
        case.errors or case.violations)
    assert max(map(len, told.stdout.splitlines())) <= 80
    found = by_json(check, case.data)
    counts = ""
    for severity, expected in (("error", case.errors),
                               ("violation", case.violations),
                               ("warning", case.warnings)):  # fmt: skip
        assert rules(told.stdout, severity) == sorted(expected)
        assert sorted(f["rule"] for f in found
                      if f["severity"] == severity) == sorted(expected)
        counts += f", {len(expected)} {severity}{'s' * (len(expected) != 1)}"
    assert told.stdout.endswith(
        f"kernel.bin: {'bad' if case.errors else 'good'}{counts}\n")
    for block in re.split(FINDING, told.stdout)[4::4]:
        labels = re.findall(r"^    (\w+)", block, re.M)
        assert labels[:4] == ["found", "must", "why", "try"]
    assert not re.search(r"\{[a-z]+\}", told.stdout)
    for finding in found:
        assert list(finding) == [
            "file", "offset", "size", "severity", "rule", "label", "found",
            "must", "why", "try", "value", "section"]
        assert finding["offset"] + finding["size"] <= len(case.data)
        for key in ("must", "why", "try"):
            assert (finding[key] is None) == (finding["severity"] == "fact")


def test_every_rule_is_tested_and_listed(built):
    """A rule's name is in the judge's code, in its list, and in a case here."""
    source = "".join(path.read_text() for path in JUDGE)
    said = {name for call in re.findall(
        r"(?:ERROR|VIOLATION|WARNING|TELL|CUT_OFF|BY_HAND)\((.*?);", source, re.S)
        for name in re.findall(r'\.rule\s*=\s*"([^"]+)"', call)}  # fmt: skip
    tested = {rule for case in CASES
              for rule in case.errors + case.violations + case.warnings}
    assert len(said) > 40
    assert said == tested == set(all_rules(built))


@pytest.mark.parametrize("name, lines", [
    ("checksum",
     ["kernel.bin: offset 0x84: error: checksum",
      "    found  the checksum is 0x12345678", "    must   be 0x17adaf12"]),
    ("length-short",
     ["kernel.bin: offset 0x80: violation: header-length",
      "    found  header_length is 24",
      "    must   be 32: all bytes up to the end tag's end"]),
    ("header-at-4",
     ["    found  the header begins at offset 0x7c, which is not a multiple of 8",
      "    must   begin at a multiple of 8, such as 0x80"]),
    ("multiboot1",
     ["    try    load it by `multiboot` instead of `multiboot2` in grub.cfg, "
      "or give", "           it a Multiboot2 header"]),
    # The cause, where advice on the effect would make matters worse.
    ("tag-unpadded",
     ["    found  the end tag begins 28 bytes after the header's beginning",
      "    must   begin 32 bytes after it, at a multiple of 8"]),
    ("end-tag-late",
     ["    found  the end tag begins 28 bytes after the header's beginning",
      "    must   begin 24 bytes after it, at a multiple of 8",
      "    try    remove the 4 bytes before the end tag"]),
    ("mistyped-with-right-checksum",
     ["    found  the header's magic number is 0xe85250db",
      "    must   be 0xe85250d6"]),
    ("tag-is-information",
     ["    try    type 17 (EFI memory map) is one of 3.6, what the loader "
      "passes to the", "           kernel; to ask for it, put 17 into an "
      "information request tag (type", "           1)"]),
    ("tag-8-and-framebuffer",
     ["    found  tag 8 (EFI i386 entry address) is required",
      "    must   have flags = 1, or be left out"]),
    ("segment-with-headers",
     ["    try    the linker put the file's own headers into the segment, "
      "before . =", "           1M: link with -n, or with "
      "-z max-page-size=4096"]),
    ("gzip",
     ["    try    judge the contents: zcat FILE | mb2check -"]),
    ("entry-not-executable",
     ["kernel.bin: offset 0x18: violation: entry",
      "    why    the loader jumps there (ELF, e_entry)"]),
    ("entry-physical",
     ["    try    this is where a segment is loaded (p_paddr), but GRUB looks "
      "the ELF"]),
    ("pvh-with-property",
     ["    found  p_align of the PVH note's segment is 8",
      "    must   be 4"]),
])  # fmt: skip
def test_words(check, name, lines):
    output = check(case_of(name)).stdout.splitlines()
    assert [line for line in lines if line not in output] == []


MULTIBOOT1 = struct.pack("<3I", elf_builder.MULTIBOOT1, 0,
                         -elf_builder.MULTIBOOT1 & 0xFFFFFFFF)  # fmt: skip


@pytest.mark.parametrize("data, bios, uefi, qemu", [
    (elf(), "at 0x100018, in 32-bit mode", "and without a screen",
     "no: a PVH note is missing"),
    (case_of("framebuffer"), "at 0x100030", "tags 7 and 9 are missing", "no: "),
    (case_of("all-tags"), "at 0x1000c0, in 32-bit mode",
     "at 0x1000c0, in 64-bit mode, boot services on", "no: "),
    (case_of("console-required"), "at 0x100028", "no: a console is required",
     "no: "),
    (elf(header(tag(4, 3), tag(4, 2))), "at 0x100038",
     "no: a console is required", "no: "),
    (case_of("flat-uefi-only"), "no: an entry address tag is missing",
     "at 0x100050, in 64-bit mode", "no: "),
    (elf_builder.pvh(), "at 0x100018", "in 32-bit mode",
     "at 0x100018, in 32-bit mode, by its PVH note"),
    (case_of("pvh-twice"), "at ", "at ", "at 0x100018, in 32-bit mode"),
    (case_of("pvh-with-property"), "at ", "at ",
     "no: it misreads the PVH note, since p_align is 8"),
    (elf(bits=32, tail=MULTIBOOT1), "at ", "at ", "by its Multiboot 1 header"),
    (elf(tail=MULTIBOOT1), "at ", "at ", "takes no ELF64 file"),
])  # fmt: skip
def test_entries(check, data, bios, uefi, qemu):
    told = facts(check, data, "entry")
    assert bios in told["GRUB on BIOS"]
    assert uefi in told["GRUB on UEFI"]
    assert qemu in told["qemu -kernel"]


RUNS = "at 0x100070, in 32-bit mode"
OLD = RUNS + "; 7.0.3 to 9.2.1 refuse tag 9 without tag 3 before it"
SCREEN = RUNS + "; the screen is in graphics mode"
ACPI = RUNS + "; refused where the PC lacks that ACPI table"
INFO = ("no: tag 1 requires information %d, which Limine does not provide; "
        "make it optional")
MAGIC = "no: Limine stops at this magic number, before the header"
ENTRY3, ENTRY9 = tag(3, MIB + 112), tag(9, MIB + 112)


# Tags, or a whole file; the line on BIOS; that on UEFI, if it differs in more
# than "boot services ended". What GRUB refuses, such as tag 8 or an unknown one
# that is required, information above 21, or a size of 0, has no lines.
@pytest.mark.parametrize("data, bios, uefi", [(*row, None)[:3] for row in [
    (patch(elf(at=136), 120, "<Q", elf_builder.MAGIC), MAGIC),
    (patch(elf(at=136), 120, "16s", header(architecture=4)[:16]), MAGIC),
    (elf(header(tag(7), length=16)), "at 0x100020, in 32-bit mode"),
    (elf(header(tag(6), length=28)), "at 0x100020, in 32-bit mode"),
    (elf(header(end=tag(0, flags=1, size=0))), "at 0x100018, in 32-bit mode"),
    (case_of("end-by-zeros"), "at 0x100028, in 32-bit mode"),
    ([tag(6), tag(6), tag(77, 1, flags=1)], RUNS),
    (elf(header(length=0x1000)),
     "no: header_length ends after the file; count the header alone"),
    (elf(header(tag(1, 1, 3), length=24)),
     "no: tag 1 ends after header_length; count it there"),
    ([ENTRY9], OLD), ([tag(9, MIB + 112, flags=1)], OLD),
    ([ENTRY9, ENTRY3], OLD), ([ENTRY3, ENTRY9], RUNS),
    ([EFI_BS, tag(8, 7, flags=1)], RUNS),
    ([tag(7)], "no: tag 7 is required: Limine ends the boot services; make it "
     "optional"),
    *(([tag(1, n)], INFO % n) for n in (5, 7, 10, 18)),
    *(([tag(1, n)], INFO % n, RUNS) for n in (11, 12, 17, 19, 20)),
    ([tag(1, 14)], ACPI), ([tag(1, 15)], ACPI),
    ([tag(1, 16, 21), tag(1, 5, 11, flags=1)], RUNS),
    ([tag(4, 2)], RUNS), ([tag(4, 3), tag(1, 8)], RUNS),
    ([tag(4, 3), tag(5, 0, 0, 0)], SCREEN), ([tag(5, 800, 600, 32)], SCREEN),
    ([tag(4, 3), tag(1, 8, flags=1)], RUNS, "no: tag 4 requires a console, and "
     "UEFI has no text screen; add a framebuffer tag"),
    *(([tag(10, low, MIB + 240, align, preference)], RUNS)
      for low, align, preference in (
        (MIB, 1, 1), (MIB, 3, 1), (MIB, 8, 2), (MIB, 8, 3), (0, 8, 1))),
    ([tag(10, MIB, 2 * MIB, 0, 1)], "no: tag 10 has align 0; make it 4096"),
    (case_of("flat-uefi-only"),
     "no: tag 2 needs an entry address tag (type 3) too"),
    (case_of("gzip"), "no: the file is compressed with gzip"),
    (elf(bits=32), "at 0x100018, in 32-bit mode"),
    (flat(), "at 0x100040, in 32-bit mode"),
    (case_of("first-640-kib"), "at 0x10018, in 32-bit mode"),
]])  # fmt: skip
def test_limine(check, data, bios, uefi):
    file = data if isinstance(data, bytes) else elf(
        header(*data), at=0x78, code=bytes(96), entry=MIB + 112)
    for platform, line in (("BIOS", bios), ("UEFI", (uefi or bios).replace(
            "32-bit mode", "32-bit mode, boot services ended"))):
        fact, = (fact for fact in by_json(check, file)
                 if fact["label"] == f"Limine on {platform}")
        assert fact["found"] == line
        if line.startswith("at "):
            assert line.startswith(f"at {fact['value']:#x},")
        elif file is not data:
            assert fact["offset"] == 0x88  # the first tag's


@pytest.mark.parametrize("number, words", [
    (0, "0, 32-bit x86"), (4, "4, 32-bit MIPS"), (16, "16")])  # fmt: skip
def test_architecture(check, number, words):
    data = elf(header(architecture=number))
    assert facts(check, data, "header")["architecture"] == words
    assert bool(facts(check, data, "entry")) == (number == 0)


def test_the_lies_of_grub_file(corpus, built):
    """grub-file says yes to all of these, and GRUB refuses them."""
    lies = ["architecture-16", "tag-unpadded", "tag-unknown", "tag-8-required"]
    for lie in lies:
        assert run("grub-file", "--is-x86-multiboot2",
                   corpus / lie).returncode == 0, lie
        assert run(built / "mb2check", "-q", corpus / lie).returncode == 1


@pytest.mark.parametrize("name", [
    "elf32", "all-tags", "higher-half", "last-place", "low-but-relocatable",
    "flat-with-bss", "flat-in-elf"])  # fmt: skip
def test_grub_boots_what_is_good(boot_by, tmp_path, name):
    """The small kernels do nothing but halt."""
    data = case_of(name)
    (tmp_path / "kernel.bin").write_bytes(data)
    result = run("scripts/mkiso.sh", tmp_path / "kernel.bin",
                 "grub/grub.cfg", tmp_path / "os.iso")
    assert result.returncode == 0, result.stdout
    pc = boot_by("bios", tmp_path, seconds=30)
    pc.wait_for(pc.stopped, "the CPU to halt")
    assert MIB < pc.registers().pointer < 2 * MIB


# --- This project's kernel ----------------------------------------------------


def test_our_kernel_is_good(check, kernel):
    result = check(kernel)
    assert result.returncode == 0
    assert rules(result.stdout, "warning") == []
    for text in ("Multiboot2 header", "address        0x100000",
                 "architecture   0, 32-bit x86",
                 "tag 9: EFI amd64 entry address, optional",
                 "preference     1, lowest address",
                 "class          2, 64 bits",
                 "e_entry        0x1000", "segment 0, executable",
                 "PVH note"):  # fmt: skip
        assert text in result.stdout, result.stdout
    assert "GRUB on UEFI   at" in result.stdout
    assert result.stdout.endswith(
        "kernel.bin: good, 0 errors, 0 violations, 0 warnings\n")
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert check(kernel, "-q").stdout == ""


def test_make_deletes_a_bad_kernel(project):
    """What Ubuntu's gcc makes by itself, with a line that many scripts have."""
    copy = project(("linker.ld", "KEEP(*(.note.Xen))", "KEEP(*(.note.*))"),
                   ("-fcf-protection", "full"))
    result = run("make", cwd=copy)
    assert result.returncode == 2
    assert not (copy / "build" / "kernel.bin").exists()
    assert rules(result.stdout, "violation") == ["pvh-note"], result.stdout


def test_a_wrong_magic_number_cannot_mislead_both(project):
    copy = project(("multiboot2.h", "0xe85250d6", "0xe85250d7"))
    result = run("make", cwd=copy)
    assert result.returncode == 2
    assert "the magic number in multiboot2.h must be that of" in result.stdout


def test_make_shows_a_warning_and_goes_on(project):
    copy = project(("linker.ld", "FLAGS(5)", "FLAGS(7)"))
    assert "warning: segment-wx" in make("LDFLAGS=--no-warn-rwx-segments",
                                         cwd=copy)
    assert (copy / "build" / "kernel.bin").exists()


# --- Malformed files ----------------------------------------------------------


def test_corpus(built, corpus):
    replay(built, corpus)


@pytest.mark.parametrize("name", ["pvh", "elf32", "flat"])
def test_cut_off_at_every_length(built, tmp_path, name):
    data = case_of(name)
    replay(built, tmp_path, [data[:size] for size in range(len(data))])


def test_cut_off_kernels_are_bad(check, kernel):
    data = kernel.read_bytes()
    for size in [*range(0, len(data), 23), len(data) - 1]:
        result = check(data[:size], "-q")
        assert result.returncode == 1, size
        assert result.stderr == ""


@pytest.mark.parametrize("name", ["pvh", "elf32", "all-tags", "flat"])
def test_every_byte_of_the_header_wrong(built, tmp_path, name):
    data = case_of(name)
    replay(built, tmp_path, [
        patch(data, at, "B", data[at] ^ flip)
        for at in range(min(len(data), 0x180)) for flip in (0x01, 0x80, 0xFF)])


@pytest.mark.parametrize("form", ["<H", "<I", "<Q"])
def test_largest_numbers_everywhere(built, tmp_path, form):
    data, step = elf_builder.pvh(), struct.calcsize(form)
    largest = 256**step - 1
    replay(built, tmp_path, [
        patch(data, at, form, value) for at in range(0, len(data) - 8, step)
        for value in (largest, largest // 2, largest - 7)])


def test_many_of_everything(built, tmp_path):
    """No quadratic hang: as many tags, segments and notes as there can be."""
    segment, notes = elf_builder.segment, elf_builder.note(0, size=8) * 5000
    replay(built, tmp_path, [
        elf(header(tag(1, size=8) * 4000)),
        elf(header(tag(1, *range(8000)))),
        struct.pack("<I", elf_builder.MAGIC) * 65536,
        elf(segments=[segment()] * 580),
        elf(bits=32, segments=[segment(MIB + 64 * n) for n in range(1000)]),
        elf(tail=notes, segments=[segment(kind=4, filesz=len(notes))] * 500),
        elf(sections=[elf_builder.HEADER_SECTION] * 6000)])


# --- The command line ---------------------------------------------------------


@pytest.mark.parametrize("arguments", [
    [], ["-q"], ["--"], ["-x", "kernel.bin"], ["--quiet"], ["--ignore"],
    ["--strict", "--ignore", "entry"]])  # fmt: skip
def test_wrong_usage(built, arguments):
    result = subprocess.run([built / "mb2check", *arguments], text=True,
                            capture_output=True)  # fmt: skip
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Usage: mb2check [OPTION]... FILE..." in result.stderr


def test_ignore(check, built):
    both = elf(header(tag(5, 800, 600, 32)),
               segments=[elf_builder.segment(flags=7)])
    assert rules(check(both).stdout, "warning") == ["framebuffer", "segment-wx"]
    result = check(both, "--ignore", "framebuffer")
    assert rules(result.stdout, "warning") == ["segment-wx"]
    result = check(both, "-q", "--ignore", "framebuffer", "--ignore",
                   "segment-wx")  # fmt: skip
    assert (result.returncode, result.stdout) == (0, "")
    # A violation too; an error never.
    assert check(case_of("tag-flags"), "-q", "--strict", "--ignore",
                 "tag-flags").returncode == 0
    result = check(case_of("checksum"), "--ignore", "checksum")
    assert (result.returncode, rules(result.stdout, "error")) == (
        1, ["checksum"])
    result = check(both, "--ignore", "frame-buffer")
    assert (result.returncode, result.stdout) == (2, "")
    assert "no such rule: frame-buffer" in result.stderr
    for rule in all_rules(built):
        assert f" {rule}" in result.stderr


def test_standard_input(built):
    """A pipe, as zcat's."""

    def judge(data, *arguments):
        return subprocess.run([built / "mb2check", *arguments], input=data,
                              stdout=subprocess.PIPE)

    assert judge(elf(), "-q", "-").returncode == 0
    result = judge(case_of("checksum"), "-q", "-")
    assert result.returncode == 1
    assert result.stdout.startswith(b"-: offset 0x84: error: checksum\n")


def test_json_names_every_byte_of_the_header(check):
    """So that a page can colour them: each has one field, with its section."""
    data = case_of("all-tags")
    length = struct.unpack_from("<I", data, 120 + 8)[0]
    named = {}
    for fact in by_json(check, data):
        if fact["label"] and fact["rule"] in ("header", "tag"):
            for at in range(fact["offset"], fact["offset"] + fact["size"]):
                assert at not in named, fact
                assert fact["section"].startswith("Multiboot2 3.1.")
                named[at] = fact["label"]
    assert sorted(named) == list(range(120, 120 + length))


def test_json_of_odd_names(built, tmp_path):
    name = b'a "b" \\ \xc3\xa4 \xff \n.bin'
    with open(os.path.join(os.fsencode(tmp_path), name), "wb"):
        pass
    output = subprocess.run(
        [built / "mb2check", "--json", name], cwd=tmp_path,
        stdout=subprocess.PIPE).stdout
    assert json.loads(output)["file"] == 'a "b" \\ \xe4 \ufffd \n.bin'


def test_version(built):
    result = run(built / "mb2check", "--version")
    assert result.returncode == 0
    assert re.fullmatch(r"mb2check \d+\.\d+ \(GRUB 2.06 to 2.14\)\n",
                        result.stdout)


def test_install(project):
    """With a space in the path; the manual has the words of --help."""
    copy = project()
    place = copy / "root of a package"
    make("install-mb2check", f"DESTDIR={place}", "PREFIX=/opt", cwd=copy)
    assert sorted(str(path.relative_to(place)) for path in
                  place.rglob("*") if path.is_file()) == [
        "opt/bin/mb2check", "opt/share/man/man1/mb2check.1"]  # fmt: skip
    program = place / "opt/bin/mb2check"
    assert os.access(program, os.X_OK)
    assert run(program, "-q", copy / "build/mb2check").returncode == 1
    manual = run("man", "-l", place / "opt/share/man/man1/mb2check.1",
                 env={**os.environ, "MANWIDTH": "80"}).stdout  # fmt: skip
    shown = " ".join(manual.split())
    for words in ("--strict", "a violation makes a file bad, as an error does",
                  "tag-unsupported", "Exit status"):  # fmt: skip
        assert words.lower() in shown.lower(), manual


def test_install_without_help2man(project, tmp_path):
    copy = project()
    output = make("install-mb2check", f"PREFIX={tmp_path}/place", cwd=copy,
                  env=path_without(tmp_path, "help2man"))
    assert "without its manual page: for that, install help2man" in output
    assert (tmp_path / "place/bin/mb2check").exists()
    assert not (tmp_path / "place/share/man/man1/mb2check.1").exists()


def test_trouble_with_files(built, tmp_path):
    (tmp_path / "good").write_bytes(elf())
    (tmp_path / "bad").write_bytes(b"")
    (tmp_path / "-q").write_bytes(elf())

    def status(*arguments):
        result = run(built / "mb2check", *arguments, cwd=tmp_path)
        return result.returncode, result.stdout

    assert status("absent") == (
        2, "mb2check: absent: No such file or directory\n")
    assert status(".") == (2, "mb2check: .: Is a directory\n")
    assert status("good", "bad")[0] == 1
    assert status("bad", "absent", "good")[0] == 2
    assert status("good", "good")[0] == 0
    assert status("-q", "--", "-q") == (0, "")
    assert status("/dev/zero") == (2, "mb2check: /dev/zero: File too large\n")


def test_full_disk(built, corpus):
    for name, arguments in (("elf64", []), ("text", ["-q"]), ("", ["--help"])):
        with open("/dev/full", "w") as full:
            result = subprocess.run(
                [built / "mb2check", *arguments, corpus / name], stdout=full,
                stderr=subprocess.PIPE, text=True)  # fmt: skip
        assert result.returncode == 2, name
        assert "cannot write the result: No space left" in result.stderr


def on_terminal(*command):
    """What a command prints on a terminal."""
    terminal = Terminal(*command, cwd=ROOT)
    terminal.end()
    return terminal.seen.decode()


def test_colour(built, corpus, check):
    for name, code in (("elf64", 32), ("framebuffer", 33), ("checksum", 31)):
        judged = built / "mb2check", corpus / name
        unset = "env", "-u", "NO_COLOR"
        assert f"\033[1;{code}m" in on_terminal(*unset, *judged)
        assert "\033" in on_terminal("env", "NO_COLOR=", *judged)
        assert "\033" not in on_terminal("env", "NO_COLOR=1", *judged)
        assert "\033" not in on_terminal(*unset, "TERM=dumb", *judged)
        assert "\033" not in check(corpus / name).stdout


def test_file_names(built, tmp_path):
    """A name cannot send commands to the terminal; a long one, or one with
    blanks, does not break the line that other programs look for."""
    name = "a long " * 14 + "\033[31m\n.bin"
    (tmp_path / name).write_bytes(b"")
    output = run(built / "mb2check", name, cwd=tmp_path).stdout
    assert "\033" not in output
    shown = "a long " * 14 + "?[31m?.bin"
    assert output.startswith(shown + ": offset 0x0: error: no-header\n")


# --- Others who call the judge ------------------------------------------------


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_judge_needs_no_library(tmp_path, compiler):
    """Freestanding, for a boot loader."""
    for source in JUDGE:
        result = run(compiler, "-std=c17", "-ffreestanding", "-nostdlib",
                     "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
                     "-Werror", "-c", source, "-o",
                     tmp_path / f"{source.stem}.o")
        assert result.returncode == 0, result.stdout
    objects = sorted(tmp_path.glob("*.o"))
    result = run("ld", "-r", *objects, "-o", tmp_path / "all.o")
    assert result.returncode == 0, result.stdout
    missing = run("nm", "-u", tmp_path / "all.o").stdout.split()[1::2]
    # What every compiler may call, even freestanding.
    assert set(missing) <= {"memcpy", "memset"}
