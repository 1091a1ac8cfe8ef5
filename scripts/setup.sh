#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: setup.sh [--tests] [--dry-run]
#
# Installs what this machine lacks for `make run`, and with --tests what it
# lacks for `make test`, by the system's own package manager. With --dry-run it
# prints the command and installs nothing.
#
# Tried: apt, on Debian 12 and 13. Not tried: dnf, pacman, zypper, apk, brew.
set -eu
. "$(dirname "$0")/lib.sh"

purposes=run dry_run=
for argument; do
    case $argument in
    --tests) purposes="run test" ;;
    --dry-run) dry_run=1 ;;
    *) die "Usage: setup.sh [--tests] [--dry-run]" ;;
    esac
done

manager=$(package_manager)
lacking=
packages=
for thing in $(things "$purposes"); do
    have "$thing" && continue
    lacking="$lacking $thing"
    package=$(package "$thing" "$manager")
    case " $packages - " in
    *" $package "*) ;;
    *) packages="$packages $package" ;;
    esac
done

if [ ! "$lacking" ]; then
    echo "Nothing is missing."
    exit
fi
echo "Missing:$lacking"
command=$(install_command) || die \
    "This system has none of the package managers that setup.sh knows." \
    "Install the things above by hand; scripts/tools.txt names their packages."
update=
[ "$manager" != apt ] || update="${command%% install*} update"
echo "Will run: ${update:+$update && }$command$packages"
[ ! "$dry_run" ] || exit 0

if [ "$update" ]; then
    $update || die "apt-get update failed; its own words are above."
    # One release has a package of its own for what is part of another package
    # in the next, and apt-get installs nothing if it does not know one name.
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
$command $packages || die "The package manager failed; its own words are above."

still=
for thing in $lacking; do
    have "$thing" || still="$still $thing"
done
[ ! "$still" ] || die "Installed, but still missing:$still"
