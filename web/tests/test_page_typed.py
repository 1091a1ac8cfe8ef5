# SPDX-License-Identifier: 0BSD
"""docs/tonight.md, done on the page by its buttons, in an empty folder of the
reader's own. Each answer, screen and file is compared."""

import re
import sys

from page import ROOT
from selenium.webdriver.support.select import Select

sys.path.insert(0, str(ROOT / "tests"))

from typed import Typist  # noqa: E402

TEXT = (ROOT / "docs/tonight.md").read_text()
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
        super().put_back()
        while self.undo:
            self.press(self.undo.pop(), 1)
        self.agree()

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
        page.type("clear\n")
        page.wait(lambda: page.text("Terminal").strip() == PROMPT, "an empty terminal")
        page.js("document.getElementById('pc-state').textContent = 'before'")
        self.type_on_page(block, re.findall(r"^\$ (.*)$", block, re.M))
        said = "\n".join(line.rstrip() for line in page.text("Terminal").replace(
            "The page's PC shows it.\n", "").splitlines())
        assert said == re.sub(r"^\$", PROMPT, block.expandtabs(), flags=re.M) + PROMPT

    def type_on_page(self, block, commands):
        self.press(self.bar("console", block))
        self.wait_prompts(len(commands) + 1)

    def wait_prompts(self, count):
        self.page.wait(lambda: len(re.findall(
            r"^~/myos\$", self.page.text("Terminal"), re.M)) == count and
            self.page.text("Terminal").rstrip().endswith(PROMPT), f"{count} prompts")

    def compare_screen(self, state, shown):
        self.page.wait_state(STATES[state])
        self.page.wait(lambda: "\n".join(
            row.rstrip() for row in self.page.rows()).strip() == shown.strip(), shown)


def test_tonight(shared, tmp_path):
    Select(shared.named("Folder")).select_by_value("own")
    shared.folder = "myos"
    shared.js("""
        for (const key of Object.keys(localStorage))
            if (key.startsWith('ok-kernel:myos:'))
                localStorage.removeItem(key);
        dispatchEvent(new StorageEvent('storage'));""")
    shared.wait(lambda: shared.text("Terminal").strip().endswith(PROMPT), "a prompt")
    shared.type("rm -r *\n")
    typist = Reader(tmp_path, shared)
    for chapter in re.split(r"^(?=## )", TEXT, flags=re.M)[1:]:
        title = chapter.splitlines()[0][3:]
        shared.js("location.hash = arguments[0]", title.lower().replace(" ", "-"))
        shared.wait(lambda: shared.js("return document.querySelector("
                                      "'#tutorial article h2')?.textContent")
                    == title, title)
        typist.type(chapter)
    assert {path.name for path in tmp_path.iterdir()} == \
        {"kernel.c", "grub.cfg", "linker.ld", "Makefile"}
