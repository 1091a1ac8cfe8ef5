#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""Makes build/web/, the page: plain files for any web host.

Usage: build.py   (in the project's folder; `make web` does it)

What takes minutes is kept in build/web-cache/, in folders whose names end in a
hash of all that they were made from. A folder has its name when it is complete.
"""

import contextlib
import fnmatch
import hashlib
import json
import os
import pathlib
import shlex
import shutil
import stat
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
CACHE = ROOT / "build/web-cache"
SEABIOS = pathlib.Path("/usr/share/seabios")
BIOS, VGA_BIOS = SEABIOS / "bios.bin", SEABIOS / "vgabios-stdvga.bin"
V86_WASM = WEB / "node_modules/v86/build/v86.wasm"
# What the page's PC is made of, beside Bochs.
FIRMWARE = [pathlib.Path("/usr/share") / name for name in
            ("bochs/BIOS-bochs-latest", "vgabios/vgabios.bin",
             "ovmf/OVMF.fd")]  # fmt: skip

SUITE = "bookworm"  # the last Debian with a kernel for v86's 32-bit CPU
BOCHS_SUITE = "trixie"  # the first one with Bochs 3.0

# What the VM has of the project.
PROJECT = ["*.c", "*.h", "linker.ld", "Makefile", "LICENSE", "README.md",
           "grub/*", "scripts/*", "mb2check/*", "docs/*.md", "examples/**/*"]  # fmt: skip

# What Debian's install scripts would link, had they run; and a small font, in
# which grub-mkrescue writes "GRUB" for a Mac's menu.
LINKS = {"usr/bin/awk": "mawk", "usr/local/bin/cc": "gcc",
         "usr/bin/which": "which.debianutils", "root/c-boot": "ok",
         "usr/share/grub/unicode.pf2": "ascii.pf2"}  # fmt: skip

MODULES = ["netfs", "fscache", "9pnet", "9p", "virtio", "virtio_ring",
           "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci",
           "9pnet_virtio"]  # fmt: skip


def die(*lines):
    for line in lines:
        print("***", line, file=sys.stderr)
    sys.exit(1)


def run(*command, why, **options):
    """Shows the command's output only if it fails."""
    result = subprocess.run([str(word) for word in command], text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, check=False,
                            **options)  # fmt: skip
    if result.returncode != 0:
        print(result.stdout, file=sys.stderr)
        die(f"{command[0]} failed; its output is above.", why)
    return result.stdout


def digest(*parts):
    """Of texts, and of files with their modes."""
    total = hashlib.sha256()
    for text in parts:
        content = b""
        if isinstance(text, pathlib.Path):
            content = text.read_bytes()
            text = f"{text.name} {text.stat().st_mode}"
        for item in text.encode(), content:
            total.update(b"%d " % len(item) + item)
    return total.hexdigest()[:16]


@contextlib.contextmanager
def new_folder(name, key):
    """Gives a folder to fill, which gets its name when that has worked, and
    replaces the one with another key. See made()."""
    new = CACHE / f"{name}.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    try:
        yield new
        for old in CACHE.glob(f"{name}-*"):
            shutil.rmtree(old)
        new.rename(CACHE / f"{name}-{key}")
    finally:
        shutil.rmtree(new, ignore_errors=True)


def made(name, key, make):
    folder = CACHE / f"{name}-{key}"
    if not folder.is_dir():
        with new_folder(name, key) as new:
            make(new)
    return folder


def step(text):
    if "s" not in os.environ.get("MAKEFLAGS", "").split(" ")[0]:
        print("web:", text, flush=True)


def lines_of(path):
    """A list's lines, without comments."""
    lines = (line.split("#")[0].strip() for line in path.open())
    return [line for line in lines if line]


# --- Debian, as a folder ------------------------------------------------------


def mirror():
    """The mirror from which this machine's apt fetches Debian."""
    targets = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)",
         "Created-By: Packages", "Origin: Debian", "Label: Debian"],
        capture_output=True, text=True, check=False)  # fmt: skip
    named = os.environ.get("DEBIAN_MIRROR") or "".join(targets.stdout.split()[:1])
    return named or die(
        "apt names no mirror of Debian. Name one, an address that ends in /debian:",
        "  DEBIAN_MIRROR=http://.../debian make web")


def make_debian(folder):
    packages = lines_of(WEB / "vm/packages.txt")
    step(f"fetching Debian {SUITE} for the VM, from {mirror()}")
    # Without root's rights, and from `main` alone: updates of a suite that is
    # no longer the newest come and go.
    run("mmdebstrap", "--mode=chrootless", "--variant=extract",
        "--format=directory", "--architectures=i386",
        "--include=" + ",".join(packages),
        "--extract-hook=cd \"$1/var/cache/apt/archives\" && "
        f"ls *.deb >{shlex.quote(str(folder / 'packages'))}",
        SUITE, folder / "root", f"deb {mirror()} {SUITE} main",
        why="Is the network up, and does the mirror have these packages?")
    # fmt: skip


