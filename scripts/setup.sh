#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: setup.sh [--tests] [--dry-run]
#        setup.sh --doctor CC LD OBJCOPY
#        setup.sh --need THING...
#
# Installs what this machine lacks for `make run`, and with --tests what it
# lacks for `make test`, by the system's own package manager. Any other purpose
# in tools.txt is an option too, such as --fuzz. With --dry-run it prints the
# command and installs nothing.
#
# --doctor shows what the project needs and what this machine has of it: which
# version and where, or the package to install; then, what can be done with
# that. It fails when `make run` could not work.
#
# --need fails when one of the things is missing, and says what to type.
set -eu
. "$(dirname "$0")/lib.sh"

manager=$(package_manager)

# untried: warns of package names that may be wrong.
untried() {
    [ "$manager" = apt ] ||
        say "Nobody has tried the package names${manager:+ for $manager} yet." \
            "If one is wrong, correct it in scripts/tools.txt."
}

# --- Installing ---------------------------------------------------------------

usage() {
    die "Usage: setup.sh [--tests] [--dry-run]"
}

# install OPTION...
install() {
    purposes=run dry_run=
    for option; do
        case $option in
        --tests) purposes="$purposes test" ;;
        --dry-run) dry_run=1 ;;
        --*)
            [ "$(things "${option#--}")" ] || usage
            purposes="$purposes ${option#--}"
            ;;
        *) usage ;;
        esac
    done

    lacking=
    packages=
    for thing in $(things "$purposes"); do
        have "$thing" && continue
        lacking="$lacking $thing"
        package=$(package "$thing" "$manager")
        case " $packages " in
        *" $package "*) ;;
        *) packages="$packages${package:+ $package}" ;;
        esac
    done
    if [ ! "$lacking" ]; then
        echo "Nothing is missing."
        return
    fi
    echo "Missing:$lacking"
    command=$(install_command) || die \
        "This system has none of the package managers that setup.sh knows." \
        "Install these things by hand; scripts/tools.txt names their packages."
    update=
    [ "$manager" != apt ] || update="${command%% install*} update"
    echo "Will run: ${update:+$update && }$command$packages"
    untried
    [ ! "$dry_run" ] || return 0

    if [ "$update" ]; then
        $update || die "apt-get update failed; its own words are above."
        # One release has a package for what is part of another package in the
        # next, and apt-get installs nothing if it does not know one name.
        known=
        for package in $packages; do
            if apt-cache show "$package" >/dev/null 2>&1; then
                known="$known $package"
            else
                say "This system has no package $package: going on without it."
            fi
        done
        packages=$known
    fi
    # shellcheck disable=SC2086 # each word is a package
    $command $packages ||
        die "The package manager failed; its own words are above."

    still=
    for thing in $lacking; do
        have "$thing" || still="$still $thing"
    done
    [ ! "$still" ] || die "Installed, but still missing:$still"
}

# --- The doctor ---------------------------------------------------------------

# version PLACE: of what is there, from its own words, if it says one.
version() {
    if [ -d "$1" ]; then
        grep '^grub_version' "$1/modinfo.sh"
    elif [ -x "$1" ]; then
        "$1" --version 2>&1
    fi | awk 'match($0, /[0-9]+\.[0-9]+(\.[0-9]+)?/) {
        print substr($0, RSTART, RLENGTH)
        exit
    }'
}

# packages THING: the package that has it, one line for each manager that this
# machine may have.
packages() {
    for one in ${manager:-apt dnf pacman brew}; do
        package "$1" "$one" | sed "s/^/$one package /"
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
    echo "  $what  ${lacking:+no, without:}${lacking:-yes}"
    [ ! "$lacking" ]
}

# doctor CC LD OBJCOPY
doctor() {
    # The first words: a choice may have options of its own, as in "gcc -pipe".
    cc=${1%% *} ld=${2%% *} objcopy=${3%% *}

    echo "tool                version   what it does: where it is"
    missing=
    for thing in $(things "run test web fuzz"); do
        what=$(column "$thing" "what it does")
        packages=$(packages "$thing")
        case $thing in
        gcc) thing=$cc ;;
        ld) thing=$ld ;;
        objcopy) thing=$objcopy ;;
        esac
        if where=$(place "$thing"); then
            row "$thing" "$(version "$where")" "$what" "$where"
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
        untried
        say "To install what is missing, type:  ./scripts/setup.sh" \
            "and for \`make test\`:  ./scripts/setup.sh --tests"
    fi
    return "$worst"
}

case ${1:-} in
--doctor) shift && doctor "$@" ;;
--need) shift && need "$@" ;;
*) install "$@" ;;
esac
