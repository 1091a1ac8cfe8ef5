# SPDX-License-Identifier: 0BSD
"""docs/grows.md, typed: from the files that docs/tonight.md ends with."""

import pytest
from commands import ROOT
from docs import is_reference
from typed import Typist

TONIGHT = ROOT / "docs" / "tonight.md"
GROWS = ROOT / "docs" / "grows.md"

pytestmark = pytest.mark.docs


class Writer(Typist):
    """Writes a text's files, and runs none of its commands."""

    def run(self, block):
        pass

    def compare_screen(self, state, shown):
        pass


@pytest.fixture
def folders(tmp_path):
    """A folder with Part I's files and the project beside it, and one for tools."""
    mine, tools = tmp_path / "my os", tmp_path / "tools"
    mine.mkdir()
    tools.mkdir()
    (tmp_path / "c-boot").symlink_to(ROOT)
    Writer(mine, tools).type(TONIGHT.read_text())
    return mine, tools


def test_typed(folders):
    typist = Typist(*folders, exact=is_reference())
    typist.type(GROWS.read_text())
    assert typist.states.count("reset") == 1
    assert typist.states.count("halted") == len(typist.states) - 1 >= 10


def test_another_answer_is_noticed(folders):
    text = GROWS.read_text().partition("## A PC")[0]
    wrong = text.replace("OKaBIOS", "KOaBIOS")
    assert wrong != text
    with pytest.raises(AssertionError):
        Typist(*folders).type(wrong)
