# Two commands: `make run` opens Quoth, `make test` checks it. The README says what each does.
#
# PYTHON       the Python 3.11 to make .venv from
# TORCH_INDEX  address of a package index that holds torch's CPU wheels; empty where pip is already
#              configured to find them (README, "On a plain Linux machine")
# CORPUS       folder of articles to serve;  HOST, PORT  where to listen
PYTHON ?= $(shell command -v python3.11 || command -v python3)
TORCH_INDEX ?=
CORPUS ?= corpus
HOST ?= 127.0.0.1
PORT ?= 7860
# One index a corpus: corpus -> .index, any other folder -> .index-<its name>.
INDEX ?= .index$(if $(filter-out corpus,$(CORPUS)),-$(notdir $(abspath $(CORPUS))))

BIN := .venv/bin
QUIET_PIP := --disable-pip-version-check --no-input
export PYTHONUNBUFFERED := 1

.PHONY: run test test-milvus speed check audit browser venv lock clean

run: venv
	@$(BIN)/python app.py --corpus "$(CORPUS)" --index "$(INDEX)" --host "$(HOST)" --port "$(PORT)"

test: venv browser
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -q --numprocesses auto --maxprocesses 4 --dist loadfile
	@$(MAKE) --no-print-directory speed

# Two ratios that only a change of the code can move beyond their limits (benchmarks/speed.py), over
# a few articles: neither depends on how many there are.
speed: venv
	@$(BIN)/python -m ingest build $(wildcard corpus/articles/als-*.md) --index .index-speed >/dev/null
	@$(BIN)/python -m benchmarks speed --only ask,memory --gate --index .index-speed

# The same tests with a real Milvus server, 2.3, as a Python package (58 MB) in a .milvus of its own. It
# listens on every address, so all of it runs in a network namespace that has the loopback alone.
test-milvus: venv
	@test -x .milvus/bin/milvus-server || { $(PYTHON) -m venv .milvus && \
	  .milvus/bin/pip install $(QUIET_PIP) -q "milvus==2.3.5"; }
	@unshare --net --map-root-user sh -c 'ip link set lo up && \
	  QUOTH_TEST_MILVUS=.milvus/bin/python $(BIN)/python -m pytest -q tests/test_milvus.py'

check:
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

# .venv is stale when its copy of the lock differs from the lock. The copy is written last, so an
# interrupted installation is repeated; comparing content, not times, survives a fresh clone.
venv:
	@cmp -s requirements.lock .venv/installed.lock || $(MAKE) --no-print-directory .venv/install

.PHONY: .venv/install
.venv/install:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "Quoth needs Python 3.11, found: $$($(PYTHON) --version 2>&1). Try: make PYTHON=/path/to/python3.11 run" >&2; exit 1; }
	@echo "Setting up .venv (once, about 2 minutes and 2.1 GB) ..."
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install $(QUIET_PIP) --progress-bar on --require-hashes --no-deps \
	  $(if $(TORCH_INDEX),--extra-index-url "$(TORCH_INDEX)") -r requirements.lock \
	  || { echo "The packages could not be installed. If torch==2.13.0+cpu was not found, name an index of CPU wheels: make TORCH_INDEX=ADDRESS run (see README)" >&2; exit 1; }
	@cp requirements.lock .venv/installed.lock

# The browser of the tests is Debian's; nothing else is taken from outside Python's packages.
browser:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing chromium for the browser tests ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo "The browser tests need Chromium. Type: sudo apt-get install chromium" >&2; exit 1; fi; }

# Static security checks, known vulnerabilities, and the API against its own description, with tools
# in an environment of their own. It needs a server to ask: make audit URL=http://127.0.0.1:7860
URL ?= http://127.0.0.1:$(PORT)
audit: venv
	@test -x .audit/bin/schemathesis || { $(PYTHON) -m venv .audit && \
	  .audit/bin/pip install $(QUIET_PIP) -q bandit==1.9.4 pip-audit==2.10.1 schemathesis==4.32.5; }
	@.audit/bin/bandit -q -c pyproject.toml -r app.py ingest assistant
	@.audit/bin/schemathesis run $(URL)/api/openapi.json --max-examples 100 --checks all
	@.audit/bin/pip-audit -r requirements.lock --require-hashes --no-deps --disable-pip

# Needs uv (https://docs.astral.sh/uv). TORCH_WHEELS is a folder or page that holds torch's CPU wheel.
lock:
	@uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links $(if $(TORCH_WHEELS),--find-links "$(TORCH_WHEELS)") \
	  -q -o requirements.lock

clean:
	@rm -rf .venv .audit .milvus .index* .mypy_cache .ruff_cache .pytest_cache .hypothesis screenshots
