# Luyue. Needs: Python 3.11 or newer, make, git. `make install` prepares the rest in .venv.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DIST := src/luyue/web/static/luyue/dist
FRONT := $(wildcard frontend/package.json frontend/package-lock.json frontend/*.mjs frontend/*.txt frontend/*.py frontend/src/* frontend/src/outbox/*)
CATALOGUES := $(wildcard src/luyue/locale/*/LC_MESSAGES/django.po)

.PHONY: install demo test bench bundle lint types fix lock clean

install: $(STAMP) $(DIST)/.stamp $(CATALOGUES:.po=.mo)

# uv is quick, but not everywhere to be had, and knows no certificates of the system; pip does the same.
$(STAMP): requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "需要 Python 3.11 或更新版本：make install PYTHON=python3.12 / Python 3.11 or newer is needed"; exit 1; }
	@test -x $(BIN)/uv || $(BIN)/pip install --quiet --disable-pip-version-check uv || true
	@{ test -x $(BIN)/uv && \
	  VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt && \
	  VIRTUAL_ENV="$(CURDIR)/.venv" $(BIN)/uv pip install --quiet --no-deps -e .; } || \
	{ $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt && \
	  $(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .; }
	@touch $@

$(DIST)/.stamp: $(FRONT) | $(STAMP)
	@$(BIN)/python frontend/build.py
	@touch $@

%.mo: %.po | $(STAMP)
	@$(BIN)/pybabel --quiet compile --domain django --directory src/luyue/locale

demo: install
	@exec $(BIN)/luyue demo $(if $(PORT),--port $(PORT))

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache

types: install
	$(BIN)/mypy src/luyue

# Best effort: without a browser the tests that need one fail and say what to do.
.venv/.browser: | $(STAMP)
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
	  command -v google-chrome-stable || test -n "$$CHROME" || \
	  timeout 300 $(BIN)/playwright install chromium || true
	@touch $@

test: lint types .venv/.browser
	$(BIN)/pytest -n logical --maxprocesses 4 --dist loadgroup

bench: install
	$(BIN)/python -m bench

# One file for machines without the internet; see the guide.
bundle: install
	$(BIN)/python tools/bundle.py

fix: install
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# After a change of dependencies in pyproject.toml. Neither file names a registry.
lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --no-header --quiet -o requirements/base.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-header --quiet -o requirements/dev.txt

clean:
	rm -rf .venv build dist node_modules frontend/node_modules $(DIST) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
