#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: debug.sh bios|uefi|kernel
# Stops the PC at the kernel's first instruction and hands it to gdb. They talk
# by a socket in build/, so that no port can be taken.
set -eu
. "$(dirname "$0")/lib.sh"

door=$1
need qemu-system-x86_64 gdb
. "$scripts/door.sh"

socket=build/debug.sock
pid=build/debug.pid

# A window, where there is a screen, so that OK can be seen to appear. macOS's
# does not go with -daemonize.
show=none
if display && kind=$(window) && [ "$kind" != cocoa ]; then
    show=$kind
fi
# -daemonize: QEMU is ready when the command ends, and a Ctrl-C meant for gdb
# does not reach it. -S: it stands before the firmware's first instruction.
"$qemu" -nic none -display "$show" -daemonize -pidfile "$pid" -S \
    -chardev "socket,id=gdb,path=$socket,server=on,wait=off" -gdb chardev:gdb \
    "$@" || die "QEMU did not start; its own words are above." \
    "Does another \`make debug\` run in this folder?  End it, then try again."
trap 'kill "$(cat "$pid")"; rm -f "$socket" "$pid"' EXIT
trap : INT # Ctrl-C is for gdb: it stops the kernel, not this script
trap 'exit 129' HUP
trap 'exit 143' TERM

# GRUB itself runs at the kernel's address before it loads it there, so wait for
# what it passes to a kernel in EAX.
condition="if \$eax == 0x36d76289"
if [ "$door" = uefi ]; then
    entry=uefi_start
    line=$(awk '/OutputString/ { print NR; exit }' uefi.c)
    set -- -ex "set architecture i386:x86-64"
    registers="rip rsp rax rbx eflags cr0 efer"
    hint="tbreak uefi.c:$line   stop before the line that prints OK
continue           go there
next               over it: the firmware has printed"
else
    entry=start
    [ "$door" = bios ] || condition= # QEMU alone passes nothing
    # i386.xml numbers the registers its own way, so gdb may not change one by
    # its number (packet P); it sends them all.
    set -- -ex "set architecture i386" \
        -ex "set tdesc filename $scripts/i386.xml" \
        -ex "set remote set-register-packet off"
    registers="eip esp eax ebx eflags cr0 efer"
    hint="x/4xb 0xb8000      the screen's first two cells: character, colours
stepi              one instruction, the store
x/4xb 0xb8000      again: 4f 2f 4b 2f is OK, white on green"
fi
if [ "${EXAMPLE:-}" ]; then
    hint="tbreak kernel_main
continue           go there: your own C"
    [ "$door" = uefi ] || hint="$hint
disconnect         with the next three: tells gdb of 64-bit mode
unset tdesc filename
set architecture i386:x86-64
target remote $socket"
fi
if [ "$show" = none ]; then
    hint="$hint
monitor screendump \"$PWD/build/screen.png\" -f png
                   without a window, this takes a picture of the screen"
fi

# remotetimeout: a busy machine answers late.
gdb -q -ex "set pagination off" -ex "set confirm off" \
    -ex "set remotetimeout 60" "$@" \
    -ex "target remote $socket" -ex "hbreak $entry $condition" \
    -ex "echo Booting to the first instruction of $entry. Ctrl-C gives up.\n" \
    -ex "continue" -ex "list $entry" -ex "info registers $registers" \
    -ex "display/3i \$pc" -ex "echo \nType, for example:\n$hint\nquit\n" \
    build/kernel.elf
