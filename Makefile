# make demo: diagnose a sample deployment made today. make test: run every test.
# Needs python3 (3.11 or newer) with venv or pip; everything lands in .venv.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test lint clean
demo: $(VENV)/.ready
	@$(BIN)/certclinic demo
test: $(VENV)/.ready
	$(BIN)/python -m pytest -n 2
lint: $(VENV)/.ready
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/python -m mypy

# Debian's python3 cannot put pip into a venv without python3-venv: then the system's pip serves.
# durable-rules is C source only: without a compiler everything else is installed by itself.
# The macro in CPPFLAGS lets it build on Python 3.13, which dropped a call; it changes nothing else.
$(VENV)/.ready: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	  || { rm -rf $(VENV); $(PYTHON) -m venv --without-pip $(VENV); }
	@if $(BIN)/python -m pip --version >/dev/null 2>&1; then pip="$(BIN)/python -m pip"; \
	 else pip="$(PYTHON) -m pip --python $(BIN)/python"; fi; \
	 if command -v cc >/dev/null && $(BIN)/python -c 'import os, sysconfig as s; raise SystemExit(not os.path.exists(s.get_path("include") + "/Python.h"))'; \
	 then CPPFLAGS=-DPyEval_CallObject=PyObject_CallObject $$pip install -q -e ".[test,lint]"; \
	 else echo "note: no C compiler with Python.h, so the reference matcher will be used; for durable-rules: apt install gcc libc6-dev python3-dev"; \
	  $(BIN)/python -c 'import tomllib; p = tomllib.load(open("pyproject.toml", "rb"))["project"]; x = p["optional-dependencies"]; print("\n".join(d for d in p["dependencies"] + x["test"] + x["lint"] if not d.startswith("durable")))' > $(VENV)/requirements.txt; \
	  $$pip install -q -r $(VENV)/requirements.txt && $$pip install -q --no-deps -e .; fi
	@$(BIN)/python -m compileall -q app engine facts reports tests/builders
	@touch $@
clean:
	rm -rf $(VENV) build *.egg-info demo
