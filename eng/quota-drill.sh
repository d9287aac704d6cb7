#!/usr/bin/env bash
# Uses up a quota of 1,000 calls over three hosts on one PostgreSQL, with and without a host killed meanwhile, and over two processes on one
# SQLite file: eng/quota-drill.sh 5
set -euo pipefail
cd "$(dirname "$0")/.."
exec dotnet run -c Release --project tests/McpRegistry.QuotaDrill -- run "${1:-5}"
