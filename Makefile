# duet: what does a second concurrent LLM agent cost or buy on this machine?
#
#   make bench              the whole matrix, simulated; needs only Go
#   make bench TAGS=ollama  the whole matrix on real servers
#   make bench TAGS=gpu     the same, and every model must be on the GPU
#   make bench RUNTIMES=all with every client runtime: Go, Python, Rust
#   make ab OLD=main        two revisions, or two servers, measured in turn and compared
#   make preflight          what is there to measure, and what would interfere
#   make image              a container image of Ollama, where no registry is reached
#   make check              the quick tests, which need only Go: two minutes
#   make test               and real servers: ten minutes
#   make test-all           and all that takes long: forty minutes
#   make fuzz               every fuzz target, a minute in all (FUZZTIME=1h)
#   make vuln               known vulnerabilities; needs a network
#
# Settings go through the environment (DUET_ROUNDS=10 make bench) or ARGS
# (make bench ARGS="-suites multi -duet.rounds=10"); docs/settings.md lists them.

TAGS ?=
ARGS ?=
RUNTIMES ?=

.PHONY: bench ab preflight bench-overhead image test check test-all test-long fuzz vuln golden bundle clean

bench:
	$(if $(RUNTIMES),@CI= go run ./tools/dev provision -clients)
	@$(if $(RUNTIMES),DUET_RUNTIMES="$(RUNTIMES)") go run ./tools/duet bench -tags "$(TAGS)" $(ARGS)

# Two revisions of whatever changes, round by round. NEW is the work tree as it is
# unless it is named; OLD_OLLAMA and NEW_OLLAMA name a server for each side:
#
#   make ab OLD=main
#   make ab OLD=v1 NEW=v2 TAGS=ollama RUNTIMES=go,rust ARGS=-duet.rounds=10
#   make ab OLD=. NEW=. TAGS=ollama OLD_OLLAMA=/old/ollama NEW_OLLAMA=/new/ollama
OLD ?=
NEW ?= .

ab:
	$(if $(RUNTIMES),@CI= go run ./tools/dev provision -clients)
	@$(if $(RUNTIMES),DUET_RUNTIMES="$(RUNTIMES)") go run ./tools/duet ab -old "$(OLD)" -new "$(NEW)" -tags "$(TAGS)" $(if $(OLD_OLLAMA),-old.duet.ollama="$(OLD_OLLAMA)") $(if $(NEW_OLLAMA),-new.duet.ollama="$(NEW_OLLAMA)") $(ARGS)

# Servers, models, GPU, and what would interfere with a measurement, with what to do.
preflight:
	@go run -tags "$(TAGS)" ./tools/duet preflight $(ARGS)

# Builds duet/ollama:VERSION from scratch: one statically linked program.
image:
	@go run ./tools/dev image

# Some ten minutes on two cores: make check with the race detector, known answers,
# and sessions on real Ollama servers, in containers and with every runtime.
test:
	@go run ./tools/dev check

# What needs nothing but Go, in two minutes: format, vet for every tag set,
# static analysis, the workflows, and every fast test.
check:
	@go run ./tools/dev check -quick

# make test, and what takes long: the whole matrix on real servers, all runtimes,
# fuzzing, kills, other systems, costs.
test-all: test test-long

test-long:
	@go run ./tools/dev check -long

FUZZTIME ?= 1m

# Fuzzes every target of the module, one after the other; the time is for all.
fuzz:
	@go run ./tools/dev fuzz -time "$(FUZZTIME)"

VULNDB ?=

# Asks vuln.go.dev, or another database (VULNDB=file:///a/copy), whether anything
# that is called has a known vulnerability.
vuln:
	@go run ./tools/dev check -vuln -vulndb "$(VULNDB)"

GOLDEN = github.com/chimeraforge/duet/golden

# Rewrites the golden files. Read the diff before committing it.
golden:
	go test $$(go list -f '{{$$p := .ImportPath}}{{range .TestImports}}{{if eq . "$(GOLDEN)"}}{{$$p}}{{"\n"}}{{end}}{{end}}{{range .XTestImports}}{{if eq . "$(GOLDEN)"}}{{$$p}}{{"\n"}}{{end}}{{end}}' ./... | sort -u) -golden.update

# What driving streams costs each client runtime: processor time per million
# tokens, flat out and paced, how late the client sees a token, and the highest
# rate that it keeps up with. Some ten minutes a repetition for all runtimes.
bench-overhead:
	@go test -run '^$$' -bench 'Cost|Sustained' -benchtime 1x -count $(COUNT) -timeout 0 ./suites/overhead | tee $(COSTS)
	@go run ./tools/benchfmt tables $(COSTS)

COUNT ?= 3
COSTS ?= costs.txt

# One archive for a machine with neither Go nor a network: the suites, an Ollama,
# the generator of synthetic models and run.sh.
bundle:
	@go run ./tools/duet bundle

clean:
	rm -rf results
