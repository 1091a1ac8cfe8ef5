#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: run.sh bios|uefi|pvh
# Boots what `make` built, by one of the kernel's three entries, and shows the
# screen: in a window, or in the terminal, or, with neither, as text after the
# boot.
set -eu
. "$(dirname "$0")/lib.sh"

entry=$1
need qemu-system-x86_64
. "$scripts/qemu-args.sh"

# title TEXT: of the terminal's window; tmux shows the first 21 characters.
title() {
    case $TERM in
    xterm* | rxvt* | screen* | tmux* | foot* | alacritty*)
        printf '\033]0;%s\007' "$1"
        ;;
    esac
}

# in_terminal HOW SHORT ARGUMENT...: runs QEMU, and says how to leave it. QEMU's
# screen then fills the terminal, so the title repeats it in short.
in_terminal() {
    say "To leave: $1. Starting in 3 seconds."
    title "leave: $2"
    shift 2
    sleep 3
    status=0
    "$qemu" -nic none "$@" || status=$?
    title ""
    exit "$status"
}

if display && kind=$(window); then
    exec "$qemu" -name "to leave, close this window" -nic none \
        -display "$kind" "$@"
elif ! terminal; then
    need python3
    exec python3 "$scripts/look.py" --entry "$entry" --seconds 60
elif [ "$entry" = uefi ]; then
    # The firmware's serial console.
    in_terminal "Ctrl-A, then x" "Ctrl-A x" -nographic "$@"
else
    in_terminal "Alt-2, then type quit and Enter" "Alt-2, quit" \
        -display curses "$@"
fi
