PYTHON ?= python3
BIN := .venv/bin

# make demo: run the whole sample review and say what to open
demo: .venv/ready
	@rm -rf outputs/*.*
	@$(BIN)/themeweave run

# make test: run every test, the docs' sessions and examples among them
test: .venv/ready
	$(BIN)/pytest

# make check: style, types and tests, as a change is judged
check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

# make docs: check that every session shown in README and docs runs as shown
docs: .venv/ready
	$(BIN)/pytest tests/test_docs.py

# make bench: measure speed and quality beside the alternatives, and print tables
bench: .venv/ready
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file || exit 1; done

# make lock: pin the versions that are installed and tested now
lock: .venv/ready
	$(BIN)/pip freeze --exclude-editable > constraints.txt

# make clean: take away what can be made again
clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis outputs/*.*

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "themeweave needs Python 3.11 or newer; name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Installing into .venv (once, some minutes) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch .venv/ready

.PHONY: demo test check docs bench lock clean
