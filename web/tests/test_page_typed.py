# SPDX-License-Identifier: 0BSD
"""docs/tonight.md, done on the page in an empty folder of the reader's own, by
its buttons and by the keyboard alone; and docs/grows.md after it. Each answer,
screen and file is compared."""

import os
import re
import sys
import zipfile

import pytest
from page import ROOT
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

sys.path.insert(0, str(ROOT / "tests"))

from typed import BLOCK, Typist  # noqa: E402

TEXT = (ROOT / "docs/tonight.md").read_text()
GROWS = (ROOT / "docs/grows.md").read_text()
PROMPT = "~/myos$"
STATES = {"halted": "halted, interrupts off", "refused": "running",
          "reset": "shut down by a triple fault"}  # fmt: skip


class Reader(Typist):
    """Types a text on the page. The folder here shows where that must lead."""

    def __init__(self, folder, page):
        self.folder, self.page = folder, page
        self.kept, self.undo = {}, []

    def bar(self, info, body):
        return self.page.js("""
            const [info, body] = arguments;
            return [...document.querySelectorAll('#tutorial pre')].find((one) =>
                one.dataset.info === info && one.textContent === body)
                .nextElementSibling""", info, body)

    def press(self, bar, at=0):
        self.page.js("arguments[0].querySelectorAll('button')[arguments[1]].click()",
                     bar, at)

    def put_back(self):
        paths = list(self.kept)
        super().put_back()
        self.put_back_on_page(paths)
        self.agree()

    def put_back_on_page(self, paths):
        while self.undo:
            self.press(self.undo.pop(), 1)

    def write(self, kind, how, path, body):
        super().write(kind, how, path, body)
        if how != "=":
            self.write_on_page(kind, how, path, body)
        self.agree()

    def write_on_page(self, kind, how, path, body):
        bar = self.bar(f"{kind} {how}{path.name}", body)
        self.press(bar)
        self.undo += [bar] * (how == "~")
        assert self.page.js("return document.querySelector("
                            "'.cm-changedLine, .cm-deletedChunk')"), bar.text

    def agree(self):
        for path in self.folder.iterdir():
            self.page.wait(lambda: self.page.file(path.name) == path.read_text(),
                           f"{path.name} is\n{path.read_text()}")

    def run(self, block):
        page = self.page
        words = self.bar("console", block).get_attribute("textContent")
        if words.startswith("Recorded"):
            assert "Python" in words
            return
        if words.startswith("Watch"):
            self.watch(block)
            return
        typed, on_screen = block, ""
        if "-serial" in block:
            typed, on_screen = re.match(r"((?:\$ .*\n)+)(.*)", block).groups()
        self.command("clear")
        page.wait(lambda: page.text("Terminal").strip() == PROMPT, "an empty terminal")
        page.js("document.getElementById('pc-state').textContent = 'before'")
        self.type_on_page(block, re.findall(r"^\$ (.*)$", block, re.M))
        said = "\n".join(line.rstrip() for line in page.text("Terminal").replace(
            "The page's PC shows it.\n", "").splitlines())
        assert said == re.sub(r"^\$", PROMPT, typed.expandtabs(), flags=re.M) + PROMPT
        page.wait_screen(on_screen)

    def watch(self, block):
        """The registers that gdb prints, beside the PC."""
        self.press(self.bar("console", block))
        address, bits = re.search(r"1, 0x0*(\w+) in .*\n.*\[ (.*) \]", block).groups()
        self.page.wait(lambda: f" 0x{address}: " in self.page.text("Next instruction"),
                       address)
        seen = re.search(r"CR0 0x\w+ ([A-Z ]+)", self.page.text("Registers"))[1].split()
        assert {*bits.split()} <= {*seen} and "PG" not in seen

    def command(self, words):
        self.page.type(f"{words}\n")

    def type_on_page(self, block, commands):
        self.press(self.bar("console", block))
        self.wait_prompts(len(commands) + 1)

    def wait_prompts(self, count):
        self.page.wait(lambda: len(re.findall(
            r"^~/myos\$", self.page.text("Terminal"), re.M)) == count and
            self.page.text("Terminal").rstrip().endswith(PROMPT), f"{count} prompts")

    def compare_screen(self, state, shown):
        self.page.wait_state(STATES[state])
        size = 2 if "BIOS" in shown else None  # the page's PC has another one
        self.page.wait(lambda: "\n".join(row.rstrip() for row in self.page.rows())
                       .strip()[:size] == shown.strip()[:size], shown)


