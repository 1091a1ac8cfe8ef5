#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: inspect.sh [PREFIX]   (of readelf and objdump, such as x86_64-elf-)
# Looks inside what `make` built, and says at each step by which command.
set -eu
. "$(dirname "$0")/lib.sh"

readelf=${1:-}readelf objdump=${1:-}objdump
need "$readelf" "$objdump"
export LC_ALL=C
kernel=build/kernel.bin elf=build/kernel.elf

# sections: name, type, address, offset and size, which are hexadecimal.
sections() {
    "$readelf" -SW "$kernel" | sed -n 's/^ *\[ *[1-9][0-9]*\] //p'
}
names=$({ sections && "$readelf" -sW "$elf"; } | tr -s ' ' '\n')

# has NAME: does the kernel have this section or symbol?
has() {
    echo "$names" | grep -qxF "$1"
}

title() {
    printf '\n--- %s ---\n' "$*"
}

# show COMMAND...: shows it, and what it prints.
show() {
    printf '\n$ %s\n' "$*"
    "$@" | grep .
}

# bytes SECTION: what is stored in the file.
bytes() {
    # shellcheck disable=SC2046 # two words
    set -- $(sections | awk -v name="$1" '$1 == name { print $4, $5 }')
    show od -A x -t x1 -j "0x$1" -N "0x$2" "$kernel"
}

# parts: the size of each part of the file, in the file's order.
parts() {
    {
        "$readelf" -h "$kernel" | awk '
            /Size of this/ { print 0, $5, "ELF header" }
            /Start of/ { start = start " " $5 }
            /Size of program|Size of section/ { size = size " " $5 }
            /Number of/ { count = count " " $5 }
            END {
                split(start, at); split(size, each); split(count, n)
                print at[1], each[1] * n[1], "program headers"
                print at[2], each[2] * n[2], "section headers, for tools only"
            }'
        sections | awk '$2 != "NOBITS" { print "0x" $4, "0x" $5, $1 }' |
            while read -r offset size name; do
                echo "$((offset)) $((size)) $name"
            done
    } | sort -n | {
        at=0
        while read -r offset size name; do
            [ "$offset" = "$at" ] || printf '%6d  (padding)\n' $((offset - at))
            [ "$size" = 0 ] || printf '%6d  %s\n' "$size" "$name"
            at=$((offset + size))
        done
        printf '%6d  in all\n' "$at"
    }
}

title "What a loader sees in the kernel's file, field by field"
show build/mb2check "$kernel"

title "The Multiboot2 header as bytes; numbers are stored low byte first"
bytes .multiboot_header

title "What a loader puts into memory, and where it enters"
show "$readelf" -lW "$kernel"

title "Doors 1 and 3, the entry point start: 32-bit code, hence -M i386"
show "$objdump" -d -M i386 --disassemble=start "$elf"

if has uefi_start; then
    title "Door 2, the entry point uefi_start: 64-bit code, and what it calls"
    show "$objdump" -d --disassemble=uefi_start "$elf"
    show "$objdump" -d --disassemble=uefi_main "$elf"
fi

if has .note.Xen; then
    title "The note .note.Xen, by which qemu -kernel finds start"
    bytes .note.Xen
fi

title "The file, part by part"
show ls -l "$kernel"
printf '\n bytes  part\n'
parts
