#!/usr/bin/env bash
# Validates wrong secrets that share 0, 8 or 40 leading characters with the right one and compares the times:
# eng/key-timing.sh 100000
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project benchmarks/McpRegistry.Benchmarks -- key-timing "${1:-100000}"
