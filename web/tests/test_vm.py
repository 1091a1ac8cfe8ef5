# SPDX-License-Identifier: 0BSD
"""The Linux VM, without the page around it."""

import base64
import json
import pathlib
import re
import shutil
import subprocess

import page as pages
import pytest
from page import build

TESTS = pathlib.Path(__file__).resolve().parent


def editor_files():
    """Those that have a tab from the beginning."""
    source = (pages.ROOT / "web/src/editor.js").read_text()
    names = re.search(r"const FIRST = (\[.*?\]);", source, re.S)[1]
    return json.loads(names)


@pytest.fixture(scope="module")
def said():
    result = subprocess.run(
        ["node", TESTS / "guest.mjs", pages.BUILT, *editor_files()],
        capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_command_has_a_status_and_words(said):
    assert said["status"] == {"status": 3, "output": "one\ntwo\n", "files": {}}


def test_output_may_have_the_byte_that_ends_it(said):
    assert said["marks"]["status"] == 0
    assert said["marks"]["output"] == "a\x1eb\n\x1e1 0\n\x1e"


def test_what_is_typed_first_is_there(said):
    assert said["which"]["output"].split() == [
        "/usr/bin/clear", "/usr/bin/which", "/bin/nano", "/usr/bin/less",
        "/bin/vi", "/bin/tar", "/bin/ps"]  # fmt: skip


def test_the_download_is_small():
    assert (pages.BUILT / "vm/state.zst").stat().st_size < 34e6


def test_any_bytes_and_any_name(said):
    assert said["same"] and said["size"] == "70000"


def test_a_file_is_read_as_it_was_written_before(said):
    assert said["order"] == "written"


def test_a_missing_file_gets_a_sentence(said):
    assert said["nothing"]["status"] == 1
    assert "no such file" in said["nothing"]["output"]


def test_a_file_that_cannot_be_written_gets_a_sentence(said):
    assert said["nowhere"]["status"] == 1
    assert "kernel.c" in said["nowhere"]["output"]
    assert "done" not in said["nowhere"]["output"]


def test_a_change_in_the_terminal_is_told(said):
    assert said["changed"] == ["kernel.c"]


def test_a_build_does_not_break_what_is_typed(said):
    assert "\n" + "in a word\r" in said["word"], said["word"]


def test_gcc_and_ld_are_those_of_a_64_bit_pc(said, tmp_path):
    source = (pages.ROOT / "kernel.c").read_text() + "/* typed */\n"
    for name in "multiboot2.h", "screen.h", "uefi.c", "uefi.h":
        shutil.copy(pages.ROOT / name, tmp_path)
    (tmp_path / "kernel.c").write_text(source)
    for command in ("gcc-12 -ffreestanding -c kernel.c uefi.c",
                    "ld -e start kernel.o uefi.o -o plain"):  # fmt: skip
        subprocess.run(command.split(), cwd=tmp_path, check=True)
    assert said["link"]["status"] == 0, said["link"]["output"]
    assert base64.b64decode(said["plain"]) == (tmp_path / "plain").read_bytes()


def test_make_does_only_what_changed(said):
    """mb2check would take minutes there."""
    assert said["make"]["status"] == 0, said["make"]["output"]
    compiled = [line.split()[-3] for line in said["make"]["output"].splitlines()
                if " -c " in line]  # fmt: skip
    assert compiled == ["kernel.c"]
    assert "mb2check.c" not in said["make"]["output"]
    assert said["again"]["output"] == ""


@pytest.mark.parametrize("entry", ["bios", "uefi"])
def test_the_image_boots_in_qemu(said, tmp_path, entry):
    image = tmp_path / "os.iso"
    image.write_bytes(base64.b64decode(said["image"]))
    subprocess.run([pages.ROOT / "scripts/look.py", "--entry", entry,
                    "--expect", "OK", image], check=True)  # fmt: skip


def test_each_edit_builds(said):
    assert len(said["touched"]) == len(editor_files()) + 1
    for files, answer in said["touched"].items():
        assert answer["status"] == 0, (files, answer["output"])
        assert answer["output"] or files == "Makefile", f"{files}: nothing made"


# --- What make web says when it fails ----------------------------------------


@pytest.fixture
def cache(monkeypatch, tmp_path):
    monkeypatch.setattr(build, "CACHE", tmp_path)
    return tmp_path


def test_without_network(monkeypatch, cache, capfd):
    monkeypatch.setattr(build, "mirror", lambda: "http://127.0.0.1:9/debian")
    with pytest.raises(SystemExit):
        build.made("debian", "key", build.make_debian)
    words = capfd.readouterr().err
    assert "127.0.0.1:9" in words and "*** mmdebstrap failed" in words
    assert not list(cache.iterdir()), "something half-made is left"


def test_what_was_made_is_not_made_again(cache):
    calls = []
    for key in "a", "a", "b":
        folder = build.made("state", key, calls.append)
    assert [call.name for call in calls] == ["state.new"] * 2
    assert [path.name for path in cache.iterdir()] == [folder.name]
