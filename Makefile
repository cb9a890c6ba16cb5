# `make run` and `make test` set up .venv by themselves: Python 3.11+, git and make are enough.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
STAMP := .venv/.set-up
# sessions compile the tests once, not every process its own
unexport PYTHONDONTWRITEBYTECODE
QUICK := $(addprefix tests/,streams stats scenario world demand places points booking programme whereabouts model)
CASES := 100000
SEED := 1

.PHONY: run test quick golden accept golden-words verify test-slow browser fuzz lint types layers check calibrate world bench reference reports reach study-siting docs site gallery tutorial clean

run: $(STAMP)
	$(BIN)/linli run scenarios/cangqian.yaml --language both --out results/cangqian
	$(BIN)/linli report results/cangqian --format html

test: $(STAMP)
	$(BIN)/python -m pytest -m "not slow" -n auto --dist worksteal

quick: $(STAMP) ## tests of the model and below: no solver, no drawing, no other process
	$(BIN)/python -m pytest --quick -m "not slow and not solver" -n auto --dist worksteal $(QUICK)

golden: $(STAMP) ## show the first difference to the golden trace
	cd tests && ../$(BIN)/python -m golden

accept: $(STAMP) ## keep the golden trace as it is now, on purpose
	cd tests && ../$(BIN)/python -m golden --accept

golden-words: $(STAMP) ## keep the words of reports and terminals as they are now, on purpose
	GOLDEN_WORDS=accept $(BIN)/python -m pytest -q -n 0 tests/report/document/test_golden_words.py

verify: $(STAMP) ## longer verification against exact results; writes docs/verification.md
	$(BIN)/python -m pytest tests/verification tests/exact tests/golden -n auto --dist worksteal --verification-page=docs/verification.md

test-slow: $(STAMP) ## the other tests that are too long for `make test`
	$(BIN)/python -m pytest -m slow -n auto --dist worksteal --ignore=tests/verification --ignore=tests/exact

browser: $(STAMP) ## documents in headless Chromium with axe; says what it lacks where it cannot run
	$(BIN)/python -m pytest tests/report/document/test_browser.py -n 0 -rs

fuzz: $(STAMP) ## damaged scenarios and tables by the thousand: make fuzz CASES=100000 SEED=7
	cd tests && ../$(BIN)/python -m bad_inputs.fuzz --cases $(CASES) --seed $(SEED)

lint: $(STAMP)
	$(BIN)/ruff check sim optimise tests benchmarks docs
	$(BIN)/ruff format --check sim optimise tests benchmarks docs

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

check: lint types layers test

calibrate: $(STAMP) ## refit the levels of every shipped scenario
	$(BIN)/linli calibrate --all

world: $(STAMP) ## rewrite the generated tables of the shipped worlds
	$(BIN)/linli world cangqian --out scenarios/cangqian
	$(BIN)/linli world cangqian-45k --out scenarios/cangqian-45k
	$(BIN)/linli world cangqian-80k --out scenarios/cangqian-80k
	$(BIN)/linli world district --out scenarios/district
	$(BIN)/linli world allocate-season --out scenarios/allocate-season
	$(BIN)/linli world site-cangqian --out scenarios/site-cangqian
	$(BIN)/linli world site-district --out scenarios/site-district
	$(BIN)/linli world before-after --out scenarios/before-after
	$(BIN)/linli world huaxing --out scenarios/huaxing
	$(BIN)/linli world nanteng-links --out scenarios/nanteng-links

reach: $(STAMP) ## definitions of sim and optimise that nothing shipped uses
	$(BIN)/python -m benchmarks.reach

bench: $(STAMP)
	$(BIN)/python -m benchmarks

reference: $(STAMP) ## make the comparisons of results/reference/ anew (half an hour on 2 cores)
	$(BIN)/python -m benchmarks.reference

reports: $(STAMP) ## the comparison of nine sets of rules as page, slides, workbook and PDF in both languages
	$(BIN)/python -m benchmarks.reports

study-siting: $(STAMP) ## is the closed loop of siting worth it? hidden worlds (some 5 minutes on 2 cores; resumes)
	$(BIN)/python -m benchmarks.hidden_worlds --worlds 36 --placebos 9 --out results/hidden-worlds

docs: $(STAMP) ## regenerate the reference pages and the JSON Schema
	$(BIN)/python docs/generate.py

site: $(STAMP) ## the documentation as pages with search that need no network, in build/site
	@$(BIN)/python -c 'import furo, myst_parser' 2>/dev/null || { echo 'make site lacks: $(BIN)/python -m pip install --constraint constraints.txt --editable ".[docs]"'; exit 1; }
	$(BIN)/python -m sphinx -q -W --keep-going -c docs . build/site
	@echo 'open build/site/docs/index.html'

gallery: $(STAMP) ## draw the pictures of docs/gallery.md anew (half an hour on 2 cores)
	$(BIN)/python docs/gallery.py

tutorial: $(STAMP) ## walk through docs/tutorial.md with fewer replications
	$(BIN)/python -m pytest -m slow tests/docs/test_tutorial.py

clean:
	rm -rf .venv results/cangqian

# the run at the end compiles the loops, for all runs to come
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "linli needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable ".[dev]"
	$(BIN)/python -c 'from pathlib import Path; from sim import simulate; simulate(Path("scenarios/cangqian.yaml"), 1)'
	$(BIN)/python -c 'open("$(STAMP)", "w").close()'
