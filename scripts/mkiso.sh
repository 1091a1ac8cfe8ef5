#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: mkiso.sh KERNEL GRUB_CFG ISO
# Makes one image that boots as a CD and as a USB stick, on BIOS and UEFI.
#
# grub-mkrescue succeeds even when pieces are missing, with an image that boots
# nothing. So this script checks the pieces before and the image after.
#
# FIRMWARE is what the image is for, "BIOS UEFI" if unset. One for "BIOS" is a
# fifth of the size.
#
# If SOURCE_DATE_EPOCH, a number of seconds since 1970, is set, the same KERNEL
# makes the same image byte for byte, at any time and on any machine.
set -eu
. "$(dirname "$0")/lib.sh"

kernel=$1 cfg=$2 iso=$3
tree=${iso%.iso}.files # what the image's file system will hold
log=$iso.log           # the tools' output
new=$iso.new           # the image until it is known to be good
tmp=$iso.tmp           # grub-mkrescue's, which leaves files there if it fails

rm -rf "$tree" "$iso" "$tmp" # a failure leaves no image, not even an old one
platforms=$(grub_platforms) || : # once: it is slow in the web page
need grub-mkrescue xorriso grub:i386-pc
firmware=${FIRMWARE:-BIOS UEFI}
only= # set: the folder with the modules of one kind of firmware
case $firmware in
BIOS) only=$platforms/i386-pc ;;
"BIOS UEFI")
    if have grub:x86_64-efi; then
        need mformat
    else
        missing grub:x86_64-efi
        say "Going on without it: the image will boot on BIOS machines only."
        firmware=BIOS
    fi
    ;;
*) die "FIRMWARE must be BIOS or \"BIOS UEFI\", but it is $firmware." ;;
esac

# grub-mkrescue and its helpers put the time into serial numbers, a name and
# each file's date, by this machine's clock and time zone: faketime stops them.
frozen=
if [ "${SOURCE_DATE_EPOCH:-}" ]; then
    need faketime
    case $SOURCE_DATE_EPOCH in
    *[!0-9]*)
        die "SOURCE_DATE_EPOCH must be a number of seconds since 1970," \
            "but it is $SOURCE_DATE_EPOCH. Type, for the last change's time:" \
            "  SOURCE_DATE_EPOCH=\$(git log -1 --format=%ct) make iso"
        ;;
    esac
    format='+%Y-%m-%d %H:%M:%S'
    frozen=$(date -u -d "@$SOURCE_DATE_EPOCH" "$format" 2>/dev/null ||
        date -u -r "$SOURCE_DATE_EPOCH" "$format") # on macOS
    export LC_ALL=C TZ=UTC
fi

# Of GRUB's modules, only those for grub.cfg's commands, for the image's file
# system, and for all partition tables, which GRUB looks for by itself. So, and
# without fonts, locales and themes, the image is under a quarter of the default
# size.
modules="normal multiboot2 iso9660"
for module in "$(grub_modules i386-pc)"/part_*.mod; do
    module=${module##*/}
    modules="$modules ${module%.mod}"
done

mkrescue=$(grub_mkrescue)
check=${mkrescue%mkrescue}script-check
if command -v "$check" >/dev/null && ! "$check" "$cfg"; then
    die "GRUB cannot read $cfg; the error is above, with its line."
fi

trap 'rm -rf "$new" "$tmp"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir -p "$tree/boot/grub" "$tmp"
cp "$kernel" "$tree/boot/kernel.bin"
cp "$cfg" "$tree/boot/grub/grub.cfg"

export TMPDIR="$tmp"
if ! ${frozen:+faketime -f "$frozen"} "$mkrescue" \
    ${only:+--directory="$only"} --install-modules="$modules" \
    --fonts= --locales= --themes= \
    -o "$new" "$tree" >"$log" 2>&1; then
    cat "$log" >&2
    die "grub-mkrescue failed; its output is above and in $log." \
        "Is the disk full?  Type: df -h ."
fi

# El Torito (the boot standard of CDs) has an entry for each kind of firmware.
entries=$(xorriso -indev "$new" -report_el_torito plain 2>>"$log" |
    awk '/^El Torito boot img/ { print $6 }' FS=' *:? +')
for kind in $firmware; do
    case $entries in
    *"$kind"*) ;;
    *)
        cat "$log" >&2
        die "The image has no boot entry for $kind; $log is the tools' output."
        ;;
    esac
done

mv "$new" "$iso"
