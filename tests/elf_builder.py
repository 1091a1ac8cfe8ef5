# SPDX-License-Identifier: 0BSD
"""Builds small kernels byte by byte, good ones and ones that break a rule.

Usage: elf_builder.py FOLDER writes them all to FOLDER, as the fuzzer's corpus.
"""

import collections
import gzip
import pathlib
import struct
import sys

MAGIC, BOOT_MAGIC, MULTIBOOT1 = 0xE85250D6, 0x36D76289, 0x1BADB002
LOAD, NOTE = 1, 4
X, W, R = 1, 2, 4
MIB = 0x100000
CODE = b"\xfa\xf4\xeb\xfd" + bytes(12)  # cli; hlt; jmp to the hlt


def pad(data, align=8):
    return data + bytes(-len(data) % align)


def tag(kind, *fields, flags=0, size=None):
    """A header tag with 32-bit fields, padded to 8 bytes."""
    data = struct.pack("<%dI" % len(fields), *fields)
    size = 8 + len(data) if size is None else size
    return pad(struct.pack("<HHI", kind, flags, size) + data)


END = tag(0)
EFI_BS = tag(7, flags=1)
RELOCATABLE = tag(10, MIB, 0xFFFFFFFF, 4096, 1, flags=1)


def header(*tags, magic=MAGIC, architecture=0, length=None, checksum=None,
           end=END):
    tags = b"".join(tags) + end
    length = 16 + len(tags) if length is None else length
    if checksum is None:
        checksum = -(magic + architecture + length) & 0xFFFFFFFF
    return struct.pack("<4I", magic, architecture, length, checksum) + tags


def segment(paddr=MIB, kind=LOAD, flags=R | X, offset=None, filesz=None,
            memsz=None, vaddr=None, align=8):
    """A program header; None means: the value for the header and the code."""
    return dict(kind=kind, flags=flags, offset=offset, paddr=paddr,
                vaddr=paddr if vaddr is None else vaddr, filesz=filesz,
                memsz=memsz, align=align)


def section(name, kind=1, flags=0, addr=0, offset=None, size=None):
    """A section header; None means: the value for the Multiboot2 header."""
    return dict(name=name, kind=kind, flags=flags, addr=addr, offset=offset,
                size=size)


HEADER_SECTION = section(".multiboot_header", flags=2, addr=MIB)


def elf(head=None, bits=64, at=None, code=CODE, segments=None, sections=None,
        entry=None, tail=b"", **fields):
    """An ELF file: ELF header, program headers, at offset `at` the Multiboot2
    header, code and `tail`, and the section headers. `fields` overwrites
    fields of the ELF header."""
    head = header() if head is None else head
    segments = [segment()] if segments is None else segments
    sections = [HEADER_SECTION] if sections is None else sections
    wide = bits == 64
    ehsize, phentsize, shentsize = (64, 56, 64) if wide else (52, 32, 40)
    if at is None:
        at = len(pad(bytes(ehsize + phentsize * len(segments))))
    body = pad(head) + code
    entry = MIB + len(pad(head)) if entry is None else entry

    table = b""
    for s in segments:
        offset = at if s["offset"] is None else s["offset"]
        filesz = len(body) if s["filesz"] is None else s["filesz"]
        memsz = filesz if s["memsz"] is None else s["memsz"]
        extent = offset, s["vaddr"], s["paddr"], filesz, memsz
        table += (
            struct.pack("<2I6Q", s["kind"], s["flags"], *extent, s["align"])
            if wide else
            struct.pack("<8I", s["kind"], *extent, s["flags"], s["align"]))

    names, headers = b"\0", bytes(shentsize)
    shstrtab = at + len(body) + len(tail)
    for s in [*sections, section(".shstrtab", kind=3, offset=shstrtab)]:
        last = s["name"] == ".shstrtab"
        name, names = len(names), names + s["name"].encode() + b"\0"
        offset = at if s["offset"] is None else s["offset"]
        size = len(head) if s["size"] is None else s["size"]
        size = len(names) if last else size
        headers += struct.pack(
            "<2I4Q2I2Q" if wide else "<10I", name, s["kind"], s["flags"],
            s["addr"], offset, size, 0, 0, 8, 0)

    e = dict(type=2, machine=62 if wide else 3, version=1, entry=entry,
             phoff=ehsize, shoff=shstrtab + len(pad(names)), flags=0,
             ehsize=ehsize, phentsize=phentsize, phnum=len(segments),
             shentsize=shentsize, shnum=len(sections) + 2,
             shstrndx=len(sections) + 1, elf_class=2 if wide else 1, data=1)
    e.update(fields)
    start = b"\x7fELF" + bytes((e.pop("elf_class"), e.pop("data"), 1)) + bytes(9)
    start += struct.pack("<2HI3QI6H" if wide else "<2HI3II6H", *e.values())
    start = (start + table).ljust(at, b"\0")
    return start + body + tail + pad(names) + headers


