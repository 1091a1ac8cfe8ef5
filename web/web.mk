# SPDX-License-Identifier: 0BSD
# For the Makefile: the project in a browser tab.

.PHONY: web web-run web-test web-test-all web-bench web-picture

BROWSER = $(NEED) chromium chromedriver selenium

# One browser for each CPU, and all tests of a file in the same.
WEB_TESTS = $(BROWSER) pytest pytest-xdist gcc-12 gdb && \
	$(PYTEST) -n auto --dist loadfile -rfEs web/tests

web: ## build the page, which has the whole project in a browser tab: build/web/
	@python3 web/build.py

web-run: web ## serve the page on this machine: PORT=8000
	@python3 web/serve.py $(PORT)

web-test: web ## look at the page in a real browser
	$(WEB_TESTS) -m 'not all'

web-test-all: web ## the same, and each mistake and each command of the tutorial
	$(WEB_TESTS)

web-bench: web ## measure the page: downloads, first OK, edit to OK
	@$(BROWSER)
	@python3 web/bench.py

web-picture: web ## take the picture of the page: docs/web.png
	@$(BROWSER)
	@python3 web/picture.py
