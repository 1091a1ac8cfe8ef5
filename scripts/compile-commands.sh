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

folder=$(quoted "$PWD") command='' separator='['
for word; do
    if [ "$word" = -- ]; then
        command=
    elif [ ! "$command" ]; then
        command=$word
    else
        printf '%s\n{"directory": %s, "file": %s, "command": %s}' "$separator" \
            "$folder" "$(quoted "$word")" "$(quoted "$command -c $word")"
        separator=,
    fi
done
printf '\n]\n'
