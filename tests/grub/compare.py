# SPDX-License-Identifier: 0BSD
"""Compares mb2check with the real GRUB, file by file.

mb2check's exit status must be GRUB's verdict: 0 if GRUB loads the file, on BIOS
or on UEFI, and 1 if it does not. mb2check may call bad what this GRUB loads,
but only for a reason that classes.py lists. Every other difference is checked
again with the file alone in its boot, as an earlier file may have corrupted
GRUB's memory. If the difference stays, it is printed, and the exit status is 1.
"""

import argparse
import collections
import gzip
import pathlib
import re
import subprocess
import sys
import tempfile

import classes
import grub
import mutants

GZIP = b"\x1f\x8b"
ERROR = re.compile(r": error: (\S+)\n +found  (.*\n(?:           .*\n)*)")


class Case:
    """A mutant, and the verdicts on it."""

    def __init__(self, mutant, errors):
        self.mutant = mutant
        self.errors = errors  # mb2check's: (rule, what was found)
        self.grub = {}  # the verdicts by platform

    def loads(self):
        return grub.LOADED in self.grub.values()

    def excuses(self, version):
        """The classes of all errors; none if one of them is in no class."""
        found = [classes.class_of(error, version) for error in self.errors]
        return {c.name for c in found if c} if all(found) else set()

    def hangs(self, version):
        """Is GRUB known to hang on it?"""
        return any(said == grub.CRASH
                   and classes.hangs(self.mutant.base, platform, version)
                   for platform, said in self.grub.items())

    def is_wrong(self, version):
        """Good but not loaded, or bad for no listed reason?"""
        if not self.loads():
            return not self.errors and not self.hangs(version)
        return bool(self.errors) and not self.excuses(version)

    def __str__(self):
        m = self.mutant
        lines = [f"mutant {m.number} of {m.base}: {m.changes}"]
        lines += [f"    {name}: {said}" for name, said in self.grub.items()]
        lines += [f"    mb2check: {rule}: {found}"
                  for rule, found in self.errors] or ["    mb2check: good"]
        return "\n".join(lines)


def ask_mb2check(program, files):
    """The errors of each file; the exit status must match them. A gzipped file
    is unpacked first, as GRUB does."""
    with tempfile.TemporaryDirectory(prefix="mb2check-") as folder:
        path = pathlib.Path(folder) / "m"
        for data in files:
            if data[:2] == GZIP:
                data = gzip.decompress(data)
            path.write_bytes(data)
            result = subprocess.run([program, "-q", path], text=True,
                                    stdout=subprocess.PIPE)
            errors = [(rule, " ".join(found.split()))
                      for rule, found in ERROR.findall(result.stdout)]
            assert result.returncode == bool(errors), result
            yield errors


def compare(judges, ask, chosen, told=lambda text: None):
    """All cases, and those in which mb2check is wrong. The first judge judges
    all files, the others those on which mb2check seems wrong."""
    files = [m.data for m in chosen]
    cases = [Case(m, errors) for m, errors in zip(chosen, ask(files))]
    first, version = judges[0], judges[0].version
    for case, said in zip(cases, first.judge(files, told)):
        case.grub[first.platform] = said
    wrong = [case for case in cases if case.is_wrong(version)]
    for case in wrong:
        for judge in judges:
            case.grub[judge.platform] = judge.judge([case.mutant.data])[0]
    return cases, [case for case in wrong if case.is_wrong(version)]


def count(cases, wrong, version):
    """Lines that say how many cases there are of each kind."""
    counter = collections.Counter({
        "mutants": len(cases),
        "called good though not loaded": sum(not c.errors for c in wrong),
        "called bad though loaded, in no class": sum(
            bool(c.errors) for c in wrong)})
    for case in cases:
        for platform, said in case.grub.items():
            kind = said if said in (grub.LOADED, grub.CRASH) else "refused"
            counter[f"{platform}: {kind}"] += 1
        if not case.errors and case.hangs(version):
            counter["called good, and GRUB is known to hang"] += 1
        if case.loads() and case.errors:
            counter.update(f"called bad though loaded: {name}"
                           for name in case.excuses(version))
    return [f"{number:6} {what}" for what, number in sorted(counter.items())]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--platform", default="bios", choices=grub.PLATFORMS,
                        help="the other one is asked if they differ")
    parser.add_argument("--root", type=pathlib.Path,
                        help="a folder made by scripts/grub-root.sh")
    options = parser.parse_args()

    judges = [grub.Grub(name, options.root) for name in
              sorted(grub.PLATFORMS, key=lambda name: name != options.platform)]
    print(f"GRUB {judges[0].version}, {options.platform}", flush=True)
    cases, wrong = compare(
        judges, lambda files: ask_mb2check(mutants.MB2CHECK, files),
        mutants.mutants(options.count),
        lambda done: print(done, end="\r", file=sys.stderr, flush=True))
    print(*wrong, *count(cases, wrong, judges[0].version), sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
