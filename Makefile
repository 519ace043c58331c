# Two commands matter: `make demo` and `make test`. Each sets up what it needs; a second run starts at once.

PYTHON ?= python3
DIR    ?= demo-data
PORT   ?= 8600

VENV := .venv
PIP  := $(VENV)/bin/python -m pip --disable-pip-version-check
PINS := requirements.txt requirements-authoring.txt requirements-tokens.txt requirements-scan.txt constraints.txt setup.py pyproject.toml

.PHONY: demo test lint types unit bench bench-roads bench-storm torture bundle clean

demo: $(VENV)/.ready-to-run
	$(VENV)/bin/run-node demo --dir "$(DIR)" --port "$(PORT)"

test: lint types unit

lint: $(VENV)/.ready-to-test
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .

types: $(VENV)/.ready-to-test
	$(VENV)/bin/mypy

unit: $(VENV)/.ready-to-test
	@.ci/system-packages
	@# Many tests start processes of ours; those should not each compile again what has changed since the last time.
	$(VENV)/bin/python -m compileall -q forms signing sync node bench
	@# In the order of the folders, the longest first (tests/conftest.py); else files of few tests, the longest, would be left for the end.
	@# Where the environment forbids to keep what is compiled, each worker would prepare every test file again, each time.
	PYTHONDONTWRITEBYTECODE= $(VENV)/bin/python -m pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder

bench: $(VENV)/.ready-to-test
	$(VENV)/bin/python -m bench

# Beside the peers that can be had; one that cannot is named, and ours is measured all the same.
bench-roads: $(VENV)/.ready-to-test
	-bench/roads/peers/install.sh test-output/peers
	$(VENV)/bin/python -m bench.roads --peers test-output/peers

# VILLAGES= the numbers of villages, one storm each.
VILLAGES ?= 176 352 704
bench-storm: $(VENV)/.ready-to-test
	$(VENV)/bin/python -m bench.storm --villages $(VILLAGES)
	$(VENV)/bin/python -m bench.storm.plot test-output/storm/results.json docs/images/storm.svg

torture: $(VENV)/.ready-to-test
	$(VENV)/bin/python -m bench.torture

# OUT= the folder, COUNTY= the county's station, which signs, UPDATE= an update file as well, SINCE= bundle.json of the version before.
OUT ?= dist/yizhan-usb
bundle: $(VENV)/.ready-to-run
	PYTHONPATH=. $(VENV)/bin/python packaging/make_bundle.py --out "$(OUT)" $(if $(COUNTY),--county "$(COUNTY)") \
	  $(if $(UPDATE),--update "$(UPDATE)") $(if $(SINCE),--since "$(SINCE)")

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, with venv; name it with PYTHON=..." \
	       "/ 需要 Python 3.11 或更新版本（含 venv），可用 PYTHON=… 指定" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); echo "$(PYTHON) has no venv (Debian: apt-get install python3-venv) / 缺少 venv 模块" >&2; exit 2; }

$(VENV)/.ready-to-run: $(PINS) | $(VENV)/bin/python
	$(PIP) install --quiet -c constraints.txt -r requirements.txt -r requirements-authoring.txt -r requirements-scan.txt
	$(PIP) install --quiet --no-deps -e .
	$(VENV)/bin/python -m compileall -q forms signing sync node
	@touch $@

$(VENV)/.ready-to-test: $(VENV)/.ready-to-run requirements-test.txt
	$(PIP) install --quiet -c constraints.txt -r requirements-test.txt
	@touch $@
