# make          build in release, and run every chapter
# make 01       one chapter, by its number (ARGS="--lang ko" for options)
# make test     the tests
# make notes    run the chapters, and put code, output and figures into the notes
# make check    everything that can go stale or break the rules: notes, languages, dialect, format, Embedded Swift
# make format   put the sources into the project's format

.DEFAULT_GOAL := chapters

# Folders are chapters/NUMBER-NAME; executables are called NAME.
FOLDERS := $(sort $(notdir $(wildcard chapters/[0-9][0-9]-*)))
NUMBERS := $(foreach folder,$(FOLDERS),$(firstword $(subst -, ,$(folder))))
name = $(patsubst $(1)-%,%,$(filter $(1)-%,$(FOLDERS)))
RUN := .build/release

ARGS ?=

.PHONY: chapters build test notes check notes-check format-check embedded format clean $(NUMBERS)

chapters: $(NUMBERS)

build:
	swift build -c release

$(NUMBERS): build
	$(RUN)/$(call name,$@) $(ARGS)

test:
	swift test

notes: build
	@set -e; for chapter in $(foreach number,$(NUMBERS),$(call name,$(number))); do $(RUN)/$$chapter notes $(ARGS); done

check: notes-check format-check embedded

# Notes: fresh, the same in both languages, in the dialect. FULL=1: the long trainings too.
notes-check: build
	@set -e; for chapter in $(foreach number,$(NUMBERS),$(call name,$(number))); do \
	  $(RUN)/$$chapter check $(if $(FULL),--full) $(ARGS); done

SWIFT_FILES := Package.swift Sources Tests chapters

format-check:
	swift format lint --strict --parallel --recursive $(SWIFT_FILES)

format:
	swift format --in-place --parallel --recursive $(SWIFT_FILES)

# Autodiff runs without an operating system: it compiles as Embedded Swift for WebAssembly.
embedded:
	@mkdir -p .build
	swiftc -target wasm32-unknown-none-wasm -enable-experimental-feature Embedded -wmo -parse-as-library \
	  -package-name Unrolled -c Sources/Autodiff/*.swift -o .build/Autodiff.wasm.o

clean:
	swift package clean