def flat(load_addr=MIB, load_end=0, bss_end=0, header_addr=None, entry=None,
         before=b"", tags=None, code=CODE):
    """A flat binary: bytes, the Multiboot2 header with an address tag, code."""
    header_addr = MIB + len(before) if header_addr is None else header_addr
    entry = MIB + len(before) + 64 if entry is None else entry
    tags = [tag(3, entry)] if tags is None else tags
    head = header(tag(2, header_addr, load_addr, load_end, bss_end), *tags)
    return before + head.ljust(64, b"\x90") + code


def note(entry=None, size=8, kind=18, name=b"Xen\0"):
    desc = b"" if entry is None else entry.to_bytes(8, "little")
    return struct.pack("<3I", len(name), size, kind) + name + pad(desc, 4)


def pvh(entry=MIB + 24, align=4, before=b"", **options):
    """An ELF file with a note in a segment of its own, after the code."""
    data = before + note(entry, **options)
    at = 64 + 2 * 56
    here = at + 24 + len(CODE)
    return elf(at=at, tail=data, segments=[
        segment(filesz=24 + len(CODE) + len(data)),
        segment(kind=NOTE, flags=R, offset=here, filesz=len(data),
                align=align)])


def patch(data, offset, form, value):
    data = bytearray(data)
    struct.pack_into(form, data, offset, value)
    return bytes(data)


# .note.gnu.property, which compilers write for -fcf-protection.
PROPERTY = struct.pack("<3I4s3IQ", 4, 16, 5, b"GNU\0", 0xC0000002, 4, 3, 0)[:32]

# An entry tag without padding, and after it, 4 bytes too early, the end tag.
UNPADDED = header(tag(3, MIB + 40)[:12], end=END + bytes(4), length=36)

# What mb2check must report about the data: names of rules, by severity.
Case = collections.namedtuple("Case", "name data errors violations warnings")

CASES = []


def good(name, data, *warnings):
    CASES.append(Case(name, data, [], [], list(warnings)))


def violation(name, data, *violations, warnings=()):
    CASES.append(Case(name, data, [], list(violations), list(warnings)))


def bad(name, data, *errors, violations=(), warnings=()):
    CASES.append(Case(name, data, list(errors), list(violations),
                      list(warnings)))


# --- Good ones ----------------------------------------------------------------

good("elf64", elf())
good("elf32", elf(bits=32))
good("dyn", elf(type=3))
good("all-tags", elf(header(
    tag(1, 1, 3, 6, 8, 21), tag(1, 99, flags=1), tag(3, MIB + 192), tag(4, 2),
    tag(6), EFI_BS, tag(8, MIB + 192, flags=1), tag(9, MIB + 192, flags=1),
    RELOCATABLE), code=CODE * 4, entry=MIB + 176))
good("unknown-optional-tag", elf(header(tag(77, 1, 2, flags=1))))
good("unloaded-header", elf(segments=[
    segment(offset=120 + 24, filesz=len(CODE))], entry=MIB))
good("higher-half", elf(segments=[segment(vaddr=0xFFFFFFFF80100000)],
                        entry=0xFFFFFFFF80100018))
good("last-place", elf(at=32768 - 24))
good("low-but-relocatable", elf(
    header(RELOCATABLE), segments=[segment(0)], entry=48))
good("flat", flat())
good("flat-whole-file", flat(load_addr=0xFFFFFFFF, before=bytes(32)))
good("flat-with-bss", flat(load_end=MIB + 80, bss_end=MIB + 0x9000))
good("flat-inside", flat(header_addr=MIB + 8, before=bytes(16),
                         entry=MIB + 8 + 64))
