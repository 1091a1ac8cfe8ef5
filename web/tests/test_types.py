# SPDX-License-Identifier: 0BSD
"""The page's scripts have the types that their comments state, and no circle of
imports."""

import re
import subprocess

from page import ROOT


def check(folder):
    return subprocess.run(["npm", "run", "--silent", "check"], cwd=folder,
                          capture_output=True, text=True, check=False)


def test_types():
    result = check(ROOT / "web")
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_circle_of_imports():
    source = ROOT / "web/src"
    needs = {path.name: set(re.findall(r"""(?:from|import\(|URL\()\s*"\./([\w-]+\.js)\"""",
                                       path.read_text()))
             for path in source.glob("*.js")}  # fmt: skip
    while needs:
        roots = {name for name, others in needs.items() if not others & set(needs)}
        assert roots, f"a circle within {sorted(needs)}"
        for name in roots:
            del needs[name]
