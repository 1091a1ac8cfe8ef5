# SPDX-License-Identifier: 0BSD
"""The page's mb2check finds what the native one finds, in each file."""

import json
import pathlib
import subprocess
import sys

import page as pages

sys.path[:0] = [str(pages.ROOT / "tests"), str(pages.ROOT / "tests/grub")]

import elf_builder  # noqa: E402
import mutants  # noqa: E402

TESTS = pathlib.Path(__file__).resolve().parent


def findings(*command):
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode < 2, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_same_findings(tmp_path):
    """About the cases of mb2check's own tests, and mutants of good kernels."""
    subprocess.run(["make", "-s"], cwd=pages.ROOT, check=True)  # mutants need both
    elf_builder.write(tmp_path)
    for mutant in mutants.mutants(500):
        (tmp_path / f"{mutant.number}").write_bytes(mutant.data)
    here = findings("node", TESTS / "judge.mjs", pages.BUILT / "judge.wasm", tmp_path)
    there = findings(mutants.MB2CHECK, "--json", *sorted(tmp_path.iterdir()))
    assert len(there) == len(here)
    for native, ours in zip(there, here):
        del native["value"]
        assert native == ours