good("flat-in-elf", elf(header(tag(2, MIB, MIB, 0, 0), tag(3, MIB + 64)),
                        entry=0))
good("pvh", pvh())
good("pvh-32", pvh(size=4))
good("other-note", pvh(kind=1, size=8))
good("magic-twice", elf(tail=struct.pack("<Q", MAGIC)))
good("magic-by-chance-before", patch(elf(at=136), 120, "<I", MAGIC))

# --- Good ones with warnings --------------------------------------------------

good("console-required", elf(header(tag(4, 3))), "console")
good("framebuffer", elf(header(tag(5, 800, 600, 32))), "framebuffer")
good("efi-entry-alone", elf(header(tag(9, MIB + 48, flags=1))), "efi-entry")
good("writable-and-executable", elf(segments=[segment(flags=7)]), "segment-wx")
good("first-640-kib", elf(segments=[segment(0x10000)], entry=0x10018),
     "segment-low")
good("empty-segment", elf(header(RELOCATABLE), segments=[
    segment(), segment(0, flags=R | W, filesz=0)]), "segment-empty")
good("flat-uefi-only", flat(tags=[EFI_BS, tag(9, MIB + 80, flags=1)],
                            code=bytes(32)), "address-entry")

# --- No header ----------------------------------------------------------------

bad("empty", b"", "no-header")
bad("text", b"# not a kernel at all\n" * 20, "no-header")
bad("no-header", elf(bytes(24), sections=[]), "no-header")
bad("section-empty", elf(bytes(24), sections=[
    section(".multiboot_header", flags=2, addr=MIB, size=0)]), "no-header")
bad("section-nobits", elf(bytes(24), sections=[
    section(".multiboot_header", kind=8, flags=2, addr=MIB)]), "no-header")
bad("section-not-loaded", elf(bytes(24), sections=[
    section(".multiboot_header")]), "magic")
bad("section-cut-off", elf(bytes(24), sections=[section(
    ".multiboot_header", flags=2, addr=MIB, offset=1 << 20)]), "no-header")
bad("section-without-magic", elf(header(magic=0xE85250D7)), "magic")
bad("big-endian", elf(struct.pack(">6I", *struct.unpack("<6I", header()))), "magic")
bad("bootloader-magic", elf(header(magic=BOOT_MAGIC)), "magic")
bad("bootloader-magic-alone", elf(patch(header(), 0, "<I", BOOT_MAGIC)),
    "magic")
bad("multiboot1", elf(struct.pack("<3I", MULTIBOOT1, 3, -(MULTIBOOT1 + 3)
                                  & 0xFFFFFFFF) + bytes(12)), "multiboot1")

bad("mistyped", elf(header(magic=0xE85250D5), sections=[]), "magic")
bad("mistyped-with-right-checksum", elf(
    patch(header(EFI_BS), 0, "<I", 0xE85250DB), sections=[]), "magic")
violation("gzip", gzip.compress(elf(), mtime=0), "compressed")

# --- The header ---------------------------------------------------------------

bad("header-at-4", elf(at=124), "header-align")
bad("header-at-1", elf(at=121), "header-align")
bad("header-beyond", elf(at=32768), "header-window")
bad("header-across", elf(at=32768 - 8), "header-window")
bad("header-beyond-not-loaded", elf(at=40000, sections=[
    section(".multiboot_header")]), "header-window")
bad("tags-across", elf(at=32768 - 16), "header-length")
bad("mips", elf(header(architecture=4)), "architecture")
bad("architecture-16", elf(header(architecture=0x10)), "architecture")
bad("checksum", elf(header(checksum=0x12345678)), "checksum")
bad("checksum-sign", elf(header(checksum=MAGIC + 24)), "checksum")
bad("architecture-and-checksum", elf(header(architecture=1, checksum=1)),
    "architecture", "checksum")
violation("length-short", elf(header(EFI_BS, length=24)), "header-length")
violation("length-zero", elf(header(EFI_BS, length=0)), "header-length")
violation("length-no-tags", elf(header(length=16)), "header-length")
violation("length-long", elf(header(EFI_BS, length=40)), "header-length")
violation("length-huge", elf(header(EFI_BS, length=0xFFFFFFFF)), "header-length")
bad("length-with-right-sum", elf(patch(header(EFI_BS), 8, "<I", 24)),
    "checksum", violations=["header-length"])
