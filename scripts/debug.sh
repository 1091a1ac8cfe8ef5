#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: debug.sh bios|uefi|pvh
# Stops the PC at the kernel's first instruction in gdb. QEMU and gdb connect
# through a socket in build/, so no TCP port can be in use already.
set -eu
. "$(dirname "$0")/lib.sh"

entry=$1
need qemu-system-x86_64 gdb
. "$scripts/qemu-args.sh"

socket=build/debug.sock pid=build/debug.pid
script=build/debug.gdb cpu=build/debug.xml

# register NAME BITS TYPE
register() {
    echo "<reg name=\"$1\" bitsize=\"$2\" type=\"$3\"/>"
}

# registers: describes the CPU to gdb as one of 32 bits. gdb shows 32-bit code
# for such a CPU only, but QEMU's 64-bit PC sends 64-bit registers in 32-bit
# mode too. So these are, in the order in which QEMU sends them, low halves
# (low), whole registers (all, fpu), and numbers of 32-bit words to skip.
registers() {
    skipped=$(register "" 32 int32)
    echo '<target><architecture>i386</architecture>'
    echo '<feature name="org.gnu.gdb.i386.core">'
    while read -r part type names; do
        for name in $names; do
            case $part in
            low) register "$name" 32 "$type" && echo "$skipped" ;;
            all) register "$name" 32 "$type" ;;
            fpu) register "$name" 80 "$type" ;;
            skip) yes "$skipped" | head -n "$name" ;;
            esac
        done
    done <<END
low  int32    eax ebx ecx edx esi edi
low  data_ptr ebp esp
skip r8-r15   16
low  code_ptr eip
all  int32    eflags cs ss ds es fs gs
skip bases    6
low  int32    cr0 cr2 cr3 cr4 cr8 efer
fpu  i387_ext st0 st1 st2 st3 st4 st5 st6 st7
all  int32    fctrl fstat ftag fiseg fioff foseg fooff fop
skip sse      65
END
    echo '</feature></target>'
}

# With a display, open a window in which OK can be seen to appear. On macOS,
# windows do not work with -daemonize.
show=none
if display && kind=$(window) && [ "$kind" != cocoa ]; then
    show=$kind
fi
# -daemonize: QEMU is ready when the command ends, and a Ctrl-C meant for gdb
# does not reach it. -S: it waits before the firmware's first instruction.
"$qemu" -nic none -display "$show" -daemonize -pidfile "$pid" -S \
    -chardev "socket,id=gdb,path=$socket,server=on,wait=off" -gdb chardev:gdb \
    "$@" || die "QEMU did not start; its output is above." \
    "Is another \`make debug\` running in this folder?  End it, then try again."
trap 'kill "$(cat "$pid")"; rm -f "$socket" "$pid" "$script" "$cpu"' EXIT
trap : INT # Ctrl-C is for gdb: it stops the PC, not this script
trap 'exit 129' HUP
trap 'exit 143' TERM

if [ "$entry" = uefi ]; then
    symbol=uefi_start
    line=$(awk '/OutputString/ { print NR; exit }' uefi.c)
    mode="set architecture i386:x86-64"
    shown="rip rsp rax rbx eflags cr0 efer"
    hint="tbreak uefi.c:$line   stop before the line that prints OK
continue           go there
next               run that line: the firmware prints"
else
    symbol=start
    registers >"$cpu"
    # gdb must not write one register by number (packet P), as these numbers are
    # not QEMU's; so it writes all registers.
    mode="set architecture i386
set tdesc filename $cpu
set remote set-register-packet off"
    shown="eip esp eax ebx eflags cr0 efer"
    hint="x/4xb 0xb8000      the screen's first two cells: character, colours
stepi              one instruction, the store
x/4xb 0xb8000      again: 4f 2f 4b 2f is OK, white on green"
fi
if [ "${EXAMPLE:-}" ]; then
    hint="tbreak kernel_main
continue           go there: your own C"
    [ "$entry" = uefi ] || hint="$hint
disconnect         with the next three: switches gdb to 64-bit mode
unset tdesc filename
set architecture i386:x86-64
target remote $socket"
fi
# GRUB's own code runs at the kernel's address before the kernel is loaded, so
# wait for what GRUB passes to a kernel in EAX. At the PVH entry, nothing does.
condition="if \$eax == 0x36d76289"
[ "$entry" != pvh ] || condition=
if [ "$show" = none ]; then
    hint="$hint
monitor screendump \"$PWD/build/screen.png\" -f png
                   without a window, this takes a picture of the screen"
fi

# remotetimeout: on a busy machine, QEMU answers late.
cat >"$script" <<END
set pagination off
set confirm off
set remotetimeout 60
$mode
target remote $socket
hbreak $symbol $condition
echo Booting to the first instruction of $symbol. Ctrl-C gives up.\n
continue
if \$pc != (long) $symbol
    echo \n*** The PC did not reach $symbol. It was stopped here:\n
    x/i \$pc
    quit 1
end
list $symbol
info registers $shown
display/3i \$pc
display
echo \nType, for example:\n$(echo "$hint" | sed 's/$/\\n/' | tr -d '\n')quit\n
END
gdb -q -x "$script" build/kernel.elf
