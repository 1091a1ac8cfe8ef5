# SPDX-License-Identifier: 0BSD
# shellcheck shell=sh
# Usage, after lib.sh:  door=bios|uefi|kernel; . "$scripts/qemu-args.sh"
# Sets "$@" to what makes QEMU boot by that door what `make` built.

# shellcheck disable=SC2154 # lib.sh sets qemu and ovmf_*, the caller door
case $door in
bios)
    set -- -cdrom build/os.iso
    ;;
uefi)
    need ovmf
    find_ovmf
    # The firmware writes to its variable store, so it gets a copy.
    cat "$ovmf_vars" >build/OVMF_VARS.fd
    set -- \
        -drive "if=pflash,format=raw,readonly=on,file=$ovmf_code" \
        -drive if=pflash,format=raw,file=build/OVMF_VARS.fd \
        -cdrom build/os.iso
    ;;
kernel)
    set -- -kernel build/kernel.bin
    ;;
*)
    die "There is no door \"$door\"." "Type bios, uefi or kernel."
    ;;
esac
