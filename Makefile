# make run | make test | make lint | make bench. Each works on a fresh clone: it makes .venv and installs first.
PYTHON ?= python3
BIN := .venv/bin
CODE := core dashboard pages tests

# On Linux without an NVIDIA GPU: make run TORCH_INDEX=https://download.pytorch.org/whl/cpu
TORCH_INDEX ?=
TORCH = $(shell grep '^torch==' requirements.txt)

# JavaScript is linted by a program of npm: no more of Node.js is needed than npx.
BIOME := @biomejs/biome@2.6.8

# Processes that test mathematics and pages.
JOBS ?= 2

.PHONY: run test lint lint-js bench soak chromium clean

run: .venv/.run
	$(BIN)/streamlit run dashboard/app.py

# Mathematics and pages in two processes at once; then the browser, which wants the machine to itself.
# Both halves run whatever the first says; where PYTEST_ARGS choose none of one, that is no failure (5).
test: .venv/.dev chromium
	@failed=0; \
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --ignore tests/browser $(PYTEST_ARGS) \
		|| test $$? -eq 5 || failed=1; \
	$(BIN)/python -m pytest tests/browser $(PYTEST_ARGS) || test $$? -eq 5 || failed=1; \
	exit $$failed

lint: .venv/.dev lint-js
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy

# Storms of random acts, outside of CI: ten seeds of 300 acts on every lesson.
# LESSONS=vae,flow SEEDS=0,1 ACTS=60 choose; NEIGHBOURS=2 keeps two other processes busy.
soak: .venv/.dev chromium
	PYTHONPATH=.:tests LESSONS=$(LESSONS) SEEDS=$(SEEDS) ACTS=$(ACTS) NEIGHBOURS=$(NEIGHBOURS) \
	$(BIN)/python -m soak.run

# Skipped, with a sentence, where there is no npx; a failure there if REQUIRE_JS_LINT is set.
lint-js:
	@if command -v npx >/dev/null; then \
		npx --yes $(BIOME) lint --config-path=.ci --error-on-warnings dashboard; \
	else \
		echo "JavaScript was not linted: no npx found. Install Node.js (Debian: apt-get install npm)."; \
		test -z "$(REQUIRE_JS_LINT)"; \
	fi

# ONLY=vae, ONLY=page.slider,server, … measures only those rows. Peers live in an environment of their own.
bench: .venv-bench/.done chromium
	ONLY=$(ONLY) .venv-bench/bin/python tests/benchmarks/run.py

.venv-bench/.done: requirements.txt requirements-dev.txt tests/benchmarks/requirements.txt
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install -r requirements.txt
	.venv-bench/bin/python -m pip install -r requirements-dev.txt
	.venv-bench/bin/python -m pip install --no-deps -r tests/benchmarks/requirements.txt
	touch $@

# Browser tests need a Chromium: on Debian as root it is installed, elsewhere they are skipped
# with a sentence that says how to get one.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || \
	if [ -f /etc/debian_version ] && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && apt-get install -y -qq chromium >/dev/null; fi || true

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Latent Flow Lab needs Python 3.11 or newer: make run PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv
	$(if $(TORCH_INDEX),$(BIN)/python -m pip install --no-deps --index-url $(TORCH_INDEX) $(TORCH))
	$(BIN)/python -m pip install -r requirements.txt
	touch $@

.venv/.dev: .venv/.run requirements-dev.txt
	$(BIN)/python -m pip install -r requirements-dev.txt
	touch $@

clean:
	rm -rf .venv .venv-bench .mypy_cache .ruff_cache .pytest_cache
