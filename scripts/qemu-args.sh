# SPDX-License-Identifier: 0BSD
# shellcheck shell=sh
# Usage, after lib.sh:  entry=bios|uefi|pvh; . "$scripts/qemu-args.sh"
# Sets "$@" to QEMU's arguments for booting by that entry what is in the folder
# $built, build/ if unset. $store is the file for UEFI's variable store.

built=${built:-build}
store=${store:-$built/OVMF_VARS.fd}
# shellcheck disable=SC2154 # lib.sh sets qemu and ovmf_*, the caller entry
case $entry in
bios)
    set -- -cdrom "$built/os.iso"
    ;;
uefi)
    need ovmf
    find_ovmf
    cat "$ovmf_vars" >"$store"
    set -- \
        -drive "if=pflash,format=raw,readonly=on,file=$ovmf_code" \
        -drive "if=pflash,format=raw,file=$store" \
        -cdrom "$built/os.iso"
    ;;
pvh)
    set -- -kernel "$built/kernel.bin"
    ;;
*)
    die "There is no entry \"$entry\"." "Type bios, uefi or pvh."
    ;;
esac
