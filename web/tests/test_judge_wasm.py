# SPDX-License-Identifier: 0BSD
"""The page's mb2check finds what the native one finds, in each file."""

import json
import pathlib
import random
import subprocess
import sys

import page as pages
import pytest

TESTS = pathlib.Path(__file__).resolve().parent
WASM = pages.BUILT / "judge.wasm"
BATCH = 500  # files a command
BYTES = [0, 1, 7, 8, 0x7F, 0x80, 0xD6, 0xE8, 0xFF]


@pytest.fixture(scope="module")
def mb2check(tmp_path_factory):
    """The native one, made now."""
    program = tmp_path_factory.mktemp("native") / "mb2check"
    subprocess.run(["cc", "-std=c17", "-O2", *pages.build.checker(),
                    "-o", program], check=True)  # fmt: skip
    return program


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corpus")
    subprocess.run([sys.executable, pages.ROOT / "tests/elf_builder.py", folder],
                   check=True)
    return folder


def native(mb2check, folder):
    files = sorted(folder.iterdir())
    said = []
    for first in range(0, len(files), BATCH):
        result = subprocess.run(
            [mb2check, "--json", *files[first:first + BATCH]],
            capture_output=True, text=True, check=False)
        assert result.returncode < 2, result.stderr
        for line in result.stdout.splitlines():
            finding = json.loads(line)
            del finding["value"]
            said.append(finding)
    return said


def in_the_page(folder):
    result = subprocess.run(["node", TESTS / "judge.mjs", WASM, folder],
                            capture_output=True, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def compare(mb2check, folder):
    there, here = native(mb2check, folder), in_the_page(folder)
    assert there, "no file was judged"
    for one, other in zip(there, here):
        assert one == other
    assert len(there) == len(here)


def mutated(corpus, folder, count):
    """Files of the corpus, each with up to eight bytes changed."""
    dice = random.Random(1)
    whole = [path.read_bytes() for path in sorted(corpus.iterdir())]
    whole = [content for content in whole if 0 < len(content) <= 65536]
    for number in range(count):
        content = bytearray(dice.choice(whole))
        for _ in range(dice.randint(1, 8)):
            # Most of what the rules are about is at the beginning.
            end = dice.choice([len(content), min(len(content), 512)])
            content[dice.randrange(end)] = dice.choice(
                [*BYTES, dice.randrange(256)])
        if dice.random() < 0.1:
            del content[dice.randrange(len(content)):]
        (folder / f"{number:05}").write_bytes(content)


def test_the_corpus(mb2check, corpus):
    compare(mb2check, corpus)


def test_mutated_files(mb2check, corpus, tmp_path):
    mutated(corpus, tmp_path, 500)
    compare(mb2check, tmp_path)
