# SPDX-License-Identifier: 0BSD
"""A link that carries edits; and edits that are kept."""

import base64
import contextlib
import json
import random
import zipfile
import zlib

import pytest
from page import ROOT
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select


def fragment(value, kind="edit"):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps(value).encode()) + packer.flush()
    return f"#{kind}=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def changed(path, old, new):
    text = (ROOT / path).read_text()
    assert old in text
    return {path: text.replace(old, new)}


def offer(page):
    return page.wait(lambda: page.text("Files from a link"), "the link's offer")


def test_says_what_differs_and_waits(page):
    page.open(fragment(changed("screen.h", "'O'", "'H'")))
    told = offer(page)
    assert "screen.h: 1 line added, 1 line removed" in told
    assert page.file("screen.h") == (ROOT / "screen.h").read_text()
    page.wait_ok()
    page.click("Open these files", "#offer")
    page.wait(lambda: "'H'" in page.file("screen.h"), "the edit is taken")
    assert not page.text("Files from a link")
    assert page.js("return location.hash") == ""


def test_mine_can_be_kept(page):
    page.wait(lambda: page.text("Editor"), "the editor")
    page.edit("screen.h", "'O'", "'A'")
    page.open(fragment(changed("screen.h", "'O'", "'H'")), fresh=False)
    assert "replaces your own edit" in offer(page)
    page.click("Keep mine", "#offer")
    assert "'A'" in page.file("screen.h")


