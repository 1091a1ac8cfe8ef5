#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: inspect.sh [PREFIX]   (of readelf and objdump, such as x86_64-elf-)
# Looks inside what `make` built, and shows the command of each step.
set -eu
. "$(dirname "$0")/lib.sh"

readelf=${1:-}readelf objdump=${1:-}objdump
need "$readelf" "$objdump"
export LC_ALL=C
kernel=build/kernel.bin elf=build/kernel.elf

title() {
    printf '\n--- %s ---\n' "$*"
}

# show COMMAND...: shows it, and what it prints.
show() {
    printf '\n$ %s\n' "$*"
    "$@" | grep .
}

title "What a loader sees in the kernel's file, field by field"
show build/mb2check "$kernel"

title "The Multiboot2 header as bytes; numbers are stored low byte first"
show "$readelf" -x .multiboot_header "$kernel"

title "What a loader puts into memory, and where it enters"
show "$readelf" -lW "$kernel"

title "The BIOS and PVH entry, start: 32-bit code, hence -M i386"
show "$objdump" -d -M i386 --disassemble=start "$elf"

if [ -e uefi.c ]; then
    title "The UEFI entry, uefi_start: 64-bit code, and what it calls"
    show "$objdump" -d --disassemble=uefi_start "$elf"
    show "$objdump" -d --disassemble=uefi_main "$elf"
fi

if [ -e pvh.c ]; then
    title "The note .note.Xen, by which qemu -kernel finds start"
    show "$readelf" -x .note.Xen "$kernel"
fi

title "The file, part by part: Off is where each begins, Size its length"
show "$readelf" -hW "$kernel"
show "$readelf" -SW "$kernel"
show ls -l "$kernel"