class ByKeyboard(Reader):
    """Presses no button, and has no mouse."""

    def keys(self, *keys):
        ActionChains(self.page.driver).send_keys(*keys).perform()

    def with_shift(self, keys):
        ActionChains(self.page.driver).key_down(Keys.SHIFT).send_keys(keys) \
            .key_up(Keys.SHIFT).perform()

    def reach(self, what, leave="", back=False):
        """By Tab, which leaves the editor only after Esc."""
        for _ in range(200):
            if self.page.js("return document.activeElement.matches(arguments[0])",
                            what):
                return
            self.keys(leave)
            self.with_shift(Keys.TAB) if back else self.keys(Keys.TAB)
        raise AssertionError(f"Tab never comes to {what}")

    def command(self, words):
        self.reach(".terminal-input", Keys.ESCAPE)
        self.keys(words, Keys.ENTER)

    def type_on_page(self, block, commands):
        for prompts, command in enumerate(commands, 2):
            self.command(command)
            self.wait_prompts(prompts)

    def choose(self, name):
        """Goes to the file's tab, and on into the editor."""
        self.reach(".cm-content", back=True)
        self.reach("[role=tab]", Keys.ESCAPE, back=True)
        while self.page.js("return document.activeElement.textContent") != name:
            self.keys(Keys.ARROW_RIGHT)
        self.reach(".cm-content")

    def write_on_page(self, kind, how, path, body):
        """Goes to the end of the line before, selects the lines that go, and
        types those that come."""
        if self.page.file(path.name) is None:
            self.command(f"touch {path.name}")
            self.page.wait(lambda: self.page.file(path.name) == "", path.name)
        old, new = (text.splitlines() for text in
                    (self.page.file(path.name), path.read_text()))
        same = len(os.path.commonprefix([old, new]))
        after = len(os.path.commonprefix([old[same:][::-1], new[same:][::-1]]))
        gone = len(old) - same - after
        self.choose(path.name)
        ActionChains(self.page.driver).key_down(Keys.CONTROL).send_keys(Keys.HOME) \
            .key_up(Keys.CONTROL).perform()
        self.keys(Keys.ARROW_DOWN * (same - 1), Keys.END)
        if gone:
            self.with_shift(Keys.ARROW_DOWN * gone + Keys.END)
            self.keys(Keys.DELETE)
        lines = new[same:len(new) - after]
        if not old:
            self.keys(lines.pop(0))
            lines.append("")  # the newline at the end
        for line in lines:
            self.keys(Keys.ENTER)
            self.with_shift(Keys.TAB * 8)  # the editor's own indentation goes
            self.keys(line.replace("\t", Keys.TAB))

    def put_back_on_page(self, paths):
        for path in paths:
            self.write_on_page("", "", path, "")


def go(page, title):
    page.js("location.hash = arguments[0]",
            re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-"))
    page.wait(lambda: page.js("return document.querySelector("
                              "'#tutorial article h2')?.textContent") == title, title)


def read(reader, text):
    """All chapters, one after the other."""
    for chapter in re.split(r"^(?=## )", text, flags=re.M)[1:]:
        go(reader.page, chapter.splitlines()[0][3:])
        reader.type(chapter)
    listed = {name for _, _, how, name, _ in BLOCK.findall(text) if how == "="}
    assert {path.name for path in reader.folder.iterdir()} == listed


@pytest.fixture
def empty(shared):
    """The page with the reader's own folder, in which is nothing."""
    Select(shared.named("Folder")).select_by_value("own")
    shared.folder = "myos"
    shared.js("""
        for (const key of Object.keys(localStorage))
            if (key.startsWith('ok-kernel:myos:'))
                localStorage.removeItem(key);
        dispatchEvent(new StorageEvent('storage'));""")
    shared.wait(lambda: shared.text("Terminal").strip().endswith(PROMPT), "a prompt")
    shared.shell("rm -rf *; echo go''ne", "\ngone")
    return shared


@pytest.mark.parametrize("reader", [
    Reader, pytest.param(ByKeyboard, marks=pytest.mark.all)])  # fmt: skip
def test_tonight(empty, tmp_path, reader):
    read(reader(tmp_path, empty), TEXT)


@pytest.mark.all
def test_grows(empty, tmp_path):
    """From the files that the first text ends with, opened as an archive."""
    reader = Reader(tmp_path / "myos", empty)
    reader.folder.mkdir()
    with zipfile.ZipFile(tmp_path / "myos.zip", "w") as archive:
        for _, _, how, name, body in BLOCK.findall(TEXT):
            if how == "=":
                (reader.folder / name).write_text(body)
                archive.writestr(name, body)
    empty.named("Archive").send_keys(str(tmp_path / "myos.zip"))
    reader.agree()
    read(reader, GROWS)
