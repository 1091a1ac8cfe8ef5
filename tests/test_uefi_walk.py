# SPDX-License-Identifier: 0BSD
"""uefi.c's walk through the information list, run on this machine.

The lists lie at the very end of their memory, under AddressSanitizer: a read
past total_size ends the program.
"""

import struct
import subprocess

import pytest
from commands import ROOT, needs_uefi, sanitizers

pytestmark = needs_uefi

HARNESS = r"""
#include "uefi.c"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    static char input[4096];
    size_t size = fread(input, 1, sizeof input, stdin);
    void *list = malloc(size); /* ends where the list does */
    for (size_t i = 0; i < size; i++)
        ((char *)list)[i] = input[i];
    printf("%" PRIxPTR "\n", (uintptr_t)find_system_table(list));
    free(list);
}
"""

END = (0, 8, b"")
TABLE = 0x7F5EC018


def tag(kind, size, data):
    """A tag, padded to a multiple of 8."""
    raw = struct.pack("<II", kind, size) + data
    return raw + bytes(-len(raw) % 8)


def information(*tags, total=None):
    body = b"".join(tag(*t) for t in tags)
    total = 8 + len(body) if total is None else total
    return struct.pack("<II", total, 0) + body


SYSTEM_TABLE = (12, 16, struct.pack("<Q", TABLE))
NAME = (2, 8 + 5, b"GRUB\0")


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """A function from a list's bytes to the address that uefi.c finds, or 0."""
    folder = tmp_path_factory.mktemp("walk")
    (folder / "harness.c").write_text(HARNESS)
    subprocess.run(
        ["gcc", *sanitizers(folder), "-I", ROOT, folder / "harness.c", "-o",
         folder / "walk",
         # Without the functions that call what is in other files.
         "-ffunction-sections", "-Wl,--gc-sections"], check=True)  # fmt: skip

    def find(data):
        result = subprocess.run(
            [folder / "walk"], input=data, check=True, timeout=60,
            stdout=subprocess.PIPE)  # fmt: skip
        return int(result.stdout, 16)

    return find


@pytest.mark.parametrize("tags", [
    [SYSTEM_TABLE, END],
    [NAME, SYSTEM_TABLE, END],
    [NAME, NAME, (1, 9, b"x"), SYSTEM_TABLE, END],
    [SYSTEM_TABLE],  # no end tag: total_size ends the list
])  # fmt: skip
def test_found(walk, tags):
    assert walk(information(*tags)) == TABLE


NOT_FOUND = {
    "no tags": information(),
    "end tag alone": information(END),
    "other tags": information(NAME, END),
    "null address": information((12, 16, bytes(8)), END),
    "size 0, which would never end": information((5, 0, b""), SYSTEM_TABLE),
    "size less than a tag's": information((5, 7, b""), SYSTEM_TABLE),
    "size far outside": information((5, 0xFFFFFFFF, b""), SYSTEM_TABLE),
    "size that wraps in 32 bits": information((5, 0xFFFFFFF9, b""), SYSTEM_TABLE),
    "end inside the tag": information(NAME, SYSTEM_TABLE, total=8 + 16 + 8),
    "end before its last byte": information(NAME, SYSTEM_TABLE, total=8 + 31),
    "end before the tag": information(SYSTEM_TABLE, total=8),
    "no size at all": information(SYSTEM_TABLE, total=0),
}


@pytest.mark.parametrize("name", NOT_FOUND)
def test_not_found(walk, name):
    data = NOT_FOUND[name]
    total_size, = struct.unpack_from("<I", data)
    assert walk(data[: max(8, total_size)]) == 0


def test_every_cut(walk):
    """A list cut anywhere, total_size with it, is read to its end at most."""
    whole = information(NAME, (5, 12, b"abcd"), SYSTEM_TABLE, END)
    for size in range(8, len(whole)):
        cut = struct.pack("<I", size) + whole[4:size]
        end = whole.index(struct.pack("<Q", TABLE)) + 8
        assert walk(cut) == (TABLE if size >= end else 0), size
