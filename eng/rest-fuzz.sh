#!/usr/bin/env bash
# Hostile requests to every route of the REST API, on SQLite and on PostgreSQL:
#   eng/rest-fuzz.sh [CASES [SEED]]        20,000 on each and a new seed unless told
#   eng/rest-fuzz.sh --case SEED NUMBER    one case again
set -euo pipefail
cd "$(dirname "$0")/.."
fuzz() { exec dotnet run -c Release --project tests/McpRegistry.RestFuzz -- "$@"; }
if [ "${1:-}" = --case ]; then
  fuzz case "${2:?SEED is missing}" "${3:?NUMBER is missing}"
fi
fuzz run "${1:-20000}" ${2:+"$2"}
