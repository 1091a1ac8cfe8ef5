# SPDX-License-Identifier: 0BSD
"""mb2check's verdict is the real GRUB's, on 300 mutants of good kernels.

`make test-grub` asks of 10,000 and more, and other GRUBs than the system's.
"""

import sys

import pytest
from commands import ROOT

sys.path.insert(0, str(ROOT / "tests" / "grub"))

import compare  # noqa: E402
import grub  # noqa: E402
import mutants  # noqa: E402


@pytest.fixture(scope="module")
def chosen():
    """The same whatever compiler builds this kernel, and none of the one that
    UEFI alone may load, for BIOS is asked here."""
    some = [m for m in mutants.mutants(340)
            if m.base not in ("ours", "flat-efi")]
    assert len(some) >= 300
    return some[:300]


@pytest.fixture(scope="module")
def verdicts(chosen):
    """What GRUB says, once for all tests."""
    return grub.Grub("bios").judge([m.data for m in chosen])


class Told:
    """A judge that knows the verdicts already."""

    platform = "bios"

    def __init__(self, chosen, verdicts):
        self.version = grub.Grub("bios").version
        self.known = {m.data: said for m, said in zip(chosen, verdicts)}

    def judge(self, files, told=None):
        return [self.known[data] for data in files]


def wrong(chosen, verdicts, ask):
    return compare.compare([Told(chosen, verdicts)], ask, chosen)[1]


def test_mb2check(chosen, verdicts):
    program = ROOT / "build" / "mb2check"
    cases = wrong(chosen, verdicts,
                  lambda files: compare.ask_mb2check(program, files))
    assert not cases, "\n".join(map(str, cases))


def test_the_mutants_are_of_many_kinds(verdicts):
    """GRUB loads many, and refuses many for more than ten reasons."""
    refusals = [said for said in verdicts if said != grub.LOADED]
    assert 75 <= len(refusals) <= 225
    assert len(set(refusals)) > 10


@pytest.mark.parametrize("errors", [[], [("checksum", "anything")]],
                         ids=["all good", "all bad"])
def test_a_judge_that_does_not_look(chosen, verdicts, errors):
    cases = wrong(chosen, verdicts, lambda files: [errors] * len(files))
    assert len(cases) >= 75


def test_the_good_ones():
    """GRUB loads what the mutants are made from, so that what it refuses is
    due to the change; one at least, the kernel of this project, is built."""
    corpus = mutants.corpus()
    assert "ours" in corpus
    verdicts = grub.Grub("bios").judge(list(corpus.values()))
    assert dict(zip(corpus, verdicts)) == dict.fromkeys(corpus, grub.LOADED)
