#!/bin/sh
# Measures this machine with what is in this folder: no Go, no network.
#
#   ./run.sh                    on the GPU where there is one, else on the processor
#   ./run.sh gpu                models must be wholly on the GPU
#   ./run.sh ollama             any machine with real servers
#   ./run.sh sim                the embedded simulator
#   ./run.sh gpu -suites multi -duet.rounds=10
#
# Settings are flags (-duet.rounds=10) or variables (DUET_ROUNDS=10).
set -eu
here=$(cd "$(dirname "$0")" && pwd)

# Servers and models need a home that can be written to.
: "${HOME:=$here/home}"
mkdir -p "$HOME"
export HOME

case "${1-}" in
gpu | ollama | sim) mode=$1 && shift ;;
"" | -*)
	mode=ollama
	if command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L >/dev/null 2>&1; then mode=gpu; fi
	;;
*)
	echo "run.sh: $1: allowed are gpu, ollama and sim, and flags behind them" >&2
	exit 2
	;;
esac

# The machine's own Ollama first: the bundled one has no code for GPUs.
if [ -z "${DUET_OLLAMA-}" ] && ! command -v ollama >/dev/null 2>&1; then
	if [ "$mode" = gpu ] && [ -z "${DUET_ENDPOINTS-}" ]; then
		echo "run.sh: no ollama on the PATH. The bundled one has no GPU code, so it cannot put a model on a GPU:" >&2
		echo "  install Ollama and run this again (DUET_OLLAMA=/path/to/ollama names one), or" >&2
		echo "  start two servers and name them (DUET_ENDPOINTS=http://127.0.0.1:11434,http://127.0.0.1:11435), or" >&2
		echo "  measure the processor: $0 ollama" >&2
		exit 2
	fi
	DUET_OLLAMA=$here/bin/ollama
	export DUET_OLLAMA
fi

# No model hub is needed: synthetic models, as large as the study's on a GPU.
if [ -z "${DUET_MODELS-}" ] && [ "$mode" != sim ]; then
	if [ "$mode" = gpu ]; then DUET_MODELS=full; else DUET_MODELS=tiny; fi
	export DUET_MODELS
	echo "run.sh: synthetic models (DUET_MODELS=$DUET_MODELS); DUET_MODELS=study measures the real ones" >&2
fi

: "${DUET_RESULTS:=$PWD/results}"
export DUET_RESULTS

tags=$mode
if [ "$mode" = sim ]; then tags=; fi
exec "$here/bin/duet" bench -prebuilt "$here/suites" -tags "$tags" "$@"
