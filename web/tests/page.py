# SPDX-License-Identifier: 0BSD
"""The page in a real browser, and the server that it comes from."""

import functools
import http.server
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from selenium import webdriver
from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    StaleElementReferenceException,
)
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "web"))

import build  # noqa: E402  what makes the page
import serve  # noqa: E402

BUILT = ROOT / "build" / "web"
DEADLINE = 120  # seconds; a machine may be busy

FLAGS = ("--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run"
         " --disable-background-networking --disable-component-update"
         " --disable-sync")  # fmt: skip


class Server:
    """Serves build/web on 127.0.0.1.

    instead   path -> function(handler) that answers in place of the file
    asked     the paths asked for, in order
    """

    def __init__(self):
        self.instead = {}
        self.asked = []
        server = self

        class Handler(serve.Handler):
            def do_GET(self):
                path = self.path.split("?")[0].lstrip("/")
                server.asked.append(path)
                for name, answer in server.instead.items():
                    if name in path:
                        answer(self)
                        return
                super().do_GET()

            def end_headers(self):
                # Each test sees what the server has now, not a kept copy.
                self.send_header("Cache-Control", "no-store")
                super().end_headers()

            def log_message(self, *_):
                pass

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # the browser was closed

        self.http = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Handler, directory=BUILT))
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self.http.server_port}/"


def send_head(handler, size, kind="application/octet-stream", part=None):
    """What comes before the bytes. part: which of them, as Content-Range has it."""
    handler.send_response(206 if part else 200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(size))
    if part:
        handler.send_header("Content-Range", part)
    handler.end_headers()


def answer_with(content, kind="application/octet-stream"):
    """A Server.instead that sends these bytes."""
    def answer(handler):
        send_head(handler, len(content), kind)
        handler.wfile.write(content)
    return answer


class Project:
    """A copy of the project, built by the gcc that the VM has, maybe with files
    that differ."""

    def __init__(self, folder, *edits):
        self.folder = folder
        for path in build.project_files():
            name = folder / path.relative_to(ROOT)
            name.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, name)
        for file, old, new in edits:
            text = (folder / file).read_text()
            assert text.count(old) == 1
            (folder / file).write_text(text.replace(old, new))
        self.run("make", "-s", "CC=gcc-12", "iso")
        self.kernel = folder / "build/kernel.bin"

    def run(self, *command, **options):
        return subprocess.run(command, cwd=self.folder, check=True, text=True,
                              **options)


STOP = b"\xfa\xf4\xeb\xfd"  # cli; hlt; jmp to the hlt
HEADER = b"\xd6\x50\x52\xe8"


def image(old, new):
    """The page's own image, with other bytes in its kernel."""
    iso = (BUILT / "pc/os.iso").read_bytes()
    kernel = (BUILT / "pc/kernel.bin").read_bytes()
    assert iso.count(kernel) == 1
    assert old in kernel and len(old) == len(new)
    return iso.replace(kernel, kernel.replace(old, new, 1))


