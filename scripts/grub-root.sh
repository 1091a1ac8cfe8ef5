#!/bin/sh
# SPDX-License-Identifier: 0BSD
# Usage: grub-root.sh SUITE
# Makes build/grub-SUITE: the GRUB of another Debian, such as trixie (2.12) or
# sid (2.14), and build/grub-SUITE/grub-mkrescue, which runs it from there. The
# system stays as it is: nothing is installed, and root is not needed.
#
# The packages come from the mirror that this Debian's apt uses, or from
# DEBIAN_MIRROR, an address that ends with /debian.
set -eu
. "$(dirname "$0")/lib.sh"

[ $# = 1 ] || die "Which Debian?  Type: scripts/grub-root.sh trixie"
suite=$1
root=build/grub-$suite
keys=/usr/share/keyrings/debian-archive-keyring.gpg

for command in apt-get dpkg-deb; do
    command -v "$command" >/dev/null ||
        die "Not found: $command. This script unpacks Debian's packages, and" \
            "needs a Debian or one of its relatives for that."
done
[ -e "$keys" ] || die "Not found: $keys, the keys of Debian's mirrors." \
    "Type:  $(install_command) debian-archive-keyring"

# The format's words are apt's, not the shell's.
# shellcheck disable=SC2016
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' \
    'Created-By: Packages' | sed -n 's/^Debian //p' | sort -u | head -n 1)}
[ "$mirror" ] || die "apt knows no mirror of Debian. Name one, and try again:" \
    "  DEBIAN_MIRROR=http://.../debian scripts/grub-root.sh $suite"

new=$PWD/$root.new
rm -rf "$new"
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir -p "$new/apt/lists/partial" "$new/apt/cache/archives/partial"
echo "deb [signed-by=$keys] $mirror $suite main" >"$new/apt/list"

# apt SUBCOMMAND...: with that one list, as on a machine that has no packages.
apt() {
    apt-get -qq -o "Dir::Etc::SourceList=$new/apt/list" \
        -o Dir::Etc::SourceParts=/dev/null -o Dir::State::status=/dev/null \
        -o "Dir::State::Lists=$new/apt/lists" \
        -o "Dir::Cache=$new/apt/cache" -o APT::Sandbox::User= \
        -o Debug::NoLocking=true "$@"
}
apt update || die "No list of the packages of $suite from $mirror;" \
    "apt's own words are above."
apt install --download-only -y --no-install-recommends \
    grub-common grub-pc-bin grub-efi-amd64-bin ||
    die "$suite at $mirror lacks a package of GRUB's; apt's words are above."
for package in "$new"/apt/cache/archives/*.deb; do
    dpkg-deb -x "$package" "$new"
done
rm -rf "$new/apt"

# The tools need their own C library, and the loader that belongs to it.
cat >"$new/grub-mkrescue" <<'END'
#!/bin/sh
root=$(cd "$(dirname "$0")" && pwd)
libraries=$root/usr/lib/x86_64-linux-gnu
exec "$libraries/ld-linux-x86-64.so.2" --library-path "$libraries" \
    "$root/usr/bin/grub-mkrescue" "$@"
END
chmod +x "$new/grub-mkrescue"
rm -rf "$root"
mv "$new" "$root"
version=$("$root/grub-mkrescue" --version) ||
    die "$root/grub-mkrescue does not run here; its own words are above."
echo "$root: ${version##* }"
