# make          build in release, run every chapter, and end with a table of them
# make 01       one chapter, by its number (ARGS="--lang ko" for options)
# make test     the tests
# make notes    run the chapters, put code, output and figures into the notes, and refresh docs/
# make check    everything that can go stale or break the rules: notes, languages, dialect, format, Embedded Swift
# make exercises  what is done of all exercises, and the next one
# make grade DIR=…  judge every student's folder in DIR: DIR/grades.csv, DIR/grades.json
# make format   put the sources into the project's format

.DEFAULT_GOAL := chapters

# Folders are chapters/NUMBER-NAME; executables are called NAME.
FOLDERS := $(sort $(notdir $(wildcard chapters/[0-9][0-9]-*)))
NUMBERS := $(foreach folder,$(FOLDERS),$(firstword $(subst -, ,$(folder))))
name = $(patsubst $(1)-%,%,$(filter $(1)-%,$(FOLDERS)))
NAMES := $(foreach number,$(NUMBERS),$(call name,$(number)))
RUN := .build/release

ARGS ?=

.PHONY: chapters build test notes check notes-check format-check embedded format clean exercises grade $(NUMBERS)

# Every chapter runs, also after one that fails; the table at the end shows which, and its status is make's.
SUMMARY := .build/runs.txt

chapters: build
	@: > $(SUMMARY); failed=; \
	for chapter in $(NAMES); do \
	  UNROLLED_SUMMARY=$(SUMMARY) $(RUN)/$$chapter $(ARGS) || failed="$$failed --failed $$chapter"; \
	done; \
	$(RUN)/book table $(SUMMARY) $$failed

build:
	swift build -c release

$(NUMBERS): build
	$(RUN)/$(call name,$@) $(ARGS)

test:
	swift test

notes: build
	@set -e; for chapter in $(NAMES); do $(RUN)/$$chapter notes $(ARGS); done
	@$(RUN)/book docs

check: notes-check format-check embedded

# Notes: fresh, the same in both languages, in the dialect. FULL=1: the long trainings too.
notes-check: build
	@set -e; for chapter in $(NAMES); do $(RUN)/$$chapter check $(if $(FULL),--full) $(ARGS); done
	@$(RUN)/book check

# As `swift run CHAPTER` builds: in debug.
exercises:
	@swift build -q --product book
	@.build/debug/book exercises $(ARGS) || [ $$? -eq 1 ]  # 1: some are left

grade:
	@test -n "$(DIR)" || { echo "make grade DIR=… : the folder that holds the students' folders" >&2; exit 2; }
	@swift build -q --product book
	@.build/debug/book grade "$(DIR)" $(ARGS)

SWIFT_FILES := Package.swift Sources Tests chapters docs/example

format-check:
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

format:
	swift format --in-place --parallel --recursive $(SWIFT_FILES)

# These modules run without an operating system: they compile as Embedded Swift for WebAssembly. A module stands behind those
# that it imports.
EMBEDDED := Matrices Autodiff Recurrent
EMBEDDED_OUT := .build/embedded

embedded:
	@mkdir -p $(EMBEDDED_OUT)
	@set -e; for module in $(EMBEDDED); do \
	  echo "embedded: $$module"; \
	  swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -parse-as-library \
	    -package-name Unrolled -I $(EMBEDDED_OUT) -module-name $$module -emit-module \
	    -emit-module-path $(EMBEDDED_OUT)/$$module.swiftmodule \
	    -c $$(find Sources/$$module -name '*.swift') -o $(EMBEDDED_OUT)/$$module.o; \
	done

clean:
	swift package clean