bad("length-and-checksum", elf(header(EFI_BS, length=24, checksum=5)),
    "checksum", violations=["header-length"])

# --- Tags ---------------------------------------------------------------------

# If GRUB finds a next tag anyway, it loads the kernel; with a size of 0, it
# reads the same tag for ever.
for kind, fields in {2: 4, 3: 1, 4: 1, 5: 3, 6: 0, 7: 0, 9: 1, 10: 4}.items():
    # The fields are plausible for a relocatable or an entry tag.
    values = [MIB + 64, 0xFFFFFFFF, 4096, 1][:fields]
    if kind in (2, 4):
        values = [MIB, MIB, 0, 0] if kind == 2 else [2]
    others = [EFI_BS] if kind == 9 else []
    others += [tag(3, MIB + 100)] if kind == 2 else []
    last = EFI_BS if kind == 6 else tag(6)
    told = ["framebuffer"] if kind == 5 else []
    for size in (0, 4, 8 + 4 * fields + 4, 0xFFFFFFFF):
        data = elf(header(*others, tag(kind, *values, size=size), last),
                   code=bytes(96), entry=MIB + 100)
        if size in (0, 0xFFFFFFFF) or size == 4 and kind in (3, 4, 5, 9, 10):
            bad(f"tag-{kind}-size-{size}", data, "tag-size")
        else:
            violation(f"tag-{kind}-size-{size}", data, "tag-size", warnings=told)
    violation(f"tag-{kind}-twice", elf(
        header(*others, tag(kind, *values), tag(kind, *values)),
        code=bytes(96), entry=MIB + 100), "tag-duplicate", warnings=2 * told)

bad("tag-1-size-7", elf(header(tag(1, size=7))), "tag-size")
violation("tag-1-size-9", elf(header(tag(1, 1, size=9))), "tag-size")
bad("tag-1-size-huge", elf(header(tag(1, 1, size=4000), tag(6))), "tag-size")
# 32 bits cannot hold its size rounded up: it is its own next tag.
bad("tag-99-for-ever", elf(header(tag(99, flags=1, size=0xFFFFFFFF),
                                  length=16)), "tag-size")
bad("tag-99-size-0", elf(header(tag(99, flags=1, size=0))), "tag-size")
violation("tag-flags", elf(header(tag(6, flags=2))), "tag-flags")
violation("tag-flags-3", elf(header(tag(6, flags=3), EFI_BS)), "tag-flags")
bad("tag-unknown", elf(header(tag(11))), "tag-unknown")
bad("tag-unknown-65535", elf(header(tag(65535, 7), EFI_BS)), "tag-unknown")
bad("tag-unpadded", elf(UNPADDED, code=bytes(64)), "tag-align")
bad("tags-unpadded", elf(header(
    tag(4, 3)[:12], tag(3, MIB + 80)[:12], tag(6), length=56,
    end=END + bytes(8)), code=bytes(64), entry=MIB + 80), "tag-align")
bad("no-end-tag", elf(header(EFI_BS, end=b""), code=b"\xfa\xf4\xeb\xfd" * 9),
    "tag-end")
bad("no-tags", elf(header(end=b""), code=b"\xfa\xf4\xeb\xfd" * 9), "tag-end")
violation("end-flags", elf(header(end=tag(0, flags=1))), "tag-end")
violation("end-size-0", elf(header(end=tag(0, size=0))), "tag-end")
violation("end-size-16", elf(header(end=tag(0, size=16))), "tag-end")
violation("end-flags-and-size", elf(header(end=tag(0, flags=1, size=0))), "tag-end",
    "tag-end")
violation("tag-after-end", elf(header(END, EFI_BS)), "tag-after-end")
bad("request-unknown", elf(header(tag(1, 6, 22))), "request")
violation("console-flags", elf(header(tag(4, 4))), "console")
bad("console-none", elf(header(tag(4, 1))), "console")
bad("all-at-once", elf(header(tag(4, 9), tag(6, flags=4), tag(50), checksum=0),
                       machine=183, entry=0, segments=[segment(flags=7)]),
    "tag-unknown", "checksum", "elf-machine", "entry",
    violations=["tag-flags"], warnings=["segment-wx"])
