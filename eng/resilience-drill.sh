#!/usr/bin/env bash
# Breaks three of four endpoints of a server under load, then offers a server ten times what it can take for half as long: eng/resilience-drill.sh 60
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tests/McpRegistry.ResilienceDrill -- run "${1:-60}"
