#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Boots by each of the three entries and takes a picture: build/ENTRY.png.
set -eu
. "$(dirname "$0")/lib.sh"

need qemu-system-x86_64 ovmf python3
failed=
for entry in bios uefi pvh; do
    echo "build/$entry.png:"
    python3 "$scripts/look.py" --entry "$entry" --seconds 60 \
        --picture "build/$entry.png" || failed="$failed $entry"
done
[ ! "$failed" ] || die "No OK was seen at:$failed"
