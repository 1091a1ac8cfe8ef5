# SPDX-License-Identifier: 0BSD
"""The texts on the page: their chapters, excerpts, and blocks of commands. What
is typed of Part I, test_page_typed.py types."""

import itertools
import re

import pytest
from page import ROOT
from selenium.webdriver.common.by import By

TEXTS = {name: (ROOT / f"docs/{name}.md").read_text()
         for name in ("grows", "tutorial", "tonight")}  # fmt: skip
TEXT = TEXTS["tutorial"]
CHAPTERS = re.findall(r"^## (.+)$", TEXT, re.M)
LONGEST = max(re.split(r"^## ", TEXT, flags=re.M)[1:], key=len).splitlines()[0]


def slug(heading):
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def go(page, chapter):
    page.js("location.hash = arguments[0]", slug(chapter))
    page.wait(lambda: heading(page) == chapter.replace("`", ""), chapter)


def heading(page):
    return page.js("return document.querySelector("
                   "'#tutorial article h1, #tutorial article h2')?.textContent")


def test_each_chapter_has_an_address(page):
    page.wait(lambda: heading(page), "the tutorial")
    for chapter in CHAPTERS:
        go(page, chapter)
    page.open("#" + slug(CHAPTERS[2]))
    page.wait(lambda: heading(page) == CHAPTERS[2], "the chapter of the address")
    for name, text in TEXTS.items():
        page.js("location.hash = arguments[0]", name)
        page.wait(lambda: f"\n# {heading(page)}\n" in text, "its first page")


def test_an_address_that_is_no_chapters(page):
    page.open("#100%")
    page.wait(lambda: heading(page), "the first chapter")


def test_keeps_its_place_on_reload(page):
    page.open("#" + slug(LONGEST))
    page.wait(lambda: heading(page) == LONGEST, "the chapter")
    page.js("document.getElementById('tutorial').scrollTop = 333")
    page.driver.refresh()
    page.wait(lambda: page.js(
        "return document.getElementById('tutorial').scrollTop") == 333, "the place")
    assert heading(page) == LONGEST


def test_an_excerpt_opens_its_file_at_its_line(page):
    page.wait(lambda: heading(page), "the tutorial")
    found = 0
    for chapter in CHAPTERS:
        go(page, chapter)
        for at, one in enumerate(page.driver.find_elements(
                By.XPATH, "//*[@id='tutorial']//button[starts-with(., 'Open ')]")):
            path = one.get_attribute("textContent")[len("Open "):]
            excerpt = page.js(
                "return arguments[0].parentElement.previousElementSibling"
                ".textContent", one)
            page.js("arguments[0].click()", one)
            first = excerpt.splitlines()[0]
            lines = (ROOT / path).read_text().splitlines()
            line = page.js("return document.querySelector("
                           "'#editor .cm-activeLine').textContent")
            assert lines[lines.index(first)] == line, (chapter, at)
            found += 1
    assert found == TEXT.count("<!-- excerpt: ")


BOOTS = re.compile(r"^\$ .*(qemu-system-x86_64|make .*\b(run|debug)|\bgdb\b)", re.M)


def test_each_block_has_a_button_or_a_reason(page):
    """And one that boots or debugs has a button that does."""
    page.wait(lambda: heading(page), "the tutorial")
    blocks = boots = 0
    for chapter in re.findall(r"^## (.+)$", "\n".join(TEXTS.values()), re.M):
        go(page, chapter)
        for bar in page.driver.find_elements(By.CSS_SELECTOR,
                                             "#tutorial .console-bar"):
            block, words, button = page.js("""
                return [arguments[0].previousElementSibling, arguments[0],
                        arguments[0].querySelector('button')].map(
                    (one) => one?.textContent ?? '')""", bar)
            assert "the page's PC" in button if BOOTS.search(block) else \
                button or re.match("Recorded, above: .+\\.", words), (chapter, block)
            blocks += 1
            boots += bool(BOOTS.search(block))
    assert blocks == "".join(TEXTS.values()).count("```console\n")
    assert boots > 20


def blocks_with_buttons():
    for chapter, body in re.findall(r"^## (.+)\n([\s\S]*?)(?=^## |\Z)", TEXT, re.M):
        for at in range(body.count("```console\n")):
            yield chapter, at


def check_block(page, chapter, at):
    """Presses the block's button; gives a word on what that did."""
    go(page, chapter)
    bar = page.driver.find_elements(By.CSS_SELECTOR, "#tutorial .console-bar")[at]
    button = next(iter(bar.find_elements(By.TAG_NAME, "button")), None)
    if not button:
        return "recorded"
    words = button.get_attribute("textContent")
    page.type("clear\n")
    page.wait(lambda: re.fullmatch(r"\S+\$ *", page.text("Terminal")), "a clear terminal")
    page.js("document.getElementById('vm-state').textContent = ''")
    page.js("arguments[0].click()", button)
    if "boot the page's PC" in words:
        page.wait(lambda: page.text("Workshop state").startswith("Built"),
                  "the image that was made")
        return "boots"
    block = page.js("return arguments[0].previousElementSibling.textContent", bar)
    last = [line[2:] for line in block.splitlines() if line.startswith("$ ")][-1]
    page.wait(lambda: re.search(
        r"\$ " + re.escape(last) + r"\n(.*\n)*\S*\$ *$", page.text("Terminal")),
        f"a prompt after {last}")
    # Each command with its answer, as the tutorial has them.
    prompt = re.compile(r"^\S*\$(?: |\Z)", re.M)
    def parts(text):
        lines = "\n".join(line.rstrip() for line in text.expandtabs().splitlines())
        return [part.rstrip() for part in prompt.split(lines)]
    answers = parts(page.text("Terminal"))
    for part in filter(None, parts(block)):
        assert part in answers, f"{chapter}, block {at}\n{part}\n--- but:\n{answers}"
    return "same"


def test_the_first_blocks_give_the_tutorials_answers(vm):
    answers = (check_block(vm, *block) for block in blocks_with_buttons())
    same = (answer for answer in answers if answer == "same")
    assert list(itertools.islice(same, 3)) == ["same"] * 3


@pytest.mark.all
@pytest.mark.parametrize("chapter, at", blocks_with_buttons())
def test_every_block_gives_the_tutorials_answer(vm, chapter, at):
    check_block(vm, chapter, at)
