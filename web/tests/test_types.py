# SPDX-License-Identifier: 0BSD
"""The page's scripts keep to the types that their comments promise."""

import shutil
import subprocess

from page import ROOT


def check(folder):
    return subprocess.run(["npm", "run", "--silent", "check"], cwd=folder,
                          capture_output=True, text=True, check=False)


def test_types():
    result = check(ROOT / "web")
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_wrong_type_is_noticed(tmp_path):
    for name in "package.json", "jsconfig.json":
        shutil.copy(ROOT / "web" / name, tmp_path)
    shutil.copytree(ROOT / "web/src", tmp_path / "src")
    (tmp_path / "node_modules").symlink_to(ROOT / "web/node_modules")
    with (tmp_path / "src/dom.js").open("a") as source:
        source.write("megabytes('many');\n")
    result = check(tmp_path)
    assert result.returncode != 0
    assert "not assignable to parameter of type 'number'" in result.stdout
