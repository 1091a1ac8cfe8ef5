# SPDX-License-Identifier: 0BSD
"""Looks inside what `make` built, and says at each step by which command.

Usage: artefacts.py PREFIX   (of readelf and objdump, such as x86_64-elf-)
"""

import os
import struct
import subprocess
import sys

ELF, KERNEL = "build/kernel.elf", "build/kernel.bin"

# The header tags of the Multiboot2 Specification, section 3.1: a name, then the
# fields that follow type, flags and size, each of four bytes.
TAGS = {
    0: ("end", []),
    1: ("information request", []),
    2: ("address", ["header_addr", "load_addr", "load_end_addr",
                    "bss_end_addr"]),
    3: ("entry address", ["entry_addr"]),
    4: ("console flags", ["console_flags"]),
    5: ("framebuffer", ["width", "height", "depth"]),
    6: ("module alignment", []),
    7: ("EFI boot services", []),
    8: ("EFI i386 entry address", ["entry_addr"]),
    9: ("EFI amd64 entry address", ["entry_addr"]),
    10: ("relocatable", ["min_addr", "max_addr", "align", "preference"]),
}  # fmt: skip
MEANINGS = {
    "magic": "by this a loader finds the header",
    "architecture": "of the entry state: 32-bit x86",
    "header_length": "bytes, up to the end tag's end",
    "checksum": "makes the sum of these four fields 0",
    "flags": "1: optional, a loader may pass it over",
    "min_addr": "lowest address of the image",
    "max_addr": "highest address of its last byte",
    "preference": "0: none, 1: the lowest place, 2: the highest",
    "entry_addr": "where the loader jumps to",
}


def title(text):
    print(f"\n--- {text} ---\n")


def command(*words):
    """Shows a command, runs it, and shows what it prints."""
    print("$", " ".join(words), flush=True)
    lines = subprocess.run(
        words, check=True, stdout=subprocess.PIPE, text=True).stdout
    print("\n".join(line for line in lines.splitlines() if line), "\n")


def fields(data, base, names):
    """Shows fields of the data; names: (offset, size, name) of each."""
    for offset, size, name in names:
        part = data[offset : offset + size]
        value = int.from_bytes(part, "little")
        meaning = MEANINGS.get(name, "")
        print(f"{base + offset:5}  {part.hex(' '):<12} {name:<14}"
              f" {value:#010x}  {meaning}".rstrip())


def show_header(header):
    print("bytes  as stored    field          value")
    fields(header, 0, [(0, 4, "magic"), (4, 4, "architecture"),
                       (8, 4, "header_length"), (12, 4, "checksum")])
    at = 16
    while at + 8 <= len(header):
        kind, _, size = struct.unpack_from("<HHI", header, at)
        name, rest = TAGS.get(kind, ("unknown", []))
        print(f"       tag: {name}")
        fields(header[at : at + size], at,
               [(0, 2, "type"), (2, 2, "flags"), (4, 4, "size"),
                *((8 + 4 * n, 4, name) for n, name in enumerate(rest))])
        end = at + max(size, 8)
        at = (end + 7) & ~7
        if at > end:
            print(f"{end:5}  {header[end:at].hex(' '):<12} (padding to a"
                  " multiple of 8)")


def sections(data):
    """Name -> (offset, size) of each section that has bytes in the file."""
    table, = struct.unpack_from("<Q", data, 40)
    size, count, names_index = struct.unpack_from("<HHH", data, 58)
    rows = [struct.unpack_from("<IIQQQQ", data, table + size * n)
            for n in range(count)]
    names = rows[names_index][4]
    found = {}
    for name, kind, _, _, offset, length in rows:
        end = data.index(b"\0", names + name)
        if length and kind != 8:  # 8: takes room in memory only, as .bss
            found[data[names + name : end].decode()] = (offset, length)
    return found


def show_sizes(data):
    """A line for each part of the file, in the file's order, gaps too."""
    program, table = struct.unpack_from("<QQ", data, 32)
    program_size, count, table_size, rows = struct.unpack_from("<4H", data, 54)
    parts = [(0, 64, "ELF header"),
             (program, program_size * count, "program headers"),
             (table, table_size * rows, "section headers, for tools only"),
             *((*place, name) for name, place in sections(data).items())]
    at = 0
    for offset, size, name in sorted(parts):
        if offset > at:
            print(f"{offset - at:6}  (padding)")
        print(f"{size:6}  {name}")
        at = offset + size
    print(f"{at:6}  in all")


def main(prefix):
    readelf, objdump = prefix + "readelf", prefix + "objdump"
    os.environ["LC_ALL"] = "C"
    with open(KERNEL, "rb") as file:
        data = file.read()
    places = sections(data)

    title("The Multiboot2 header, by which GRUB knows the kernel")
    command(readelf, "-x", ".multiboot_header", KERNEL)
    offset, size = places[".multiboot_header"]
    print(f"It begins at byte {offset} of the file, a multiple of 8 below\n"
          "32768. Numbers are stored low byte first.\n")
    show_header(data[offset : offset + size])

    title("What a loader puts into memory, and where it enters")
    command(readelf, "-lW", KERNEL)

    symbols = subprocess.run(
        [readelf, "-sW", ELF], check=True, stdout=subprocess.PIPE,
        text=True).stdout.split()
    doors = [
        ("start", ["-M", "i386"],
         "Doors 1 and 3: start, 32-bit code (hence -M i386)"),
        ("uefi_start", [], "Door 2: uefi_start, 64-bit code"),
        ("uefi_main", [], "and what it calls"),
    ]
    for symbol, mode, text in doors:
        if symbol in symbols:
            title(text)
            command(objdump, "-d", *mode, f"--disassemble={symbol}", ELF)

    if ".note.Xen" in places:
        title("The note, by which qemu -kernel finds start")
        command(readelf, "-x", ".note.Xen", KERNEL)
        offset, size = places[".note.Xen"]
        print("bytes  as stored    field          value")
        fields(data[offset : offset + size], 0,
               [(0, 4, "namesz"), (4, 4, "descsz"), (8, 4, "type"),
                (12, 4, "name"), (16, 4, "entry, low"), (20, 4, "high")])

    title("The file, part by part")
    command("ls", "-l", KERNEL)
    print(" bytes  part")
    show_sizes(data)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"*** {error.cmd[0]} failed; its own words are above.")
    except BrokenPipeError:
        sys.stderr.close()  # the reader, such as `head`, has seen enough
