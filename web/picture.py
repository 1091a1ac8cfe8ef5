#!/usr/bin/env python3
# SPDX-License-Identifier: 0BSD
"""Takes the picture of the page that README shows: docs/web.png.

Usage: picture.py   (`make web-picture` does it, after `make web`)
"""

import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "tests"))

import page as pages  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402


def main():
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        driver = pages.browser(pathlib.Path(folder))
        try:
            driver.set_window_size(1440, 1000)
            page = pages.Page(driver, pages.Server()).open("#it-boots")
            page.wait_vm()
            page.edit("screen.h", "'O'", "'H'")
            page.edit("screen.h", "'K'", "'I'")
            page.named("Editor").send_keys(Keys.CONTROL + Keys.HOME)
            page.build()
            page.wait_ok("HI")
            page.js("document.getElementById('work').scrollTop = 0")
            driver.save_screenshot(str(pages.ROOT / "docs/web.png"))
        finally:
            driver.quit()


if __name__ == "__main__":
    main()
