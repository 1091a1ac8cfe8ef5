# SPDX-License-Identifier: 0BSD
"""The page is accessible, and sends nothing to anybody else."""

import json
import re

import pytest
from page import ROOT
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"


def size(page, width, height=900):
    page.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})


def scheme(page, name):
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": name}]})


@pytest.fixture
def furnished(vm):
    """The page with everything open that can be."""
    vm.js("for (const one of document.querySelectorAll('details'))"
          " one.open = true")
    yield vm
    vm.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    vm.wait(lambda: vm.js("return innerWidth") > 1100, "the window's own width")
    scheme(vm, "light")


def serious(page):
    """What axe-core finds, as far as it would keep somebody out."""
    # As a debugger does: the page's own policy allows no other script.
    page.driver.execute_cdp_cmd("Runtime.evaluate",
                                {"expression": AXE.read_text()})
    found = page.driver.execute_async_script(
        "const done = arguments[0];"
        "axe.run().then((result) => done(result.violations))")
    return [(one["id"], one["impact"], [node["html"][:150] + node["failureSummary"]
                                        for node in one["nodes"]][:5])
            for one in found if one["impact"] in ("serious", "critical")]  # fmt: skip


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(furnished, width, look):
    size(furnished, width)
    scheme(furnished, look)
    furnished.wait(lambda: furnished.js("return innerWidth") == width, "the width")
    for part in ("text", "editor", "terminal", "pc", "tools"):
        furnished.js("document.querySelector(`[data-shows=${arguments[0]}]`).click()",
                     part)
        found = serious(furnished)
        assert not found, json.dumps(found, indent=1)
        if width > 1100:
            break  # all are shown at once


@pytest.mark.parametrize("width", [360, 768, 1280, 2560, 3840])
def test_nothing_is_wider_than_the_window(furnished, width):
    size(furnished, width)
    assert furnished.js(
        "return document.documentElement.scrollWidth") <= width
    # And the PC shows all of its 80 columns.
    assert furnished.js(
        "const one = document.getElementById('screen');"
        "return one.scrollWidth - one.clientWidth") <= 1


LINES = """
    const lines = (area, one) => Math.floor(
        document.querySelector(area).clientHeight /
        document.querySelector(one).getBoundingClientRect().height);
    return [lines('.cm-scroller', '.cm-line'), lines('.terminal', '.terminal-letter')]
"""


def test_room_on_a_desk_and_on_a_phone(furnished):
    size(furnished, 1440)
    editor, terminal = furnished.wait(
        lambda: furnished.js("return innerWidth") == 1440 and furnished.js(LINES),
        "the width")
    assert editor >= 22 and terminal >= 12
    assert furnished.js("return document.documentElement.scrollHeight") <= 900
    assert furnished.js("const bar = document.getElementById('edit-bar');"
                        "return bar.scrollWidth <= bar.clientWidth")
    splitter = furnished.named("Height of the editor")
    splitter.send_keys(Keys.ARROW_UP * 8)
    assert furnished.js(LINES)[0] < editor
    splitter.send_keys(Keys.ARROW_DOWN * 8)
    size(furnished, 360)
    for part in ("Text", "Editor", "Terminal", "PC", "Tools"):
        furnished.click(part, "#parts")
        assert sum(furnished.js("""
            return ['tutorial', 'edit', 'shell', 'pc', 'tools'].map((id) =>
                document.getElementById(id).checkVisibility())""")) == 1


def test_by_keyboard_alone(page):
    """Tab leads to each control, and out of the editor and the terminal."""
    page.wait_ok()
    page.wait(lambda: page.text("Editor"), "the editor")
    body = page.driver.find_element(By.TAG_NAME, "body")
    seen = []
    body.send_keys(Keys.TAB)
    for _ in range(200):
        here = page.js("""
            const one = document.activeElement;
            return one === document.body ? '' : one.getAttribute('aria-label') ||
                one.textContent.trim() || one.labels?.[0]?.textContent.trim() ||
                one.id""")
        if not here:
            break
        seen.append(here)
        active = page.driver.switch_to.active_element
        if here in ("Editor", "Terminal input"):
            active.send_keys(Keys.ESCAPE)
            active = page.driver.switch_to.active_element
        active.send_keys(Keys.TAB)
    for name in ("PC screen", "Boot", "Chapter", "Editor", "Start over",
                 "Copy link", "Terminal input", "Restart workshop"):
        assert name in seen, seen
    assert not here, f"Tab never leaves the page: {seen[-5:]}"


def requests(page):
    """Each address that the browser asked for, the page's workers included."""
    found = []
    for entry in page.driver.get_log("performance"):
        message = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            found.append(message["params"]["request"]["url"])
    return found


def test_asks_nobody_else_and_keeps_to_its_policy(page, server):
    page.driver.get_log("browser")
    page.driver.get_log("performance")
    page.open()
    page.wait_vm()
    page.js("for (const one of document.querySelectorAll('details'))"
            " one.open = true")
    asked = requests(page)
    assert server.address in asked
    foreign = [one for one in asked
               if not one.startswith((server.address, "blob:", "about:"))]
    assert not foreign
    assert not page.driver.get_cookies()
    # Who types over all of a text has Chromium itself ask for the old text's
    # style, and be refused; no script does that.
    page.named("Editor").send_keys("/* by keys */")
    page.wait(lambda: "by keys" in page.file("kernel.c"), "an edit")
    refused = [entry["message"] for entry in page.driver.get_log("browser")
               if "Content Security Policy" in entry["message"]]
    assert not refused


def test_the_policy_is_in_force(page):
    policy = page.js("return document.querySelector("
                     "'meta[http-equiv=Content-Security-Policy]').content")
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert all(value in ("'self'", "'none'") for name, value in rules.items()
               if name != "script-src")
    page.js("""
        for (const [name, text] of [["script", "window.inline = true"],
                                    ["style", "body { color: rgb(1, 2, 3) }"]]) {
            const one = document.createElement(name);
            one.textContent = text;
            document.head.append(one);
        }""")
    assert page.js("return window.inline") is None
    assert page.js("return getComputedStyle(document.body).color") != "rgb(1, 2, 3)"
    assert "refused" == page.driver.execute_async_script("""
        const done = arguments[0];
        fetch('http://localhost:1/').then(() => done('sent'), () => done('refused'))""")
    assert any(re.search("connect-src|Content Security Policy", entry["message"])
               for entry in page.driver.get_log("browser"))
