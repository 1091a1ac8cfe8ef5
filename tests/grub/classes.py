# SPDX-License-Identifier: 0BSD
"""Files that mb2check rightly calls bad although GRUB loads them, and why.

A file is excused when each of its errors is in one of these classes. `until` is
the first GRUB that refuses such a file: from that one on, none is excused.
"""

import collections
import re

Class = collections.namedtuple("Class", "name rule found until reason")

CANNOT_RUN = "it cannot run: "
BY_LUCK = "GRUB reads uninitialized memory, and may load it by chance: "

CLASSES = [
    Class("entry in the header", "entry", "inside the Multiboot2 header", None,
          "the CPU executes the header's bytes, and reaches the code only by"
          " chance: past magic, length and end tag it does"),
    Class("entry where nothing is", "entry", "where nothing is loaded", None,
          CANNOT_RUN + "GRUB does not check an entry tag's address, and accepts"
          " e_entry in any program header, not only PT_LOAD"),
    Class("entry on the screen", "entry", "or the BIOS's ROM is", None,
          CANNOT_RUN + "GRUB copies it to addresses without memory"),
    Class("entry in .bss", "entry", "that is not in the file", None,
          CANNOT_RUN + "the memory there is cleared"),
    Class("nothing to load", "program-headers", "no segment to load", None,
          CANNOT_RUN + "GRUB enters memory that it did not write"),
    Class("no memory there", "segment-memory", "at physical address", None,
          CANNOT_RUN + "at `boot`, GRUB writes where no PC has memory"),
    Class("end of all addresses", "segment-4g", "0xffffffffffffffff", None,
          "no PC has such memory; GRUB's sum of address and size wraps"
          " around, which only a relocatable kernel survives"),
    Class("program headers beyond the file", "program-headers",
          "program headers end at offset", "2.12",
          BY_LUCK + "its buffer has 32768 bytes, of which a shorter file fills"
          " only a part"),
    Class("tags beyond the file", "tag-size|tag-end|header-length", "", None,
          BY_LUCK + "it walks from tag to tag without a bound"),
    Class("more bytes than memory", "segment-size", "bytes in the file", None,
          "GRUB overwrites what comes after the segment, be it GRUB itself"),
    Class("load_end_addr", "address", "load_end_addr is", None,
          CANNOT_RUN + "with load_addr = 0xffffffff GRUB subtracts that, not"
          " the address at which the file begins"),
    Class("small section headers", "section-headers",
          "the size of a section header is", None,
          BY_LUCK + "it reads that many bytes of each, and uses more"),
    Class("section headers", "section-headers", "", "2.12",
          "2.12 is the first to check them, and refuses the file"),
    Class("size of 64 bits", "section-file", "", None,
          "GRUB for BIOS uses the low 32 bits of a section's size; GRUB for"
          " UEFI uses all, and refuses the file"),
    Class("p_filesz of 64 bits", "segment-file", "at offset 0x[0-9a-f]{9,} of",
          None, "GRUB for BIOS uses the low 32 bits of the size; GRUB for UEFI"
          " uses all 64, and refuses the file"),
]

# Good kernels with which GRUB on UEFI hangs in `multiboot2`, and the first
# version that does not.
HANGS = {"tiny-segments": "2.12"}


def class_of(error, version):
    """The class of an error, for a GRUB of this version; None: in none."""
    rule, found = error
    for c in CLASSES:
        if (re.fullmatch(c.rule, rule) and re.search(c.found, found)
                and (not c.until or number(version) < number(c.until))):
            return c
    return None


def hangs(base, platform, version):
    """Does this GRUB hang on a kernel made from `base`?"""
    return (platform == "uefi" and base in HANGS
            and number(version) < number(HANGS[base]))


def number(version):
    """For instance, (2, 12) for 2.12-9+deb13u4."""
    return tuple(map(int, re.match(r"(\d+)\.(\d+)", version).groups()))