def packages_of(debian):
    """Name and version of each, out of NAME_VERSION_ARCHITECTURE.deb."""
    for line in (debian / "packages").read_text().splitlines():
        name, version, _ = line.replace("%3a", ":").split("_")
        yield name, version


# --- Bochs, the page's PC -----------------------------------------------------


def fetch_bochs(folder):
    """Unpacks Debian's tarball of it; gives its folder."""
    step(f"fetching Bochs, from {mirror()}")
    # apt's own lists and cache would need root's rights.
    (folder / "apt/lists/partial").mkdir(parents=True)
    (folder / "apt/sources.list").write_text(
        "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
        f"{mirror()} {BOCHS_SUITE} main\n")
    config = folder / "apt/apt.conf"
    config.write_text(f"""\
Dir::Etc "{folder}/apt";
Dir::Etc::SourceParts "/dev/null";
Dir::State "{folder}/apt";
Dir::Cache "{folder}/apt";
APT::Sandbox::User "";
""")
    for command in ["update"], ["source", "--tar-only", "--download-only", "bochs"]:
        run("apt-get", *command, cwd=folder,
            env={**os.environ, "APT_CONFIG": str(config)},
            why=f"Is the network up, and does the mirror have {BOCHS_SUITE}?")
    tarball = next(folder.glob("bochs_*.tar.*"))
    shutil.unpack_archive(tarball, folder)
    shutil.rmtree(folder / "apt")
    return next(folder.glob("bochs-*"))


def pc_files():
    return sorted(path for path in (WEB / "pc").rglob("*") if path.is_file())


def make_bochs(folder):
    """bochs.js and bochs.wasm, for a worker and for Node."""
    source = fetch_bochs(folder)
    for patch in sorted((WEB / "pc/patches").glob("*.patch")):
        run("patch", "--strip=1", f"--input={patch}", cwd=source,
            why=f"Are the patches for another Bochs than {source.name}?")
    shutil.copyfile(WEB / "pc/pc.cc", source / "gui/nogui.cc")
    step("compiling Bochs for the page: three minutes")
    environment = {
        **os.environ, "CFLAGS": "-O0", "CXXFLAGS": "-O0",
        "NODE_PATH": "/usr/share/nodejs",
        # Emscripten 3.1.6 mistakes a Node that has fetch() for a browser.
        "NODE_OPTIONS": "--no-experimental-fetch"}  # fmt: skip
    why = "That was emscripten, with Bochs's own configure and Makefile."
    run("emconfigure", "./configure", *lines_of(WEB / "pc/configure.txt"),
        cwd=source, env=environment, why=why)
    # -O0 above: configure's many small programs take a minute so, not three.
    for makefile in source.rglob("Makefile"):
        makefile.write_text(makefile.read_text().replace(
            "-O0", "-O3 -sSUPPORT_LONGJMP=wasm").replace("-export-dynamic", ""))
    run("make", f"--jobs={os.cpu_count()}", "bochs",
        "LDFLAGS=" + " ".join(lines_of(WEB / "pc/link.txt")),
        cwd=source, env={**environment, "MAKEFLAGS": ""}, why=why)
    shutil.copyfile(source / "bochs", folder / "bochs.js")
    shutil.copyfile(source / "bochs.wasm", folder / "bochs.wasm")
    shutil.rmtree(source)


# --- The VM's files, as an initramfs ------------------------------------------


def unused(path, patterns):
    """Is it, or a folder above it, named in unused.txt?"""
    parts = path.split("/")
    heads = {"/".join(parts[:n]) for n in range(1, len(parts) + 1)}
    return any(fnmatch.filter(heads, pattern) for pattern in patterns)


def vm_files(debian, mb2check):
    """Pairs: a path in the VM, and a path here or a link's target."""
    root = debian / "root"
    patterns = lines_of(WEB / "vm/unused.txt")
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink():
            content = os.readlink(path)
        else:
            content = path
        if not unused(name, patterns):
            yield name, content
    for folder in ("root", "root/myos", "root/ok", "root/ok/build", "lib/modules", "usr/local",
                   "usr/local/bin"):  # fmt: skip
        yield folder, root
    yield from LINKS.items()
    for module in MODULES:
        yield f"lib/modules/{module}.ko", next(root.rglob(f"{module}.ko"))
    for path in (WEB / "vm/root").rglob("*"):
        if path.is_file():
            yield str(path.relative_to(WEB / "vm/root")), path
    for path in project_files():
        for folder in list(path.relative_to(ROOT).parents)[-2::-1]:
            yield f"root/ok/{folder}", root
        yield f"root/ok/{path.relative_to(ROOT)}", path
    yield "root/ok/build/mb2check", mb2check / "mb2check"


