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
need mmdebstrap

# shellcheck disable=SC2016 # the format's word is apt's, not the shell's
mirror=${DEBIAN_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' \
    'Created-By: Packages' 'Label: Debian' | head -n 1)}
[ "$mirror" ] || die "apt knows no mirror of Debian. Name one, and try again:" \
    "  DEBIAN_MIRROR=http://.../debian scripts/grub-root.sh $suite"

new=$root.new
rm -rf "$new"
mkdir -p build
trap 'rm -rf "$new"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mmdebstrap --quiet --mode=chrootless --variant=extract --format=directory \
    --include=grub-common,grub-pc-bin,grub-efi-amd64-bin \
    "$suite" "$new" "deb $mirror $suite main" ||
    die "GRUB of $suite could not be fetched from $mirror; the output is above."

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
    die "$root/grub-mkrescue does not run here; its output is above."
echo "$root: ${version##* }"
