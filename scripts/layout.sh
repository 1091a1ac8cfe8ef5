#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Draws, for the tutorial, which bytes of the kernel's file go where in memory.
set -eu
. "$(dirname "$0")/lib.sh"

kernel=build/kernel.bin
readelf=${CROSS_COMPILE:-}readelf
need "$readelf"
[ -e "$kernel" ] || die "There is no $kernel yet.  Type: make"

# border OFFSET [ADDRESS]: a line between boxes, with its offset and address.
border() {
    printf "0x%03x +-------------------+${2:+     +-------------------+ 0x%x}\n" \
        "$@"
}

# box TEXT [TEXT]: the same for the box in the file, and that in memory.
box() {
    printf "      | %-17s |${2:+ --> | %-17s |}\n" "$@"
}

echo '```text'
echo "      $kernel           memory"
border 0
box "ELF header and"
box "program headers"
# A section that is loaded has an address; an empty one draws no box.
LC_ALL=C "$readelf" -SW "$kernel" | sed -n 's/^ *\[.*\] \././p' | {
    while read -r name _ address offset size _; do
        offset=$((0x$offset)) address=$((0x$address)) size=$((0x$size))
        if [ $address != 0 ] && [ $size != 0 ]; then
            border $offset $address
            box "$name" "$name"
            end="$((offset + size)) $((address + size))"
        fi
    done
    # shellcheck disable=SC2086 # two numbers
    border $end
}
box "tables for tools"
border "$(wc -c <"$kernel")"
echo '```'