def browser(downloads, *flags):
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*FLAGS.split(), *flags):
        options.add_argument(flag)
    options.add_argument("--window-size=1600,1000")
    options.add_argument(f"--user-data-dir={tempfile.mkdtemp(dir=downloads)}")
    options.add_experimental_option(
        "prefs", {"download.default_directory": str(downloads)})
    options.set_capability("goog:loggingPrefs",
                           {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(
        options=options,
        service=webdriver.ChromeService("/usr/bin/chromedriver")
        if hasattr(webdriver, "ChromeService") else
        webdriver.chrome.service.Service("/usr/bin/chromedriver"))
    driver.set_script_timeout(DEADLINE)
    return driver


class Page:
    """What a reader sees and does, by the names that a screen reader says."""

    def __init__(self, driver, server):
        self.driver = driver
        self.server = server
        self.folder = "file"  # the project's; "myos" is the reader's own

    def open(self, fragment="", fresh=True):
        self.driver.get("about:blank")
        if fresh:
            self.driver.execute_cdp_cmd("Storage.clearDataForOrigin", {
                "origin": self.server.address.rstrip("/"),
                "storageTypes": "all"})  # fmt: skip
        self.driver.get(self.server.address + fragment)
        return self

    def js(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    def wait(self, look, what, seconds=DEADLINE):
        """Looks until it is so, or fails with what the page shows."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                seen = look()
            except (ElementClickInterceptedException,
                    ElementNotInteractableException,
                    StaleElementReferenceException):
                seen = None  # laid out or drawn anew meanwhile
            if seen:
                return seen
            assert time.monotonic() < deadline, f"never: {what}\n{self.report()}"
            time.sleep(0.1)

    def report(self):
        shown = {name: self.text(name) for name in
                 ("PC state", "Workshop state", "Terminal", "Verdict")}
        return json.dumps({
            **shown, "PC screen": self.screen_text().rstrip(),
            "error": self.js("return document.getElementById('error').textContent"),
            "console": [entry["message"] for entry in self.driver.get_log("browser")],
        }, indent=1).replace("\\n", "\n")  # fmt: skip

    def named(self, label):
        return self.driver.find_element(By.CSS_SELECTOR, f'[aria-label="{label}"]')

    def text(self, label):
        return self.js("return document.querySelector("
                       "`[aria-label=\"${arguments[0]}\"]`)?.textContent ?? ''",
                       label)

    def button(self, words, within="body"):
        found = self.js("""
            const [within, words] = arguments;
            return [...document.querySelectorAll(`${within} button`)]
                .find((one) => one.textContent === words)""", within, words)
        assert found, f"no button {words!r}"
        return found

    def click(self, words, within="body"):
        def clicked():
            one = self.button(words, within)
            if not one.is_enabled():
                return False
            self.js("arguments[0].scrollIntoView({block: 'center'})", one)
            one.click()
            return True
        self.wait(clicked, f"button {words!r} can be pressed")

    # --- The PC ---

    def screen_text(self):
        return self.text("PC screen")

    def rows(self):
        return self.screen_text().split("\n")

    def choose(self, entry):
        self.driver.find_element(
            By.CSS_SELECTOR, f"#entries [value={entry.lower()}]").click()

    def wait_state(self, state):
        self.wait(lambda: self.text("PC state").startswith(state),
                  f"PC state {state!r}")

    def wait_screen(self, words):
        self.wait(lambda: words in self.screen_text(), f"{words!r} on the PC")

    def wait_ok(self, letters="OK"):
        self.wait_state("halted, interrupts off")
        assert self.rows()[0].rstrip() == letters, self.report()

    # --- The Linux VM ---

    def wait_vm(self):
        self.wait(lambda: "is ready" in self.text("Workshop state"),
                  "the workshop is ready")
        self.wait(lambda: self.text("Terminal").rstrip().endswith("$"),
                  "a prompt in the terminal")

    def build(self):
        """Builds; returns what the page says of it."""
        self.js("document.getElementById('vm-state').textContent = ''")
        self.click("Build and boot")
        return self.wait(
            lambda: self.text("Workshop state")
            if self.text("Workshop state").startswith(
                ("Built", "The build failed", "The build did not")) else "",
            "the build ends")

    def show_file(self, path):
        def clicked():
            tab = self.js("""
                return [...document.querySelectorAll("#files button")]
                    .find((one) => one.textContent.split(" ")[0] === arguments[0])
                """, path)
            assert tab, f"no tab {path}"
            tab.click()
            return True
        self.wait(clicked, f"tab {path} can be pressed")

    def file(self, path):
        """The text in the editor, as far as the browser keeps an edit of it."""
        edit = self.js("return localStorage.getItem(arguments[0])",
                       f"ok-kernel:{self.folder}:{path}")
        if edit is None and self.folder == "file":
            return (ROOT / path).read_text()
        return edit

    def write(self, path, text):
        """Types over the whole file, as a paste does."""
        self.show_file(path)
        editor = self.named("Editor")
        editor.click()
        ActionChains(self.driver).key_down(Keys.CONTROL).send_keys("a") \
            .key_up(Keys.CONTROL).perform()
        self.driver.execute_cdp_cmd("Input.insertText", {"text": text})
        self.wait(lambda: self.file(path) == text, f"{path} is edited")

    def edit(self, path, old, new):
        text = self.file(path)
        assert text.count(old) == 1, f"{path} has {old!r} {text.count(old)} times"
        self.write(path, text.replace(old, new))

    def type(self, text):
        """Types into the terminal."""
        self.named("Terminal").click()
        ActionChains(self.driver).send_keys(text).perform()

    def shell(self, command, answer):
        """Types a command, and waits until its answer is there."""
        self.type(f"{command}\n")
        self.wait(lambda: answer in self.text("Terminal"),
                  f"{answer!r} in the terminal")

    # --- Files ---

    def give(self, path):
        """Chooses a file for "Your kernel"."""
        self.js("document.getElementById('judge-tool').open = true")
        field = self.named("Your kernel")
        self.wait(field.is_enabled, "a file can be chosen")
        field.send_keys(str(path))
        self.wait(lambda: path.name in self.text("Verdict"), "a verdict")


def colours(page, row, column):
    """The text's and the background's colour of a cell, as the browser draws
    it."""
    return page.js("""
        const [row, column] = arguments;
        const line = document.querySelector(
            '[aria-label="PC screen"] .cells').children[row];
        let at = 0;
        for (const run of line.children) {
            at += run.textContent.length;
            if (at > column) {
                const style = getComputedStyle(run);
                const back = style.backgroundColor;
                return [style.color, back === 'rgba(0, 0, 0, 0)'
                    ? 'rgb(0, 0, 0)' : back];
            }
        }""", row, column)
