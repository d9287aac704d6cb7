#!/usr/bin/env bash
# Random traffic on both hops of a gateway whose clock runs 144 times as fast, for minutes of processor time:
#   eng/fuzz.sh [CPU-MINUTES [SEED]]      10 minutes and a new seed unless told
#   eng/fuzz.sh --case SEED NUMBER        one case again
# What was wrong is in artifacts/fuzz, named by seed and case.
set -euo pipefail
cd "$(dirname "$0")/.."
fuzz() { exec dotnet run -c Release --project tests/McpRegistry.ProtocolFuzz -- "$@"; }
if [ "${1:-}" = --case ]; then
  fuzz case "${2:?SEED is missing}" "${3:?NUMBER is missing}"
fi
minutes=${1:-10}
fuzz run "$((minutes * 60))" ${2:+"$2"}
