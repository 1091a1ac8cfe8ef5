# SPDX-License-Identifier: 0BSD
"""A PC that does not halt is noticed. (That each wrong screen is, the mistakes
show, in test_mistakes.py.)"""

import pytest
from broken import BROKEN
from commands import quickest
from qemu import MachineError


@pytest.mark.parametrize("name, words", [
    ("hang after OK", "waited 3 s .* hangs at 0x"),
    ("reset loop", "reset itself"),
])  # fmt: skip
def test_no_halt(project, boot, name, words):
    pc = boot(*quickest(project(*BROKEN[name])), seconds=3)
    with pytest.raises(MachineError, match=words):
        pc.wait_for(pc.stopped, "the CPU to halt")
