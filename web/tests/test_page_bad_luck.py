# SPDX-License-Identifier: 0BSD
"""Downloads that break off, damaged files, an old browser: a sentence for each,
and the rest of the page still works."""

import contextlib
import threading

import pytest
from page import BUILT, Page, answer_with, browser, send_head

STATE = BUILT / "vm/state.zst"


def halves(path, go_on=None):
    """Sends half of a file, and hangs up; or the rest, when it is told to."""
    content = path.read_bytes()

    def answer(handler):
        send_head(handler, len(content))
        handler.wfile.write(content[:len(content) // 2])
        if go_on:
            go_on.wait()
            handler.wfile.write(content[len(content) // 2:])
        else:
            handler.close_connection = True
    return answer


def damaged(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    return answer_with(bytes(content))


@pytest.fixture
def go_on():
    event = threading.Event()
    yield event
    event.set()


def gone(handler):
    handler.send_error(404)


def fails(page):
    page.wait(lambda: "The workshop cannot be used" in page.text("Workshop state"),
              "a sentence")
    # The parts that do not need it still work.
    page.wait_ok()
    page.click("Boot")
    page.wait_ok()
    assert page.text("Tutorial") and page.text("Editor")


def mended(page, server):
    server.instead.clear()
    page.click("Restart workshop")
    page.wait(lambda: "as it was at first" in page.text("Workshop state"),
              "the workshop is there")
    assert page.build().startswith("Built")
    page.wait_ok()


def words(page, name):
    return page.js("return document.getElementById(arguments[0]).textContent", name)


def test_the_pcs_download_shows_how_far_it_is(page, server, go_on):
    server.instead["os.iso"] = halves(BUILT / "pc/os.iso", go_on)
    page.open()
    page.wait(lambda: "MB loaded" in words(page, "pc-loaded"), "megabytes")
    assert page.text("PC state") == "starting"
    go_on.set()
    page.wait_ok()
    assert words(page, "pc-loaded") == ""


def test_the_vms_download_shows_how_far_it_is(page, server, go_on):
    server.instead[STATE.name] = halves(STATE, go_on)
    page.open()
    size = STATE.stat().st_size / 1e6
    page.wait(lambda: words(page, "progress-text")
              == f"{size / 2:.1f} MB of {size:.1f} MB", "megabytes")
    # The rest of the page works meanwhile.
    page.edit("kernel.c", "cli", "sti")
    page.click("Boot")
    page.wait_ok()
    go_on.set()
    page.wait_vm()
    assert words(page, "progress-text") == ""


def test_restarted_while_it_loads(page, server, go_on):
    server.instead[STATE.name] = halves(STATE, go_on)
    page.open()
    page.wait(lambda: words(page, "progress-text"), "megabytes")
    mended(page, server)


def goes_on(path, asked):
    """A server with ranges, which hangs up in the middle the first time."""
    content = path.read_bytes()

    def answer(handler):
        asked.append(handler.headers["Range"])
        first = int((asked[-1] or "bytes=0-")[len("bytes="):-1])
        size = len(content)
        if first:
            send_head(handler, size - first,
                      part=f"bytes {first}-{size - 1}/{size}")
            handler.wfile.write(content[first:])
        else:
            send_head(handler, size)
            handler.wfile.write(content[:size // 2])
            handler.close_connection = True
    return answer


def test_a_download_goes_on_where_it_broke_off(page, server):
    asked = []
    server.instead[STATE.name] = goes_on(STATE, asked)
    page.open()
    page.wait_vm()
    # The browser may have thrown away a part of what came last.
    first, second = asked
    assert first is None
    assert 0 < int(second[len("bytes="):-1]) <= STATE.stat().st_size // 2


@pytest.mark.parametrize("answer", [halves(STATE), damaged(STATE), gone])
def test_the_vms_file_does_not_come(page, server, answer):
    server.instead[STATE.name] = answer
    page.open()
    fails(page)
    if answer is gone:
        mended(page, server)


@pytest.mark.parametrize("name, answer", [
    ("os.iso", gone), ("bochs.wasm", gone),
    ("bochs.wasm", halves(BUILT / "pc/bochs.wasm")),
])  # fmt: skip
def test_a_file_of_the_pcs_does_not_come(page, server, name, answer):
    server.instead[name] = answer
    page.open()
    page.wait(lambda: words(page, "error").startswith(
        f"The PC cannot start: {name} could not be loaded whole"), "a sentence")
    assert "Press Boot to try again" in words(page, "error")
    server.instead.clear()
    page.click("Boot")
    page.wait_ok()
    assert words(page, "error") == ""


@pytest.mark.parametrize("answer", [gone, halves(BUILT / "pc/OVMF.fd")])
def test_uefis_firmware_does_not_come(page, server, answer):
    server.instead["OVMF.fd"] = answer
    page.wait_ok()
    page.choose("UEFI")
    page.click("Boot")
    page.wait(lambda: words(page, "error").startswith(
        "The PC cannot start: OVMF.fd could not be loaded whole"), "a sentence")
    assert "to try again, or choose another entry." in words(page, "error")
    page.choose("BIOS")
    page.click("Boot")
    page.wait_ok()
    assert words(page, "error") == ""


def test_the_checker_is_gone(page, server):
    server.instead["judge.wasm"] = gone
    page.open()
    page.wait_vm()
    assert "judge.wasm" in words(page, "error")
    assert page.build().startswith("Built")
    page.wait_ok()
    page.js("document.getElementById('bytes-tool').open = true")
    page.wait(lambda: "mb2check is not loaded" in page.text("Broken rules"),
              "a sentence")
    assert "build/kernel.bin" in words(page, "bytes")


PAGE = 65536  # bytes: WebAssembly's unit of memory


@pytest.mark.parametrize("memory, boots", [(160, True), (128, False)])
def test_with_too_little_memory(server, downloads, memory, boots):
    """The first is enough for the PC; neither is enough for the VM."""
    driver = browser(
        downloads, f"--js-flags=--wasm-max-mem-pages={(memory << 20) // PAGE}")
    try:
        page = Page(driver, server).open()
        if boots:
            fails(page)
            assert "too little memory" in page.text("Workshop state")
        else:
            page.wait(lambda: "too little memory" in words(page, "error"),
                      "a sentence")
            assert words(page, "error").startswith("The PC cannot start: ")
            assert "needs 160 MB" in words(page, "error")
            page.wait(lambda: "kernel" in page.text("Tutorial"), "the tutorial")
    finally:
        driver.quit()


@contextlib.contextmanager
def opened_after(page, code):
    """The page, in a browser in which this was done before."""
    script = page.driver.execute_cdp_cmd(
        "Page.addScriptToEvaluateOnNewDocument", {"source": code})
    try:
        yield page.open()
    finally:
        page.driver.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument",
                                    script)


def test_without_webassembly(page, server):
    with opened_after(page, "delete window.WebAssembly"):
        page.wait(lambda: "no WebAssembly" in words(page, "error"), "a sentence")
        page.wait(lambda: "kernel" in page.text("Tutorial"), "the tutorial")
        assert not page.button("Boot").is_enabled()
        server.instead["files.json"] = gone
        page.open()
        page.wait(lambda: "files.json" in words(page, "error"), "what is missing")


def test_without_storage(page):
    with opened_after(page, "Object.defineProperty(window, 'localStorage', "
                            "{get() { throw new Error('forbidden'); }})"):
        page.wait(lambda: page.text("Editor"), "the editor")
        page.wait_ok()
