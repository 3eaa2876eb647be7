#!/usr/bin/env bash
# Judges a session, and says in a word what it came to:
#
#   .github/gate.sh SESSION GATE [BASELINE]
#
# GATE is "default" or a gates.yaml. Annotations go to the log, the tables to the
# job's summary, the verdict to the step's outputs. The exit status is the gate's
# (0 pass, 1 fail, 2 cannot be judged), with one exception: inconclusive (3) is a
# warning, because it says that too little was measured and nothing about the
# change. INCONCLUSIVE=fail makes it a failure.
#
# It needs bin/benchfmt, built: "go run" turns every status but 0 into 1.
set -euo pipefail

session=$1 gate=$2 baseline=${3-}
arguments=(-config "$gate" -format github)
if [ -n "$baseline" ]; then
  arguments+=(-baseline "$baseline")
fi

status=0
"${BENCHFMT:-bin/benchfmt}" gate "${arguments[@]}" "$session" || status=$?
case $status in
  0) verdict=pass ;;
  1) verdict=fail ;;
  3) verdict=inconclusive ;;
  *) verdict=unjudged ;;
esac
echo "verdict=$verdict" >>"${GITHUB_OUTPUT:-/dev/null}"

if [ "$verdict" = inconclusive ] && [ "${INCONCLUSIVE:-warn}" != fail ]; then
  echo "::warning title=gate $gate is inconclusive::too little was measured to tell; the summary says how many rounds it would take"
  exit 0
fi
if [ "$verdict" = unjudged ]; then
  echo "::error title=gate $gate cannot be judged::nothing of it is a pass; the log says what is missing"
fi
exit "$status"
