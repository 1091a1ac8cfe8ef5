# SPDX-License-Identifier: 0BSD
"""Mutants, which are good kernels with one to three changes, and these kernels.

A change is made to a field, not to any bit: to a tag's size, or two program
headers are swapped. In most mutants the checksum is corrected afterwards, as
GRUB reads no further when it is wrong.

A mutant depends only on its number, so that it can be made again later:
    mutants.py NUMBER FILE    writes it, and prints what was changed
"""

import collections
import gzip
import json
import pathlib
import random
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import elf_builder as build  # noqa: E402
from elf_builder import MIB, R, W, X, segment, tag  # noqa: E402

MB2CHECK = ROOT / "build" / "mb2check"
SEED = 9
HIGH = 0xFFFFFFFF80000000  # where a higher-half kernel is linked

Mutant = collections.namedtuple("Mutant", "number base changes data")


# --- The good ones ------------------------------------------------------------

def elf(head=None, **options):
    """With some code; the size in memory is a multiple of 16 (see grub.py)."""
    head = build.header() if head is None else head
    code = build.CODE * 32 + bytes(-len(build.pad(head)) % 16)
    return build.elf(head, code=code, **options)


def flat(**options):
    data = build.flat(code=build.CODE * 32, **options)
    return data + bytes(-len(data) % 16)


def many_segments(count, bits=64, **options):
    """`count` pages, one after the other in the file and in memory."""
    pages = [segment(MIB + 4096 * i, offset=4096 + 4096 * i, filesz=4096,
                     flags=R | X if i == 0 else R | W) for i in range(count)]
    return build.elf(bits=bits, at=4096, tail=bytes(4096 * count),
                     segments=pages, **options)


def high_half(bits=64, offset=HIGH):
    """Linked at `offset` above where it is loaded; .bss is a segment."""
    pages = [segment(MIB, vaddr=MIB + offset, filesz=64),
             segment(2 * MIB, vaddr=2 * MIB + offset, flags=R | W, filesz=0,
                     memsz=8192)]
    return build.elf(bits=bits, segments=pages, entry=MIB + offset + 24,
                     tail=bytes(64))


def tiny_segments():
    """Three segments in one page, ld.lld's layout of a small kernel."""
    sizes = 0, 0x20, 0x2A, 0x2E
    return build.elf(entry=MIB + 0x20, at=232, segments=[
        segment(MIB + start, offset=232 + start, filesz=end - start)
        for start, end in zip(sizes, sizes[1:])])


def all_tags(*more):
    return build.header(
        tag(1, 3, 6, 8, flags=1), tag(4, 3), tag(6), *more)


def corpus():
    """The good kernels by name; "ours" is build/kernel.bin."""
    efi = build.EFI_BS, tag(9, MIB + 256, flags=1)
    kernels = {
        "elf64": elf(),
        "elf32": elf(bits=32),
        "dyn": elf(type=3),
        "tags64": elf(all_tags(*efi, build.RELOCATABLE)),
        "tags32": elf(all_tags(*efi), bits=32),
        "entry-tag": elf(all_tags(tag(3, MIB + 128))),
        "relocatable": elf(build.header(build.RELOCATABLE)),
        "graphics": elf(build.header(tag(5, 800, 600, 32))),
        "efi64": elf(build.header(*efi)),
        "high64": high_half(),
        "high32": high_half(32, 0xC0000000),
        "pages64": many_segments(6),
        "pages32": many_segments(5, 32),
        "late-header": elf(at=32768 - 64),
        "two-sections": elf(sections=[
            build.HEADER_SECTION,
            build.section(".symtab", kind=2, offset=64, size=64),
            build.section(".bss", kind=8, flags=3, addr=2 * MIB, size=4096)]),
        "pvh": build.pvh(),
        "flat": flat(),
        "flat-middle": flat(header_addr=MIB + 32, before=bytes(32)),
        "flat-file": flat(load_addr=0xFFFFFFFF, before=bytes(64)),
        "flat-bss": flat(load_end=MIB + 80, bss_end=MIB + 0x9000),
        "flat-tags": flat(tags=[tag(3, MIB + 128), tag(6), tag(4, 3)]),
        "flat-relocatable": flat(tags=[tag(3, MIB + 96),
                                             build.RELOCATABLE]),
        "flat-efi": flat(tags=[tag(3, MIB + 128), *efi]),
        "flat-in-elf": elf(build.header(
            tag(2, MIB, MIB, 0, 0), tag(3, MIB + 64)), entry=0),
    }
    kernels["tiny-segments"] = tiny_segments()
    kernels["ours"] = (ROOT / "build" / "kernel.bin").read_bytes()
    return kernels


# --- Where the fields are -----------------------------------------------------

Field = collections.namedtuple("Field", "name offset size")

TAG_FIELDS = {2: 4, 3: 1, 4: 1, 5: 3, 8: 1, 9: 1, 10: 4}  # how many there are


