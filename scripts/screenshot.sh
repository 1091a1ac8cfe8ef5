#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Boots by each of the three doors and takes a picture: build/DOOR.png.
set -eu
. "$(dirname "$0")/lib.sh"

need qemu-system-x86_64 ovmf python3
failed=
for door in bios uefi kernel; do
    . "$scripts/qemu-args.sh"
    python3 "$scripts/qemu.py" "$door" --picture "build/$door.png" "$@" ||
        failed="$failed $door"
done
[ ! "$failed" ] || die "No OK was seen at:$failed"