for name, fields in {"swapped": (0xFFFFFFFF, MIB, 4096, 1),
                     "align-0": (MIB, 0xFFFFFFFF, 0, 1),
                     "align-3": (MIB, 0xFFFFFFFF, 3, 1),
                     "preference": (MIB, 0xFFFFFFFF, 4096, 3),
                     "too-small": (MIB, MIB + 16, 4096, 1),
                     "too-small-aligned": (MIB + 1, 2 * MIB, MIB, 1),
                     }.items():
    (bad if name in ("swapped", "too-small", "too-small-aligned")
     else violation)("relocatable-" + name, elf(header(tag(10, *fields))),
                  "relocatable")

bad("request-smbios", elf(header(tag(1, 13))), "request")
good("request-smbios-optional", elf(header(tag(1, 13, flags=1))))
bad("tag-8-required", elf(header(EFI_BS, tag(8, MIB + 48))), "tag-unsupported")
bad("tag-8-and-framebuffer", elf(header(tag(8, 80, 25, 0))), "tag-unsupported")
bad("tag-is-information", elf(header(tag(17))), "tag-unknown")
violation("end-tag-late", elf(header(tag(6), end=bytes(4) + END + bytes(4))),
    "tag-align")
violation("end-by-zeros", elf(header(EFI_BS, end=b"", length=24), code=bytes(32),
                           entry=MIB + 40), "tag-end")
bad("relocatable-no-memory", elf(header(tag(
    10, 0xC0000000, 0xFFFFFFFF, 4096, 1))), "segment-memory")

# --- Flat binaries ------------------------------------------------------------

bad("flat-without-address", header(tag(3, MIB)) + CODE, "file-format")
bad("flat-without-entry", flat(tags=[]), "address-entry")
violation("flat-load-above-header", flat(load_addr=MIB + 8), "address")
bad("flat-load-before-file", flat(load_addr=MIB - 8), "address")
bad("flat-header-low", flat(load_addr=0xFFFFFFFF, header_addr=8,
                            before=bytes(16)), "address")
violation("flat-load-end-beyond", flat(load_end=MIB + 4096), "address")
bad("flat-load-end-below", flat(load_end=MIB - 1), "address")
bad("flat-bss-end-below", flat(bss_end=MIB + 8), "address")
bad("flat-entry-outside", flat(entry=MIB + 4096), "entry")
bad("flat-entry-in-header", flat(entry=MIB + 8), "entry")
violation("flat-low", flat(0xB8000, header_addr=0xB8000, entry=0xB8040),
    "segment-low")
bad("flat-high", flat(0xFFFFFFF0, header_addr=0xFFFFFFF0, entry=0xFFFFFFF8),
    "segment-4g", "entry")

# --- ELF ----------------------------------------------------------------------

bad("windows", b"MZ" + elf()[2:], "file-format")
bad("macos", struct.pack("<I", 0xFEEDFACF) + elf()[4:], "file-format")
bad("class-0", elf(elf_class=0), "elf-class")
bad("data-2", elf(data=2), "elf-data")
bad("elf-header-cut-off", b"\x7fELF\x02\x01" + bytes(10) + header(),
    "elf-header")
bad("object", elf(type=1), "elf-type")
bad("core", elf(type=4), "elf-type")
bad("arm64", elf(machine=183), "elf-machine")
bad("x32", elf(bits=32, machine=62), "elf-machine")
bad("386-in-64", elf(machine=3), "elf-machine")
bad("elf-version", elf(version=0), "elf-version")
bad("no-program-headers", elf(phnum=0), "program-headers")
violation("program-header-size", elf(phentsize=32), "program-headers")
bad("program-headers-beyond", elf(phoff=1 << 40), "program-headers")
bad("program-headers-late", elf(
    phoff=40000, tail=bytes(40000 - 160) + elf()[64:120]), "program-headers")
bad("no-load", elf(segments=[segment(kind=6)], entry=MIB), "program-headers",
    "entry")
bad("all-empty", elf(segments=[segment(filesz=0)]), "program-headers", "entry")
bad("no-section-headers", elf(shoff=0, shnum=0), "section-headers")
bad("too-many-sections", elf(shnum=0xFF00), "section-headers")
bad("section-header-size", elf(shentsize=40), "section-headers")
violation("section-header-larger", elf(shentsize=65, shnum=1, shstrndx=0),
       "section-headers")
