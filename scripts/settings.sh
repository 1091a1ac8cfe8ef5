#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: settings.sh FILE TEXT TOOL...
# Writes TEXT to FILE unless FILE holds it already, so that make rebuilds what
# depends on FILE when TEXT has changed. As the first step of every build it
# also checks that the tools are there, and that files can be written.
set -eu
. "$(dirname "$0")/lib.sh"

file=$1 text=$2
shift 2
need "$@"
folder=$(dirname "$file")
if ! mkdir -p "$folder" || ! printf '%s\n' "$text" >"$file.new"; then
    rm -f "$file.new" || :
    die "Cannot write in $folder/." \
        "Is the disk full?  Type: df -h ." \
        "Is the folder yours?  Type: ls -ld . $folder"
fi
if cmp -s "$file.new" "$file"; then
    rm "$file.new"
else
    mv "$file.new" "$file"
fi