def read(data, offset, size):
    return int.from_bytes(data[offset : offset + size], "little")


def write(data, field, value):
    data[field.offset : field.offset + field.size] = (
        value & (1 << 8 * field.size) - 1).to_bytes(field.size, "little")


def facts(data):
    told = subprocess.run([MB2CHECK, "--json", "-"], input=data,
                          stdout=subprocess.PIPE).stdout
    return [fact for fact in map(json.loads, told.splitlines())
            if fact["severity"] == "fact"]


class Kernel:
    """A good kernel, and where its fields are, as mb2check prints them."""

    def __init__(self, name, data):
        self.name, self.data = name, data
        self.elf, self.phdrs, self.shdrs = {}, [], []
        self.fixed, self.tags, self.tag_fields = [], [], []
        for fact in facts(data):
            rule, label, offset = fact["rule"], fact["label"], fact["offset"]
            field = Field(f"{rule}.{label}", offset, fact["size"])
            if rule == "elf" and label:
                self.elf[label] = field
            elif rule == "segment" and not label and self.elf:
                self.phdrs.append({})
            elif rule == "segment" and (label or "").startswith("p_"):
                self.phdrs[-1][label] = field
            elif rule == "header" and label and field.size:
                self.fixed.append(field)
            elif rule == "tag" and not label:
                self.tags.append((offset, (field.size + 7) // 8 * 8))
            elif rule == "tag" and label != "padding":
                self.tag_fields.append(field)
        self.header = self.fixed[0].offset
        self.header_end = sum(self.tags[-1])
        if self.elf:
            start, step, count = (
                read(data, self.elf[name].offset, self.elf[name].size)
                for name in ("e_shoff", "e_shentsize", "e_shnum"))
            self.shdrs = [
                {at: Field(f"section{i}+{at}", start + i * step + at, 4)
                 for at in range(0, step, 4)} for i in range(count)]

    def groups(self):
        """Fields, grouped by structure, the most interesting groups first."""
        groups = [self.tag_fields, self.tag_fields, self.fixed]
        if self.elf:
            groups += [list(self.elf.values()),
                       [f for p in self.phdrs for f in p.values()],
                       [f for p in self.phdrs for f in p.values()],
                       [f for s in self.shdrs for f in s.values()]]
        return groups


# --- The changes --------------------------------------------------------------

SMALL = [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 20, 24, 32, 40, 56,
         64]  # fmt: skip
ADDRESSES = [0x500, 0x7FFF, 0x10000, 0x9F000, 0xA0000, 0xB8000, 0xFFFFF, MIB,
             MIB + 8, MIB + 24, MIB + 64, MIB + 4096, 2 * MIB, 16 * MIB,
             0xC0100000, 0xFFFFF000, 1 << 32, HIGH + MIB]  # fmt: skip
EDGES = [0x7F, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 32760, 32768, 0x7FFFFFFF,
         0x80000000, 0xFFFFFFF8, 0xFFFFFFFF, (1 << 63), (1 << 64) - 1]


def change_field(rng, kernel, data):
    field = rng.choice(rng.choice(kernel.groups()))
    old = read(data, field.offset, field.size)
    length = len(data)
    new = rng.choice([
        lambda: rng.choice(SMALL),
        lambda: rng.choice(ADDRESSES),
        lambda: rng.choice(EDGES),
        lambda: old + rng.choice([-4096, -64, -8, -4, -1, 1, 4, 8, 64, 4096]),
        lambda: old ^ 1 << rng.randrange(8 * field.size),
        lambda: rng.choice([length, length - 1, length + 1, length // 2]),
        lambda: read(data, rng.randrange(0, length - 8, 4), field.size),
    ])() & (1 << 8 * field.size) - 1
    write(data, field, new)
    return f"{field.name} {old:#x} -> {new:#x}"


def any_tag(rng):
    kind = rng.choice([*range(0, 12), 0, 7, 8, 9, 10, 21, 22, 77, 0x100])
    count = TAG_FIELDS.get(kind, 0) if kind != 1 else rng.randrange(4)
    values = [rng.choice(SMALL + ADDRESSES) & 0xFFFFFFFF for _ in range(count)]
    return tag(kind, *values, flags=rng.choice([0, 0, 1, 1, 2]))


def rewrite_tags(rng, kernel, data):
    """Another list of tags, which overwrites what is after the header if it is
    longer; header_length is corrected in most."""
    tags = [bytes(data[at : at + size]) for at, size in kernel.tags]
    which = rng.randrange(len(tags))
    what = rng.choice(["drop", "double", "swap", "add", "replace", "unpad",
                       "stretch"])
    if what == "drop":
        del tags[which]
    elif what == "double":
        tags.insert(rng.randrange(len(tags)), tags[which])
    elif what == "swap":
        other = rng.randrange(len(tags))
        tags[which], tags[other] = tags[other], tags[which]
    elif what == "add":
        tags.insert(rng.randrange(len(tags)), any_tag(rng))
    elif what == "replace":
        tags[which] = any_tag(rng)
    elif what == "unpad":
        tags.insert(0, tag(3, MIB + 128)[:12])
    else:
        tags[which] += bytes(8)
    new = b"".join(tags)
    start = kernel.header + 16
    old = kernel.header_end - start
    new = new.ljust(old, b"\0")  # what is dropped leaves zeros: end tags
    if rng.random() < 0.3:
        new = new[:-8] + tag(0)
    data[start : start + len(new)] = new
    if rng.random() < 0.8:
        write(data, kernel.fixed[2], 16 + len(new))
    return f"tags: {what} number {which}"


def swap_headers(rng, kernel, data):
    """Swaps two program or section headers, or writes one over another."""
    table = rng.choice([kernel.phdrs, kernel.phdrs, kernel.shdrs])
    one, other = (list(rng.choice(table).values()) for _ in "12")
    values = [[read(data, f.offset, f.size) for f in r] for r in (one, other)]
    for field, value in zip(other, values[0]):
        write(data, field, value)
    if swap := rng.random() < 0.5:
        for field, value in zip(one, values[1]):
            write(data, field, value)
    return f"{one[0].name} {'swapped with' if swap else '->'} {other[0].name}"


def cut(rng, kernel, data):
    length = rng.choice([
        rng.randrange(len(data)), len(data) - 1, kernel.header + 16,
        kernel.header_end, kernel.header_end + 16, len(data) // 2])
    del data[length:]
    return f"cut to {length:#x} bytes"


def move(rng, kernel, data):
    """More bytes before the header, which move all that follows."""
    count = rng.choice([1, 4, 8, 8, 64, 4096, 32768])
    at = rng.choice([0, kernel.header])
    data[at:at] = bytes(count)
    return f"{count:#x} bytes more at {at:#x}"


def mend_checksum(data, header):
    total = sum(read(data, header + 4 * i, 4) for i in range(3))
    write(data, Field("checksum", header + 12, 4), -total)


def slow(kernel, data):
    """Is GRUB likely to hang, to overwrite itself, or to clear gigabytes?

    Its walk over the tags has no bounds, and it compares neither p_filesz with
    p_memsz nor bss_end_addr with what is loaded."""
    at, ends = kernel.header + 16, False
    while not ends and at < min(len(data), 32768) - 8:
        ends = read(data, at, 2) == 0
        if read(data, at, 2) == 2 and read(data, at + 20, 4) > 0:
            end = read(data, at + 16, 4) or read(data, at + 12, 4) + len(data)
            if not end <= read(data, at + 20, 4) < 1 << 28:
                return True
        step = (read(data, at + 4, 4) + 7) // 8 * 8
        if step == 0:
            break
        at += step
    for p in kernel.phdrs:
        filesz, memsz = (
            read(data, p[name].offset, p[name].size)
            for name in ("p_filesz", "p_memsz"))
        if filesz > memsz or 1 << 28 < memsz < 1 << 33:
            return True
    return not ends


def mutant(number, kernels):
    """Mutant `number` of the kernels in the list; only few are slow ones."""
    rng = random.Random(f"{SEED} {number}")
    kernel = kernels[number % len(kernels)]
    while True:
        data, changes = change(rng, kernel)
        if not slow(kernel, data) or rng.random() < 0.02:
            return Mutant(number, kernel.name, ", ".join(changes), data)


def change(rng, kernel):
    """Makes one to three changes; returns the bytes and their description."""
    data, changes = bytearray(kernel.data), []
    actions = [change_field] * 14 + [rewrite_tags] * 4
    actions += [swap_headers] * 2 if kernel.elf else []
    for _ in range(rng.choice([1, 1, 1, 1, 2, 2, 3])):
        changes.append(rng.choice(actions)(rng, kernel, data))
    if rng.random() < 0.9:
        mend_checksum(data, kernel.header)
        changes.append("checksum mended")
    if rng.random() < 0.04:
        changes.append(rng.choice([cut, move])(rng, kernel, data))
    if rng.random() < 0.01:
        data = gzip.compress(bytes(data), mtime=0)
        changes.append("gzip")
    return bytes(data), changes


def mutants(count):
    """The first `count` mutants that differ from the good ones and from each
    other."""
    kernels = [Kernel(*item) for item in corpus().items()]
    seen, chosen, number = {kernel.data for kernel in kernels}, [], 0
    while len(chosen) < count:
        it = mutant(number, kernels)
        if it.data not in seen:
            seen.add(it.data)
            chosen.append(it)
        number += 1
    return chosen


if __name__ == "__main__":
    good = [Kernel(*item) for item in corpus().items()]
    chosen = mutant(int(sys.argv[1]), good)
    pathlib.Path(sys.argv[2]).write_bytes(chosen.data)
    print(f"{chosen.base}: {chosen.changes}")
