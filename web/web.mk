# SPDX-License-Identifier: 0BSD
# For the Makefile: the project in a browser tab.

.PHONY: web web-run web-test web-test-all web-bench web-picture

web: ## build the page, which has the whole project in a browser tab: build/web/
	@python3 web/build.py

web-run: web ## serve the page on this machine: PORT=8000
	@python3 web/serve.py $(PORT)

web-test: web ## look at the page in a real browser
	@$(NEED) pytest chromium chromedriver selenium
	$(PYTEST) -q -rfEs -m 'not all' web/tests

web-test-all: web ## the same, and each mistake and each command of the tutorial
	@$(NEED) pytest chromium chromedriver selenium
	$(PYTEST) -q -rfEs web/tests

web-bench: web ## measure the page: downloads, first OK, edit to OK
	@$(NEED) chromium chromedriver selenium
	@python3 web/bench.py

web-picture: web ## take the picture of the page: docs/web.png
	@$(NEED) chromium chromedriver selenium
	@python3 web/picture.py
