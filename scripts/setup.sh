#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: setup.sh [--tests] [--fuzz] [--web] [--dry-run]
#        setup.sh --doctor [CC [LD [OBJCOPY]]]
#        setup.sh --need TOOL...
#
# Installs what this machine lacks for `make run`, by the system's own package
# manager; with --tests, --fuzz or --web also what it lacks for `make test`,
# `make fuzz` or the page.
#
# --dry-run installs nothing. It lists the tools, each with version and path,
# or with the package to install, and then the command that would run.
# --doctor prints this list for all purposes. It fails if a tool for `make run`
# is missing.
#
# --need fails if one of the tools is missing, and says what to type.
set -eu
. "$(dirname "$0")/lib.sh"

manager=$(package_manager)
cc=gcc ld=ld objcopy=objcopy
list= # set: print what is found

# untested: warns of package names that may be wrong.
untested() {
    [ "$manager" = apt ] ||
        say "The package names${manager:+ for $manager} are untested." \
            "If one is wrong, correct it in scripts/tools.txt."
}

# --- What is installed --------------------------------------------------------

# version PATH: the version that it prints, if any.
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

# start_list: from here on, survey prints a row for each tool.
start_list() {
    list=1
    echo "tool                version   what it does: where it is"
}

# row NAME VERSION WHAT WHERE: in one line, if it fits on the screen.
row() {
    [ "$list" ] || return 0
    line=$(printf '%-18s  %-8s  %s: %s' "$@")
    if [ ${#line} -gt 80 ]; then
        line=$(printf '%-18s  %-8s  %s:\n%20s%s' "$1" "$2" "$3" '' "$4")
    fi
    echo "$line"
}

# survey PURPOSES: sets lacking to the tools for these that are missing, and
# packages to their packages.
survey() {
    lacking='' packages=''
    for tool in $(tools "$1"); do
        what=$(column "$tool" "what it does")
        package=$(column "$tool" "$manager")
        name=${package:+$manager package $package}
        case $tool in
        gcc) tool=$cc ;;
        ld) tool=$ld ;;
        objcopy) tool=$objcopy ;;
        esac
        if path=$(path "$tool"); then
            row "$tool" "$(version "$path")" "$what" "$path"
            continue
        fi
        row "$tool" MISSING "$what" "${name:-install it yourself}"
        lacking="$lacking $tool"
        case " $packages " in
        *" $package "*) ;;
        *) packages="$packages${package:+ $package}" ;;
        esac
    done
}

# --- Installing ---------------------------------------------------------------

# install OPTION...
install() {
    purposes=run
    for option; do
        case $option in
        --tests) purposes="$purposes test" ;;
        --fuzz | --web) purposes="$purposes ${option#--}" ;;
        --dry-run) start_list ;;
        *) die "Usage: setup.sh [--tests] [--fuzz] [--web] [--dry-run]" ;;
        esac
    done

    survey "$purposes"
    if [ ! "$lacking" ]; then
        echo "Nothing is missing."
        return
    fi
    echo "Missing:$lacking"
    command=$(install_command) || die \
        "This system has none of the package managers that setup.sh knows." \
        "Install these by hand; scripts/tools.txt names their packages."
    update=
    [ "$manager" != apt ] || update="${command%% install*} update"
    echo "Will run: ${update:+$update && }$command$packages"
    untested
    [ ! "$list" ] || return 0

    if [ "$update" ]; then
        $update || die "apt-get update failed; its output is above."
        # Releases split and merge packages, and apt-get installs nothing at all
        # if one name is unknown.
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
        die "The package manager failed; its output is above."

    still=
    for tool in $lacking; do
        have "$tool" || still="$still $tool"
    done
    [ ! "$still" ] || die "Installed, but still missing:$still"
}

# --- The doctor ---------------------------------------------------------------

# doctor [CC [LD [OBJCOPY]]]
doctor() {
    # Only the first words: each may have options, as in "gcc -pipe".
    cc=${1:-gcc} ld=${2:-ld} objcopy=${3:-objcopy}
    cc=${cc%% *} ld=${ld%% *} objcopy=${objcopy%% *}

    start_list
    survey run
    needed=$lacking
    survey "test web fuzz"
    if [ "$needed$lacking" ]; then
        untested
        say "To install what is missing, type:  ./scripts/setup.sh" \
            "and for \`make test\`:  ./scripts/setup.sh --tests"
    else
        echo "Nothing is missing."
    fi

    # A gcc compiles for one kind of CPU, clang for all.
    case $cc in
    *clang*) machine=x86_64 ;;
    *) machine=$("$cc" -dumpmachine 2>/dev/null) || machine= ;;
    esac
    case $machine in
    *darwin* | *apple*) ;;
    x86_64* | i?86* | "") machine= ;;
    esac
    [ ! "$machine" ] ||
        die "$cc makes code for $machine, not for an x86 PC." \
            "Type:  make doctor CC=clang LD=ld.lld"
    [ ! "$needed" ]
}

case ${1:-} in
--doctor) shift && doctor "$@" ;;
--need) shift && need "$@" ;;
*) install "$@" ;;
esac
