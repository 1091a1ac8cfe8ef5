#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: settings.sh FILE TEXT TOOL...
# Writes TEXT to FILE unless FILE holds it already, so that make rebuilds what
# depends on FILE when TEXT has changed. As the first step of every build it
# also checks that the tools are there, and that FILE can be written.
set -eu

file=$1 text=$2
shift 2

# Usually nothing has changed. Finding that out starts no process, since processes
# are slow on the web page's emulated CPU, and every build runs this.
if type "$@" >/dev/null 2>&1 && { IFS= read -r old <"$file"; } 2>/dev/null &&
    [ "$old" = "$text" ]; then
    exit
fi

. "$(dirname "$0")/lib.sh"
need "$@"
folder=$(dirname "$file")
if ! mkdir -p "$folder" || ! printf '%s\n' "$text" >"$file.new"; then
    rm -f "$file.new" || :
    die "Cannot write in $folder/." \
        "Is the disk full?  Type: df -h ." \
        "Is the folder yours?  Type: ls -ld . $folder"
fi
mv "$file.new" "$file"
