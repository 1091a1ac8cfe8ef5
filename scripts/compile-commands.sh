#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: compile-commands.sh COMMAND FILE... [-- COMMAND FILE...]
# Prints, as JSON, the command that compiles each file: clangd, which editors
# run, looks for that in build/compile_commands.json.
set -eu

# quoted TEXT: as JSON writes it.
quoted() {
    printf '"%s"' "$(printf '%s\n' "$1" | sed 's/[\\"]/\\&/g')"
}

separator='['
folder=$(quoted "$PWD")
while [ $# != 0 ]; do
    command=$1
    shift
    while [ $# != 0 ] && [ "$1" != -- ]; do
        printf '%s\n{"directory": %s, "file": %s, "command": %s}' \
            "$separator" "$folder" "$(quoted "$1")" \
            "$(quoted "$command -c $1")"
        separator=,
        shift
    done
    [ $# = 0 ] || shift
done
printf '\n]\n'
