#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: settings.sh FILE TEXT
# Writes TEXT to FILE unless it is there already, so that what depends on FILE
# is made anew when TEXT is another. As the first step of every build it also
# finds out whether anything can be written at all.
set -eu
. "$(dirname "$0")/lib.sh"

folder=$(dirname "$1")
if ! mkdir -p "$folder" || ! echo "$2" >"$1.new"; then
    rm -f "$1.new" || :
    die "Cannot write in $folder/." \
        "Is the disk full?  Type: df -h ." \
        "Is the folder yours?  Type: ls -ld . $folder"
fi
if cmp -s "$1.new" "$1"; then
    rm "$1.new"
else
    mv "$1.new" "$1"
fi
