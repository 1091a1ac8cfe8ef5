# SPDX-License-Identifier: 0BSD
"""Compares mb2check with the real GRUB, file by file.

mb2check's exit status must be GRUB's verdict: 0 if GRUB loads the file, 1 if
not. It may call bad what this GRUB loads only for a reason that classes.py
lists. Every other difference is looked at again, the file alone in its boot,
for one before it may have destroyed GRUB's memory. If the difference stays, it
is printed, and the exit status is 1.
"""

import argparse
import collections
import pathlib
import re
import subprocess
import sys
import tempfile

import classes
import grub
import mutants

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FAULT = re.compile(r": fault: (\S+)\n +found  (.*\n(?:           .*\n)*)")

# faults: (rule, what was found) of each; none if mb2check calls the file good
Case = collections.namedtuple("Case", "mutant grub faults")


def ask_mb2check(program, files):
    """The faults of each file; the exit status must fit them."""
    with tempfile.TemporaryDirectory(prefix="mb2check-") as folder:
        path = pathlib.Path(folder) / "m"
        for data in files:
            path.write_bytes(data)
            result = subprocess.run([program, "-q", path], text=True,
                                    stdout=subprocess.PIPE)
            faults = [(rule, " ".join(found.split()))
                      for rule, found in FAULT.findall(result.stdout)]
            assert result.returncode == bool(faults), result
            yield faults


def differs(case):
    """Is mb2check wrong: good, but not loaded, or bad for no listed reason?"""
    loads = case.grub == grub.LOADED
    return loads == bool(case.faults) and not (loads and classes.of(case))


def compare(judge, program, chosen, told=print):
    """The cases in which mb2check is wrong, and the count of each outcome."""
    files = [m.data for m in chosen]
    faults = list(ask_mb2check(program, files))
    verdicts = judge.judge(files, lambda done: told(f"{done} of {len(files)}"))
    cases = [Case(*it) for it in zip(chosen, verdicts, faults)]
    wrong = []
    for i, case in enumerate(cases):
        if differs(case):
            again = case._replace(grub=judge.judge([case.mutant.data])[0])
            cases[i] = again
            if differs(again):
                wrong.append(again)
    count = collections.Counter()
    for case in cases:
        loads = case.grub == grub.LOADED
        count["crashed GRUB" if case.grub == grub.CRASH else
              "loaded by GRUB" if loads else "refused by GRUB"] += 1
        if loads and case.faults:
            count[f"  bad, though loaded: {classes.of(case)}"] += 1
    count["called good, not loaded"] = sum(not case.faults for case in wrong)
    count["called bad, loaded, in no class"] = sum(
        bool(case.faults) for case in wrong)
    return wrong, count


def show(case):
    m = case.mutant
    said = "; ".join(f"{rule}: {found}" for rule, found in case.faults)
    return (f"mutant {m.number} of {m.base}: {m.changes}\n"
            f"    GRUB: {case.grub}\n    mb2check: {said or 'good'}")


def main():
    parser = argparse.ArgumentParser(description="mb2check against GRUB")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--platform", default="bios", choices=grub.PLATFORMS)
    parser.add_argument("--root", type=pathlib.Path,
                        help="a folder made by grub-root.sh")
    parser.add_argument("--mb2check", default=ROOT / "build" / "mb2check")
    options = parser.parse_args()

    judge = grub.Grub(options.platform, options.root)
    print(f"GRUB {judge.version}, {judge.platform}", flush=True)
    wrong, count = compare(
        judge, options.mb2check, mutants.mutants(options.count),
        lambda text: print(text, end="\r", file=sys.stderr, flush=True))
    for case in wrong:
        print(show(case))
    for what, number in sorted(count.items()):
        print(f"{number:6} {what}")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
