# SPDX-License-Identifier: 0BSD
# shellcheck shell=sh
# What the scripts share: where tools are, and what to say if one is missing.

scripts=$(dirname "$0")
qemu=${QEMU:-qemu-system-x86_64}

# say LINE...: a block on stderr that stands out from the tools' own output.
say() {
    printf '*** %s\n' "$@" >&2
}

die() {
    say "$@"
    exit 1
}

# column TOOL HEADING: the field of TOOL's row in tools.txt, if it is not "-".
# A package manager is the heading of its packages.
column() {
    awk -F ' *[|] *' -v tool="$1" -v heading="$2" '
        $1 == "# tool" { for (i = 1; i <= NF; i++) if ($i == heading) n = i }
        $1 == tool && n && $n != "-" { print $n }' "$scripts/tools.txt"
}

# tools PURPOSES: the tools in tools.txt for any of these, such as "run test".
tools() {
    awk -F ' *[|] *' -v purposes=" $1 " \
        '!/^#/ {
            n = split($2, words, " ")
            while (n && !index(purposes, " " words[n] " ")) n--
            if (n) print $1
        }' "$scripts/tools.txt"
}

# package_manager: the one that this system has, a heading in tools.txt.
package_manager() {
    for manager in apt dnf pacman zypper apk brew; do
        if command -v "$manager" >/dev/null; then
            echo "$manager"
            return
        fi
    done
}

# grub_mkrescue: the command, which has other names on other systems.
grub_mkrescue() {
    for name in ${GRUB_MKRESCUE:-grub-mkrescue grub2-mkrescue \
        x86_64-elf-grub-mkrescue i686-elf-grub-mkrescue}; do
        if command -v "$name" >/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

# grub_platforms: the folder with GRUB's modules for all platforms, from the path
# that grub-mkrescue names in its --help.
grub_platforms() {
    mkrescue=$(grub_mkrescue) || return 1
    LC_ALL=C "$mkrescue" --help |
        sed -n 's|.*\[default=\(.*\)/<platform>\].*|\1|p'
}

# grub_modules PLATFORM: the folder with GRUB's modules for it.
grub_modules() {
    folder=${platforms:-$(grub_platforms)}/$1
    [ -e "$folder/moddep.lst" ] && echo "$folder"
}

# find_ovmf: sets ovmf_code, the firmware, and ovmf_vars, its empty variable
# store, to the files that OVMF_* name, or else to a distribution's.
find_ovmf() {
    ovmf_code=${OVMF_CODE:-} ovmf_vars=${OVMF_VARS:-}
    [ -e "$ovmf_code" ] && [ -e "$ovmf_vars" ] && return
    [ "$ovmf_code$ovmf_vars" ] && return 1
    while read -r ovmf_code ovmf_vars; do
        [ -e "$ovmf_code" ] && [ -e "$ovmf_vars" ] && return
    done <<END
/usr/share/OVMF/OVMF_CODE_4M.fd /usr/share/OVMF/OVMF_VARS_4M.fd
/usr/share/OVMF/OVMF_CODE.fd /usr/share/OVMF/OVMF_VARS.fd
/usr/share/edk2/ovmf/OVMF_CODE.fd /usr/share/edk2/ovmf/OVMF_VARS.fd
/usr/share/edk2/x64/OVMF_CODE.4m.fd /usr/share/edk2/x64/OVMF_VARS.4m.fd
/usr/share/qemu/ovmf-x86_64-code.bin /usr/share/qemu/ovmf-x86_64-vars.bin
/opt/homebrew/share/qemu/edk2-x86_64-code.fd /opt/homebrew/share/qemu/edk2-i386-vars.fd
/usr/local/share/qemu/edk2-x86_64-code.fd /usr/local/share/qemu/edk2-i386-vars.fd
END
    return 1
}

# find_pytest: the command, which Debian and Fedora call pytest-3.
find_pytest() {
    command -v pytest-3 || command -v pytest
}

# display: is there a display to open a window on?
display() {
    [ "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || [ "$(uname)" = Darwin ]
}

# window: the kind of window that QEMU can open; fails if there is none.
window() {
    "$qemu" -display help 2>&1 | grep -xE 'gtk|sdl|cocoa' | head -n 1 | grep .
}

# terminal: is this an interactive terminal that can draw?
terminal() {
    [ -t 0 ] && [ -t 1 ] && [ "${TERM:-dumb}" != dumb ]
}

# place TOOL: says where it is, in its last line, or nothing.
place() {
    case $1 in
    grub-mkrescue) command -v "$(grub_mkrescue)" ;;
    grub:*) grub_modules "${1#grub:}" ;;
    header:*)
        echo "#include <${1#header:}>" | ${HOSTCC:-cc} -E - |
            grep -o -m 1 "/[^\"]*/${1#header:}"
        ;;
    libfuzzer)
        find "$(clang -print-resource-dir)" -name 'libclang_rt.fuzzer*' |
            grep -q . && echo "in clang"
        ;;
    ovmf) find_ovmf && echo "$ovmf_code" ;;
    pytest) find_pytest ;;
    pytest-xdist) "$(find_pytest)" -n 0 --version && echo "in pytest" ;;
    pillow) "$(find_pytest)" -p PIL.Image --version && echo "in Python" ;;
    qemu-system-x86_64) command -v "$qemu" ;;
    seabios) ls /usr/share/seabios/vgabios-stdvga.bin ;;
    selenium) "$(find_pytest)" -p selenium --version && echo "in Python" ;;
    window) if display; then window; else echo "not needed, no display"; fi ;;
    bochs-bios) ls /usr/share/bochs/BIOS-bochs-latest ;;
    bochs-vga) ls /usr/share/vgabios/vgabios.bin ;;
    u-boot) ls /usr/lib/u-boot/qemu-x86_64/u-boot.rom ;;
    *) command -v "$1" ;;
    esac 2>/dev/null
}