def project_files():
    return sorted(path for pattern in PROJECT for path in ROOT.glob(pattern)
                  if path.is_file())  # fmt: skip


def write_cpio(files, output):
    """The format that Linux unpacks (its buffer-format.rst): "newc", all of it
    root's and from 1970."""
    def add(number, name, mode, data):
        name = name.encode() + b"\0"
        fields = [number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
        head = b"070701" + b"".join(b"%08X" % field for field in fields) + name
        output.write(head + b"\0" * (-len(head) % 4))
        output.write(data + b"\0" * (-len(data) % 4))

    # One entry per name, the last one given: ours replaces Debian's.
    for number, (name, content) in enumerate(dict(files).items(), 1):
        if isinstance(content, str):
            add(number, name, stat.S_IFLNK | 0o777, content.encode())
        elif content.is_dir():
            add(number, name, stat.S_IFDIR | 0o755, b"")
        elif content.is_file():  # Linux makes the devices itself
            mode = 0o755 if content.stat().st_mode & 0o100 else 0o644
            add(number, name, stat.S_IFREG | mode, content.read_bytes())
    add(0, "TRAILER!!!", 0, b"")


def checker(*without):
    """mb2check's source files."""
    without += "fuzz.c", "replay.c"
    return sorted(path for path in (ROOT / "mb2check").glob("*.c")
                  if path.name not in without)  # fmt: skip


def make_mb2check(folder, debian):
    """Compiled here, in seconds, for the VM's CPU."""
    run("clang", "--target=i686-linux-gnu", f"--sysroot={debian / 'root'}",
        "-fuse-ld=lld", "-std=c17", "-O2", "-s", *checker(),
        "-o", folder / "mb2check", why="Does `make` work here?")  # fmt: skip


def make_state(folder, debian, mb2check):
    step("making the VM's state: two minutes")
    with (folder / "initramfs").open("wb") as output:
        write_cpio(vm_files(debian, mb2check), output)
    # Packed: while Linux unpacks it, both have to be in the VM's memory.
    run("zstd", "-q", "--rm", folder / "initramfs", why="Is the disk full?")
    kernel = next((debian / "root/boot").glob("vmlinuz-*"))
    log = run("node", WEB / "vm/save.mjs", V86_WASM, BIOS, VGA_BIOS,
              kernel, folder / "initramfs.zst", folder,
              why="That was the VM, from its first message on.")
    (folder / "log").write_text(log)
    run("zstd", "-q", "-19", "-T0", "--rm", folder / "state",
        why="Is the disk full?")  # fmt: skip
    (folder / "initramfs.zst").unlink()


# --- All together -------------------------------------------------------------


def make_judge(folder):
    # Bulk memory: instructions instead of calls of memcpy and memset. And not
    # linked by clang, which hands the result to wasm-opt where that is
    # installed: these are the same bytes everywhere.
    run("clang", "--target=wasm32", "-std=c17", "-O2", "-ffreestanding",
        "-mbulk-memory", "-I", ROOT / "mb2check", "-c", *checker("mb2check.c"),
        WEB / "judge_wasm.c", cwd=folder, why="Type: clang --version")
    run("wasm-ld", "--no-entry", "--strip-all", "--export=__heap_base",
        *sorted(folder.glob("*.o")), "-o", folder / "judge.wasm",
        why="Type: wasm-ld --version")  # fmt: skip


def make_project(folder):
    """The project's files: all texts in one for the page's editor and tutorial,
    and each alone for the tutorial's links and pictures."""
    files = project_files()
    for path in [*files, *(ROOT / "docs").glob("*.png")]:
        copy = folder / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    (folder / "files.json").write_text(json.dumps(
        {str(path.relative_to(ROOT)): path.read_text() for path in files}))
    (folder / "mistakes.json").write_text(run(
        sys.executable, ROOT / "tests/mistakes/mistakes.py", "--json",
        why="That prints the table of mistakes."))


def sources(debian, bochs):
    """SOURCES.txt: what here is not the project's own."""
    tarball = next(bochs.glob("bochs_*.tar.*")).name
    firmware = run("dpkg-query", "-W", "-f", "${Package} ${Version}, ",
                   "bochsbios", "vgabios", "ovmf",
                   why="Is the PC's firmware Debian's?").strip(", ")
    seabios = run("dpkg-query", "-W", "-f", "${Version}", "seabios",
                  why="Is the BIOS Debian's?  Type: apt-get install seabios")
    text = f"""\
What this page brings along
===========================

The project's own files are 0BSD (project/LICENSE). The rest:

pc/bios.bin, pc/vgabios-stdvga.bin: from Debian's package seabios {seabios}.
pc/bochs.js, pc/bochs.wasm: Bochs, LGPL-2.1-or-later, of Debian's {tarball}
({BOCHS_SUITE}), changed by what is in pc/changes/.
pc/BIOS-bochs-latest, pc/vgabios.bin, pc/OVMF.fd: from Debian's packages
{firmware}.
pc/os.iso, pc/os-both.iso: the project's kernel and GRUB, from the packages
grub-pc-bin and grub-efi-amd64-bin below.
vm/: the files of these Debian packages ({SUITE}, i386), some left out.

For the source code of each, with its licence, on a Debian system whose
sources.list has a deb-src line for {SUITE}:  apt-get source PACKAGE=VERSION

"""
    for name, version in packages_of(debian):
        text += f"{name} {version}\n"
    text += "\npc/v86.wasm and assets/: of these npm packages.\n\n"
    packages = json.loads((WEB / "package-lock.json").read_text())["packages"]
    for path, package in sorted(packages.items()):
        if path and not package.get("dev"):
            name = path.split("node_modules/")[-1]
            text += f"{name} {package['version']} {package['license']}\n"
    return text


def manifest(folder):
    """What download.js checks the VM's state by."""
    state = (folder / "state.zst").read_bytes()
    digest_of_state = hashlib.sha256(state).hexdigest()
    return json.dumps({"file": "state.zst", "size": len(state),
                       "sha256": digest_of_state})  # fmt: skip


def assemble(public, debian, bochs, state, judge):
    """All that the page fetches, and Vite does not make."""
    shutil.rmtree(public, ignore_errors=True)
    for name in "pc", "vm", "project":
        (public / name).mkdir(parents=True)
    for path in (BIOS, VGA_BIOS, V86_WASM, bochs / "bochs.js",
                 bochs / "bochs.wasm", *FIRMWARE):  # fmt: skip
        shutil.copyfile(path, public / "pc" / path.name)
    shutil.copytree(WEB / "pc", public / "pc/changes")
    for name in "os.iso", "os-both.iso", "kernel.bin", "kernel.elf":
        shutil.copyfile(state / name, public / "pc" / name)
    shutil.copyfile(state / "state.zst", public / "vm/state.zst")
    (public / "vm/manifest.json").write_text(manifest(state))
    shutil.copyfile(judge / "judge.wasm", public / "judge.wasm")
    make_project(public / "project")
    (public / "SOURCES.txt").write_text(sources(debian, bochs))


def main():
    run(ROOT / "scripts/setup.sh", "--need", "node", "npm", "mmdebstrap", "zstd",
        "seabios", "clang", "wasm-ld", "emcc", "patch", "bochs-bios", "bochs-vga",
        "ovmf", why="Type: ./scripts/setup.sh --web")
    CACHE.mkdir(parents=True, exist_ok=True)

    lock = WEB / "package-lock.json"
    installed = WEB / "node_modules/.package-lock.json"
    if (not installed.exists() or
            installed.stat().st_mtime < lock.stat().st_mtime):
        step("fetching the libraries")
        run("npm", "ci", "--ignore-scripts", cwd=WEB,
            why="Is the network up?")  # fmt: skip
        installed.touch()

    bochs = made("bochs", digest(BOCHS_SUITE, *pc_files()), make_bochs)
    debian = made("debian", digest(SUITE, WEB / "vm/packages.txt"),
                  make_debian)
    checker_files = [*checker(), *sorted((ROOT / "mb2check").glob("*.h")),
                     ROOT / "multiboot2.h"]
    mb2check = made("mb2check", digest(debian.name, *checker_files),
                    lambda folder: make_mb2check(folder, debian))
    judge = made("judge", digest(*checker_files,
                                 WEB / "judge_wasm.c"), make_judge)
    guest = sorted(path for path in (WEB / "vm").rglob("*") if path.is_file())
    emulator = [WEB / "src" / name for name in
                ("emulator.js", "guest.js")]
    state = made("state", digest(debian.name, mb2check.name, *guest, *emulator,
                                 V86_WASM, BIOS, VGA_BIOS, *project_files()),
                 lambda folder: make_state(folder, debian, mb2check))

    step("putting the page together")
    public, new, page = CACHE / "public", ROOT / "build/web.new", ROOT / "build/web"
    assemble(public, debian, bochs, state, judge)
    try:
        run("npx", "--no-install", "vite", "build", "--logLevel", "warn",
            cwd=WEB, why="It makes the page from web/index.html and web/src/.")
        shutil.rmtree(page, ignore_errors=True)
        new.rename(page)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    step("build/web/ is ready.  Type: make web-run")


if __name__ == "__main__":
    main()
