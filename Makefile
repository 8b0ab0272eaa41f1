# `make run` and `make test` are the only two commands a newcomer needs.
PY := .venv/bin/python
READY := .venv/.ready

.PHONY: run test lint bench conformance wheelhouse clean

run: $(READY)
	@$(PY) maskglow.py demo $(if $(HEADLESS),--headless)

test: $(READY)
	@$(PY) -m ruff check .
	@$(PY) -m sim.plant & compiling=$$!; $(PY) -m mypy && wait $$compiling
	@QT_QPA_PLATFORM=offscreen $(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not campaign"

lint: $(READY)
	@$(PY) -m ruff check --fix .
	@$(PY) -m mypy

bench: $(READY)
	@$(PY) -m tests.benchmarks

# foreign clients and emulators, each in its own environment under .strangers (network on first use); ONLY="hipace ..."
conformance: $(READY)
	@$(PY) -m tests.conformance $(ONLY)

$(READY): pyproject.toml constraints.txt
	@test -x $(PY) || python3 -m venv .venv
	@echo "Installing MaskGlow into .venv (once, about two minutes) ..."
	@$(PY) -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt -e ".[dev]"
	@touch $@

wheelhouse: $(READY)
	@$(PY) -m pip wheel --quiet --disable-pip-version-check -c constraints.txt -w wheelhouse .
	@echo "wheelhouse/: pip install --no-index --find-links wheelhouse maskglow"

clean:
	rm -rf wheelhouse build .venv .pytest_cache .mypy_cache .ruff_cache runs
