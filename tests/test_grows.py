# SPDX-License-Identifier: 0BSD
"""docs/grows.md, typed: from the files that docs/tonight.md ends with."""

import re

import pytest
from commands import ROOT
from compilers import pairs
from docs import is_reference
from typed import BLOCK, Typist

TONIGHT = (ROOT / "docs" / "tonight.md").read_text()
GROWS = (ROOT / "docs" / "grows.md").read_text()

pytestmark = pytest.mark.docs


class Writer(Typist):
    """Writes a text's files, and runs none of its commands."""

    def run(self, block):
        pass

    def compare_screen(self, state, shown):
        pass


def by(compiler, linker, text):
    """The text for those who have these tools."""
    names = {"gcc": compiler, "ld": linker}
    return re.sub(r"(?<=\t)(gcc|ld)(?= )", lambda found: names[found[1]], text)


@pytest.fixture
def folders(tmp_path):
    """An empty folder, with the project beside it, and one for tools."""
    mine, tools = tmp_path / "my os", tmp_path / "tools"
    mine.mkdir()
    tools.mkdir()
    (tmp_path / "c-boot").symlink_to(ROOT)
    return mine, tools


@pytest.mark.parametrize("pair", pairs(), ids=" ".join)
def test_typed(folders, pair):
    """Each command is run, each answer and screen is compared, and the files
    are the listing."""
    Writer(*folders).type(by(*pair, TONIGHT))
    exact = pair == ("gcc", "ld") and is_reference()
    typist = Typist(*folders, exact=exact)
    typist.type(by(*pair, GROWS))
    assert typist.states.count("reset") == 1
    assert typist.states.count("halted") == len(typist.states) - 1 >= 10
    listed = {name for _, _, how, name, _ in BLOCK.findall(GROWS) if how == "="}
    typed = {path.name for path in folders[0].iterdir()
             if path.suffix in (".c", ".h", ".ld", ".cfg", "")}  # fmt: skip
    assert listed == typed - {"iso", "faults.c"}


def test_another_answer_is_noticed(folders):
    Writer(*folders).type(TONIGHT)
    text = GROWS.partition("## A PC")[0]
    wrong = text.replace("OKaBIOS", "KOaBIOS")
    assert wrong != text
    with pytest.raises(AssertionError):
        Typist(*folders).type(wrong)
