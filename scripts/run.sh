#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: run.sh bios|uefi|kernel
# Boots what `make` built, by one of the three doors, and shows the screen: in
# a window, or in the terminal, or, with neither, as text after the boot.
set -eu
. "$(dirname "$0")/lib.sh"

door=$1
need qemu-system-x86_64
. "$scripts/qemu-args.sh"

if display && kind=$(window); then
    exec "$qemu" -nic none -display "$kind" "$@"
elif terminal; then
    if [ "$door" = uefi ]; then
        say "This is the firmware's serial console. To leave: Ctrl-A, then x." \
            "Starting in 3 seconds."
        sleep 3 # the firmware will wipe these words away
        exec "$qemu" -nic none -nographic "$@"
    fi
    say "To leave: Alt-2, then type quit and Enter. Starting in 3 seconds."
    sleep 3 # QEMU will wipe these words away
    exec "$qemu" -nic none -display curses "$@"
else
    need python3
    exec python3 "$scripts/qemu.py" "$door" "$@"
fi