bad("section-names", elf(shstrndx=0xFFFF), "section-headers")
bad("section-headers-beyond", elf(shoff=1 << 40), "section-headers")
bad("relocations", elf(sections=[HEADER_SECTION, section(
    ".rela.dyn", kind=4, flags=2, addr=MIB)]), "section-relocs")
bad("section-beyond", elf(sections=[HEADER_SECTION, section(
    ".symtab", kind=2, size=1 << 20)]), "section-file")

# --- Segments and entries -----------------------------------------------------

bad("segment-file-larger", elf(segments=[segment(memsz=39)]), "segment-size")
bad("segment-beyond", elf(segments=[
    segment(), segment(2 * MIB, filesz=4096)]), "segment-file")
bad("segment-wraps", elf(segments=[
    segment(), segment(2 * MIB, offset=(1 << 64) - 8, filesz=16)]),
    "segment-file")
bad("segment-4g", elf(segments=[segment(1 << 32)], entry=(1 << 32) + 24),
    "segment-4g")
bad("segment-4g-touched", elf(segments=[
    segment(), segment(0xFFFFF000, filesz=0, memsz=0x1000, flags=R | W)]),
    "segment-4g")
violation("segment-at-0", elf(segments=[segment(0)], entry=24), "segment-low")
bad("segment-with-headers", elf(segments=[
    segment(0, offset=0, memsz=MIB)], entry=144), "entry",
    violations=["segment-low"])
violation("segment-on-screen", elf(segments=[segment(0xB8000)], entry=0xB8018),
    "segment-low")
violation("segment-reaches-screen", elf(segments=[
    segment(0x90000, memsz=0x20000)], entry=0x90018), "segment-low")
bad("segments-overlap", elf(segments=[segment(), segment(MIB + 39, flags=R)]),
    "segment-overlap")
bad("segment-at-3-gib", elf(segments=[
    segment(), segment(0xC0100000, flags=R, filesz=8)]), "segment-memory")
good("segment-at-1-gib", elf(segments=[segment(1 << 30)],
                             entry=(1 << 30) + 24), "segment-memory")
bad("segment-in-rom", elf(segments=[segment(0xF0000)], entry=0xF0018),
    "entry", violations=["segment-low"])
good("empty-segment-after", elf(segments=[
    segment(), segment(MIB + 40, flags=R | W, filesz=0)]))
bad("empty-segment-inside", elf(segments=[
    segment(), segment(MIB + 8, flags=R | W, filesz=0)]), "segment-overlap")
bad("empty-segment-first", elf(segments=[
    segment(MIB, flags=R | W, filesz=0), segment()]), "segment-overlap")
violation("segments-overlap-relocatable", elf(header(RELOCATABLE), segments=[
    segment(), segment(MIB + 60, flags=R, filesz=8)], entry=MIB + 48),
    "segment-overlap")
bad("entry-in-bss", elf(segments=[segment(memsz=100)], entry=MIB + 60),
    "entry")
bad("entry-by-address-tag-outside", elf(header(tag(3, 0xC0100030))), "entry")
bad("entry-0", elf(entry=0), "entry")
bad("entry-outside", elf(entry=MIB + 40), "entry")
bad("entry-in-header", elf(entry=MIB), "entry")
violation("entry-not-executable", elf(segments=[segment(flags=R)]), "entry")
bad("entry-tag-outside", elf(header(tag(3, MIB - 1))), "entry")
violation("efi32-entry-outside", elf(header(EFI_BS, tag(8, 7, flags=1))), "entry")
violation("efi64-entry-outside", elf(header(EFI_BS, tag(9, 7, flags=1))), "entry")
violation("pvh-outside", pvh(MIB - 1), "entry")
violation("pvh-size-2", pvh(size=2), "pvh-note")
violation("pvh-other-name", pvh(name=b"Foo\0"), "pvh-note")
for align in (0, 8):
    violation(f"pvh-align-{align}", pvh(align=align), "pvh-note")
violation("pvh-with-property", pvh(align=8, before=PROPERTY), "pvh-note")
good("pvh-twice", pvh(before=note(MIB + 24), entry=7))
bad("entry-physical", elf(segments=[segment(vaddr=0xFFFFFFFF80100000)]),
    "entry")


def write(folder):
    """Writes each case to a file of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        (folder / case.name).write_bytes(case.data)


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]))