def test_what_is_copied_can_be_opened(page):
    page.wait(lambda: page.text("Editor"), "the editor")
    page.edit("screen.h", "'O'", "'ö'")
    edited = page.file("screen.h")
    page.js("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    page.click("Copy link")
    link = page.wait(lambda: page.js("return window.copied"), "a link")
    assert link.startswith(page.server.address + "#edit=")
    page.open(link[len(page.server.address):])
    offer(page)
    page.click("Open these files", "#offer")
    page.wait(lambda: page.file("screen.h") == edited, "the same text")


@pytest.mark.parametrize("bad", [
    "#edit=",
    "#edit=%%%",
    "#edit=AAAA",
    fragment(changed("screen.h", "'O'", "'H'"))[:-40],
    fragment([]),
    fragment(None),
    fragment({}),
    fragment({"screen.h": 5}),
    fragment({"../../etc/passwd": "x"}),
    fragment({"__proto__": "x"}),
    fragment({"<img src=x onerror=alert(1)>": "x"}),
    fragment({"screen.h": "x" * (2 << 20)}),
    fragment({"../kernel.c": "x"}, "folder"),
    fragment({"/etc/passwd": "x"}, "folder"),
    fragment({f"{number}.c": "" for number in range(101)}, "folder"),
    fragment({"kernel.c": "x" * 200_001}, "folder"),
    "#edit=" + "A" * 300_000,
])  # fmt: skip
def test_a_bad_link_is_a_sentence(page, bad):
    page.open(bad)
    told = offer(page)
    assert told.startswith("This link") and told.rstrip("Close").endswith(".") \
        or "does not have: " in told or "not the name of a file" in told
    assert not page.js("return document.querySelector('#offer img')")
    page.click("Close", "#offer")
    page.wait_ok()


def test_a_folder_goes_by_link_and_by_archive(page, downloads):
    files = {"kernel.c": "int a;\n", "boot/grub.cfg": "set timeout=0\n"}
    page.open(fragment(files, "folder"))
    assert "boot/grub.cfg: " in offer(page)
    page.click("Open these files", "#offer")
    page.folder = "myos"
    page.wait(lambda: all(page.file(path) == text for path, text in files.items()),
              "the folder")
    page.open(fresh=False)
    page.wait(lambda: "boot/grub.cfg" in page.text("Files"), "the folder, kept")
    page.edit("kernel.c", "int a", "int b")
    archive = downloads / "myos.zip"
    archive.unlink(missing_ok=True)
    page.click("Save .zip")
    page.wait(archive.exists, "the archive")
    with zipfile.ZipFile(archive) as opened:
        assert {name: opened.read(name).decode() for name in opened.namelist()} == \
            {**files, "kernel.c": "int b;\n"}
    page.click("Remove")
    page.driver.switch_to.alert.accept()
    page.wait(lambda: page.file("kernel.c") is None, "it is removed")
    page.named("Archive").send_keys(str(archive))
    page.wait(lambda: page.file("kernel.c") == "int b;\n", "it is back")


def test_edits_survive_a_reload_and_start_over_ends_them(page):
    page.wait(lambda: page.text("Editor"), "the editor")
    page.edit("kernel.c", "cli", "sti")
    page.open(fresh=False)
    page.wait(lambda: page.text("Editor"), "the editor")
    page.wait(lambda: "kernel.c (changed)" in page.text("Files"), "a mark")
    assert "sti" in page.file("kernel.c")
    page.click("Start over")
    assert page.file("kernel.c") == (ROOT / "kernel.c").read_text()
    assert "changed" not in page.text("Files")


def test_a_long_link_is_not_copied(page):
    page.wait_vm()
    noise = base64.b64encode(random.Random(1).randbytes(200_000)).decode()
    page.write("kernel.c", noise)
    page.js("navigator.clipboard.writeText = async (text) => { window.copied = text }")
    page.click("Copy link")
    page.wait(lambda: "too long for a link" in page.text("Workshop state"),
              "a sentence")
    assert page.js("return window.copied") is None


COUNT = """
    window.writes = 0;
    for (const name of ["setItem", "removeItem"]) {
        const write = Storage.prototype[name];
        Storage.prototype[name] = function (...words) {
            if (this === localStorage)
                window.writes++;
            return write.apply(this, words);
        };
    }"""


@contextlib.contextmanager
def second_tab(page):
    """Opens it; gives what switches to the other one."""
    first = page.driver.current_window_handle
    page.js(COUNT)
    page.driver.switch_to.new_window("tab")
    second = page.driver.current_window_handle
    try:
        page.driver.get(page.server.address)
        page.wait(lambda: page.text("Files"), "the files")
        page.js(COUNT)
        yield lambda: page.driver.switch_to.window(
            first if page.driver.current_window_handle == second else second)
    finally:
        page.driver.switch_to.window(second)
        page.driver.close()
        page.driver.switch_to.window(first)


def test_two_tabs_at_once(page):
    """Quick edits in one tab arrive in the other, which does not store them
    again: the first would hear of that, and lose what is typed meanwhile."""
    page.wait(lambda: page.text("Editor"), "the editor")
    with second_tab(page) as switch:
        page.show_file("kernel.c")
        page.named("Editor").send_keys(Keys.CONTROL + Keys.HOME)
        page.named("Editor").send_keys("/* quick brown fox */")
        expected = page.file("kernel.c")
        assert expected.startswith("/* quick brown fox */")
        switch()
        page.wait(lambda: page.js(
            "return document.querySelector('#editor .cm-line').textContent")
            .startswith("/* quick brown fox */"), "the other tab's edit")
        assert page.js("return window.writes") == 0
        switch()
        assert page.js("return window.writes") == len("/* quick brown fox */")
        assert page.file("kernel.c") == expected


def test_two_tabs_of_my_folder(page):
    """The same with two workshops, each of which hears of what the other did."""
    page.wait_vm()
    Select(page.named("Folder")).select_by_value("own")
    page.folder = "myos"
    page.wait(lambda: page.text("Terminal").rstrip().endswith("~/myos$"), "the folder")
    page.type("touch a.c b.c\n")
    page.wait(lambda: len(page.text("Files")) == len("a.cb.c"), "two files")
    with second_tab(page) as switch:
        page.wait(lambda: page.text("Terminal").rstrip().endswith("~/myos$"), "the folder")
        page.show_file("a.c")
        page.named("Editor").send_keys("quick brown fox")
        page.shell("cat a.c", "\nquick brown fox")
        switch()
        page.shell("cat a.c", "\nquick brown fox")
        page.type("rm b.c\n")
        page.wait(lambda: page.text("Files") == "a.c", "one file")
        assert page.js("return window.writes") == 1
        switch()
        page.wait(lambda: page.text("Files") == "a.c", "one file")
        page.shell("ls", "ls\na.c\n~")
        assert page.js("return window.writes") == len("quick brown fox")
        assert page.file("a.c") == "quick brown fox"
