# What a person types. Everything is installed, built and checked from here; see `make help`.
.DEFAULT_GOAL := help
.PHONY: help setup build demo test bench bench-python interop fuzz lint format docs clean

SWIFT_FILES := $(wildcard Sources Tests Fuzz Benchmarks Examples Package.swift)
GLEAN := .build/release/glean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what is missing: libvips, SQLite, zlib and OpenSSL by apt, libtorch by pip into .venv
	@bash scripts/setup.sh

build: setup ## build the program in release mode
	@echo "==> Building in release mode"
	@swift build -c release

demo: build ## make an image set, compare methods on it, show the report
	@echo "==> Running the demo"
	@$(GLEAN) demo

test: setup lint ## check the layout, build, run every test
	@echo "==> Building and running the tests"
	@OMP_NUM_THREADS=1 swift test -c release

# The limits of `make fuzz`: whichever comes first.
CASES := 1000000
SECONDS := 120

fuzz: build ## read damaged weights files and image sets; CASES and SECONDS set how many and how long
	@echo "==> Reading damaged files"
	@swift run -c release --skip-build glean-fuzz --cases $(CASES) --seconds $(SECONDS)

bench: build ## measure speed; the figures of Benchmarks/RESULTS.md
	@echo "==> Measuring"
	@swift run -c release --skip-build glean-bench

bench-python: ## install lightly and scikit-learn into .venv-bench, for `make bench` to compare with
	@bash Benchmarks/python/setup.sh

interop: build ## load exported weights into torchvision, timm and onnxruntime, compare features
	@bash scripts/interop.sh

lint: ## check layout and documentation comments (changes nothing)
	@echo "==> Checking the layout"
	@swift format lint --strict -r $(SWIFT_FILES)
	@if command -v shellcheck > /dev/null; then shellcheck scripts/*.sh .ci/run; fi

format: ## settle the layout of every Swift file
	@swift format -i -r $(SWIFT_FILES)

docs: setup ## build the guide and the reference into .build/docs
	@bash scripts/docs.sh

clean: ## remove what was built; .venv stays
	rm -rf .build