newline='
'

# path TOOL: where it is; fails if it is missing. Without another process: they
# take time in the web page.
path() {
    found=$(place "$1") || :
    found=${found##*"$newline"}
    [ "$found" ] && echo "$found"
}

# have TOOL: is it there?
have() {
    path "$1" >/dev/null
}

# install_command: what the user must type here to install packages.
install_command() {
    case $(package_manager) in
    apt) set -- apt-get install -y --no-install-recommends ;;
    dnf) set -- dnf install -y ;;
    pacman) set -- pacman -S --needed --noconfirm ;;
    zypper) set -- zypper install -y ;;
    apk) set -- apk add ;;
    brew) set -- brew install ;;
    *) return 1 ;;
    esac
    if [ "$(id -u)" != 0 ] && [ "$1" != brew ]; then
        set -- sudo "$@"
    fi
    echo "$@"
}

# missing TOOL: says that TOOL is missing, what it is for, and what to type.
missing() {
    what=$(column "$1" "what it does")
    say "Not found: $1${what:+ ($what)}."
    package=$(column "$1" "$(package_manager)")
    if [ ! "$package" ] || ! command=$(install_command); then
        say "Install it, or say where it is: \`make help\` names the variables."
        return
    fi
    say "Type:  $command $package"
    case $(column "$1" for) in
    run) say "or, for all that the project needs:  ./scripts/setup.sh" ;;
    test) say "or, for all that the tests need:  ./scripts/setup.sh --tests" ;;
    *) say "or, for all like it:  ./scripts/setup.sh --$(column "$1" for)" ;;
    esac
}

# need TOOL...: ends the script when one is missing.
need() {
    lacking=
    for tool; do
        have "$tool" || {
            missing "$tool"
            lacking=1
        }
    done
    [ ! "$lacking" ] || exit 1
}
