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
import elf_builder  # noqa: E402
import mutants  # noqa: E402


@pytest.fixture(scope="module")
def chosen():
    """The same mutants whatever compiler builds this kernel, and none of the
    kernel for UEFI alone, as this is GRUB on BIOS."""
    some = [m for m in mutants.mutants(340)
            if m.base not in ("ours", "flat-efi")]
    assert len(some) >= 300
    return some[:300]


@pytest.fixture(scope="module")
def verdicts(chosen):
    """What GRUB says, once for all tests."""
    return grub.Grub("bios").judge([m.data for m in chosen])


class Told:
    """A judge with known verdicts."""

    def __init__(self, chosen, verdicts, platform="bios", version=None):
        self.platform = platform
        self.version = version or grub.Grub("bios").version
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


@pytest.mark.parametrize("errors", [[], [("checksum", "anything")]],
                         ids=["all good", "all bad"])
def test_a_judge_that_does_not_look(chosen, verdicts, errors):
    cases = wrong(chosen, verdicts, lambda files: [errors] * len(files))
    assert len(cases) >= 75


def test_the_good_ones():
    """GRUB loads the kernels that the mutants are made from, so a refusal is
    due to the change; one of them is this project's kernel, as built."""
    corpus = mutants.corpus()
    assert "ours" in corpus
    verdicts = grub.Grub("bios").judge(list(corpus.values()))
    assert dict(zip(corpus, verdicts)) == dict.fromkeys(corpus, grub.LOADED)


@pytest.mark.parametrize("base, platform, version, wrong", [
    ("tiny-segments", "uefi", "2.06", 0), ("tiny-segments", "uefi", "2.12", 1),
    ("tiny-segments", "bios", "2.06", 1), ("elf64", "uefi", "2.06", 1),
])  # fmt: skip
def test_a_hang_is_excused_by_name(base, platform, version, wrong):
    chosen = [mutants.Mutant(0, base, "", b"")]
    judge = Told(chosen, [grub.CRASH], platform, version)
    assert len(compare.compare([judge], lambda files: [[]], chosen)[1]) == wrong


def test_p_filesz_of_64_bits():
    """GRUB on BIOS loads it, by the low 32 bits."""
    data = elf_builder.elf(segments=[elf_builder.segment(memsz=4096)])
    data = elf_builder.patch(data, 64 + 36, "<I", 1)
    chosen = [mutants.Mutant(0, "elf64", "p_filesz", data)]
    cases, wrong = compare.compare(
        [grub.Grub("bios")],
        lambda files: compare.ask_mb2check(mutants.MB2CHECK, files), chosen)
    assert cases[0].loads() and cases[0].errors and not wrong


def test_loaded_before_a_crash(monkeypatch):
    """GRUB said LOADED and crashed on the next file: this one is loaded."""
    judge = grub.Grub("bios")
    monkeypatch.setattr(judge, "_watch", lambda pc, port: port.write_text(
        "BEGIN 0\nLOADED\n"))  # fmt: skip
    assert judge.judge([b""]) == [grub.LOADED]
