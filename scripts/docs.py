# SPDX-License-Identifier: 0BSD
"""The format of the texts, README.md and docs/*.md. As a program, `make docs`,
it updates what they quote from the project; with --check it prints what would
change, and fails if anything would.

```console    Each line with "$ " is run, and its answer shown. A file's blocks
              run in order in one copy of the project, and each chapter (## N.)
              also alone in a copy of its own. LC_ALL is C.
<!-- excerpt: FILE "FIRST" "LAST" -->
              Above a block: from FILE, the first line that begins with FIRST,
              after blanks, up to the next that begins with LAST; without
              LAST, that one line.
<!-- output of: COMMAND --> ... <!-- end of output -->
              What the command prints, as Markdown.
```sh        Not run: it installs, or writes to a device.
```makefile  For a reader's own project: compared with nothing.
"""

import difflib
import functools
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Typed into an empty folder: tests/typed.py knows these.
TYPED = ["tonight.md", "grows.md"]
TEXTS = [ROOT / "README.md", *(path for path in sorted((ROOT / "docs").glob("*.md"))
                               if path.name not in TYPED)]  # fmt: skip

# Pictures in docs/ that `make screenshot` takes.
PICTURES = ["bios.png", "uefi.png"]

# The tools whose answers the texts show.
REFERENCE = {
    "gcc": ("gcc --version", "12.2.0"),
    "binutils": ("ld --version", "2.40"),
    "GRUB": ("grub-mkrescue --version", "2.06"),
}

CONSOLE = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
EXCERPT = re.compile(
    r'^(<!-- excerpt: (\S+) "([^"\n]+)"(?: "([^"\n]+)")? -->\n```\w+\n)(.*?)^```$',
    re.M | re.S)  # fmt: skip
OUTPUT = re.compile(
    r"^(<!-- output of: ([^\n]+) -->\n)(.*?)^<!-- end of output -->$", re.M | re.S)


class DocsError(Exception):
    """A text names what is not there, or a command cannot be run."""


def copy_project(target):
    """Copies the project's files, but not what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(lambda name: (ROOT / name).is_file(), listed.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target / name)
    return target


def environment():
    """The commands' environment: the C locale, and none of make's variables."""
    hidden = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    kept = {name: word for name, word in os.environ.items() if name not in hidden}
    return {**kept, "LC_ALL": "C"}


def chapters(text):
    """The parts of a text that begin with a heading of the second level."""
    return [part for part in re.split(r"^(?=## )", text, flags=re.M)
            if CONSOLE.search(part)]  # fmt: skip


def commands(block):
    return re.findall(r"^\$ (.*)", block, re.M)


@functools.lru_cache()
def is_reference():
    """Are these the tools whose answers the texts show?"""
    def says(command):
        return subprocess.run(command.split(), check=True, stdout=subprocess.PIPE,
                              text=True).stdout.splitlines()[0]  # fmt: skip

    return all(re.search(rf"\b{re.escape(version)}\b", says(command))
               for command, version in REFERENCE.values())  # fmt: skip


def answer(text, copy):
    """The text with the answers that its commands give in the copy, where all
    of them run in one shell."""
    folder = copy / "build" / "answers"
    folder.mkdir(parents=True, exist_ok=True)
    typed = [command for block in CONSOLE.findall(text) for command in commands(block)]
    script = "".join(
        f'{{ {command}\n}} >"{folder}/{number}" 2>&1 </dev/null\n'
        for number, command in enumerate(typed))  # fmt: skip
    (folder / "script").write_text(script)
    subprocess.run(["sh", folder / "script"], cwd=copy, env=environment(), check=False)
    number = iter(range(len(typed)))

    def console(found):
        said = ""
        for command in commands(found[1]):
            path = folder / str(next(number))
            if not path.exists():
                raise DocsError(f"the shell ended before it ran: {command}")
            said += f"$ {command}\n"
            said += re.sub(r"[ \t]+$", "", path.read_text(), flags=re.M)
            if not said.endswith("\n"):
                raise DocsError(f"the answer must end with a new line: {command}")
        return f"```console\n{said}```"

    return CONSOLE.sub(console, text)


def quote(text):
    """The text with its excerpts taken from the files anew."""

    def excerpt(found):
        head, name, first, last, _ = found.groups()
        if not (ROOT / name).is_file():
            raise DocsError(f"{name} is not there, for the excerpt {first!r}")
        pattern = rf"^[ \t]*{re.escape(first)}.*\n"
        if last:
            pattern += rf"(?:.*\n)*?[ \t]*{re.escape(last)}.*\n"
        lines = re.search(pattern, (ROOT / name).read_text(), re.M)
        if not lines:
            raise DocsError(f"no line of {name} begins with {first!r}" + (
                f", with one after it that begins with {last!r}" if last else ""))
        return head + lines[0] + "```"

    return EXCERPT.sub(excerpt, text)


def fill(text, copy):
    """The text with its generated parts updated, in a copy with an image."""

    def output(found):
        head, command, _ = found.groups()
        said = subprocess.run(
            command, shell=True, cwd=copy, env=environment(), check=True,
            stdout=subprocess.PIPE, text=True).stdout  # fmt: skip
        return f"{head}\n{said.strip()}\n\n<!-- end of output -->"

    return OUTPUT.sub(output, text)


def make(target, copy):
    subprocess.run(["make", "-s", target], cwd=copy, env=environment(), check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip


def pictures(copy):
    """The pictures of docs/ as a copy's kernel shows them now."""
    make("screenshot", copy)
    return {name: (copy / "build" / name).read_bytes() for name in PICTURES}


def rewrite(path, folder):
    """One text, updated from copies of the project made in the folder."""
    ran, built = folder / path.name / "ran", folder / path.name / "built"
    text = quote(path.read_text())
    if CONSOLE.search(text):
        text = answer(text, copy_project(ran))
    if OUTPUT.search(text):
        make("iso", copy_project(built))
        text = fill(text, built)
    return text


def main(*options):
    if options not in ((), ("--check",)):
        raise DocsError("the only option is --check")
    differ = False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for path in TEXTS:
            old, new = path.read_text(), rewrite(path, folder)
            if options and not is_reference():
                new = quote(old)  # all commands ran; their output may differ
            if new == old:
                continue
            differ = True
            name = path.relative_to(ROOT)
            if options:
                sys.stdout.writelines(difflib.unified_diff(
                    old.splitlines(True), new.splitlines(True),
                    f"{name}, as it is", f"{name}, as the project is"))  # fmt: skip
            else:
                path.write_text(new)
                print(f"{name} has changed.")
        if not options:
            for name, data in pictures(copy_project(folder / "pictures")).items():
                (ROOT / "docs" / name).write_bytes(data)
    if options and differ:
        raise DocsError("the texts do not match the project;"
                        " to update them, type: make docs")  # fmt: skip


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except DocsError as error:
        sys.exit(f"*** {error}.")
    except subprocess.CalledProcessError as error:
        sys.exit(f"*** {error.cmd} failed; its output is above.")
