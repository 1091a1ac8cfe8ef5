#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: doctor.sh CC LD OBJCOPY
# Shows what the project needs and what this machine has of it: which version
# and where, or the package to install. Then, what can be done with that.
# Fails when `make run` could not work.
set -eu
. "$(dirname "$0")/lib.sh"

# The first words: a choice may have options of its own, as in "gcc -pipe".
cc=${1%% *} ld=${2%% *} objcopy=${3%% *}
manager=$(package_manager)

# place THING: where it is.
place() {
    case $1 in
    grub-mkrescue) command -v "$(grub_mkrescue)" ;;
    grub:*) grub_modules "${1#grub:}" ;;
    ovmf) find_ovmf && echo "$ovmf_code" ;;
    pytest) find_pytest ;;
    pytest-xdist) echo "in pytest" ;;
    pillow) echo "where pytest looks" ;;
    qxl) echo "in QEMU" ;;
    bochs-*) echo "in /usr/share/bochs" ;;
    header:*) echo "where the compiler looks" ;;
    libfuzzer) echo "in clang" ;;
    qemu-system-x86_64) command -v "$qemu" ;;
    window) window || echo "not needed: there is no display" ;;
    *) command -v "$1" ;;
    esac
}

# version THING: a number from its own words, if it says one.
version() {
    case $1 in
    grub:*) grep '^grub_version' "$(place "$1")/modinfo.sh" ;;
    ovmf | pytest-xdist | pillow | header:* | libfuzzer | qxl | bochs-* | window) ;;
    *) "$(place "$1")" --version 2>&1 ;;
    esac | awk 'match($0, /[0-9]+\.[0-9]+(\.[0-9]+)?/) {
        print substr($0, RSTART, RLENGTH)
        exit
    }'
}

# packages THING: the package that has it, one line for each manager that this
# machine may have.
packages() {
    for one in ${manager:-apt dnf pacman brew}; do
        name=$(package "$1" "$one")
        if [ "$name" ] && [ "$name" != - ]; then
            echo "$one package $name"
        fi
    done
}

# row NAME VERSION WHAT WHERE: in one line, if it fits on the screen.
row() {
    line=$(printf '%-18s  %-8s  %s: %s' "$@")
    if [ ${#line} -gt 80 ]; then
        printf '%-18s  %-8s  %s:\n' "$1" "$2" "$3"
        line=$(echo "$4" | sed 's/^/                    /')
    fi
    echo "$line"
}

# can WHAT THING...: says whether it can be done, or what is missing for it.
can() {
    what=$1
    shift
    lacking=
    for thing; do
        case " $missing " in
        *" $thing "*) lacking="$lacking $thing" ;;
        esac
    done
    if [ "$lacking" ]; then
        echo "  $what  no, without:$lacking"
        return 1
    fi
    echo "  $what  yes"
}

echo "tool                version   what it does: where it is"
missing=
purposes=$(awk -F ' *[|] *' '!/^#/ { print $2 }' "$scripts/tools.txt" | sort -u)
for thing in $(things "$(echo "$purposes" | tr '\n' ' ')"); do
    what=$(column "$thing" 3)
    packages=$(packages "$thing")
    case $thing in
    gcc) thing=$cc ;;
    ld) thing=$ld ;;
    objcopy) thing=$objcopy ;;
    esac
    if have "$thing"; then
        row "$thing" "$(version "$thing")" "$what" "$(place "$thing")"
    else
        row "$thing" MISSING "$what" "${packages:-install it yourself}"
        missing="$missing $thing"
    fi
done

# A gcc makes code for one kind of machine. clang makes it for all.
compiler=$cc
if have "$cc"; then
    case $cc in
    *clang*) machine=x86_64 ;;
    *) machine=$("$cc" -dumpmachine) ;;
    esac
    case $machine in
    *darwin* | *apple*) compiler=x86-compiler ;;
    x86_64* | i?86*) ;;
    *) compiler=x86-compiler ;;
    esac
fi
[ "$compiler" = "$cc" ] || missing="$missing $compiler"

build="make $compiler $ld $objcopy"
bios="$build grub-mkrescue grub:i386-pc xorriso"
uefi="$bios grub:x86_64-efi mformat"
# grub-mkrescue always makes all that it has the modules for.
have grub:x86_64-efi && bios="$bios mformat"
run="qemu-system-x86_64"
(display && window) >/dev/null 2>&1 || terminal || run="$run python3"

# shellcheck disable=SC2046,SC2086 # each word is a thing
{
    echo
    echo "What you can do here:"
    worst=0 all=1
    can "make: build the kernel          " $build || :
    can "make iso: for BIOS machines     " $bios || :
    can "make iso: for UEFI machines     " $uefi || :
    can "make run: boot by BIOS          " $bios $run || worst=1
    can "make run-uefi: boot by UEFI     " $uefi $run ovmf || :
    can "make run-kernel: without GRUB   " $build $run || :
    can "make test: all of it, and look  " $build $(things "run test") || all=
}

if [ "$compiler" != "$cc" ]; then
    say "$cc makes code for $machine, not for an x86 PC." \
        "Type:  make doctor CC=clang LD=ld.lld"
fi
if [ ! "$all" ]; then
    say "To install what is missing, type:  ./scripts/setup.sh" \
        "and for \`make test\`:  ./scripts/setup.sh --tests"
fi
exit "$worst"
