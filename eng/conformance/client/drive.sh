#!/bin/sh
# The command of the conformance tool's client scenarios: drive.sh modern|legacy URL
case $MCP_CONFORMANCE_SCENARIO in
  # What the gateway does in its own name.
  auth/client-credentials-*|auth/pre-registration|auth/resource-mismatch|auth/metadata-issuer-mismatch) ;;
  # Nothing to play, and a program less to start: the rest of these needs more than a client and its key.
  auth/*) echo 'not played' >&2; exit 1 ;;
esac
exec node "$(dirname "$0")/drive.mjs" "$@"
