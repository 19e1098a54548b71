#!/bin/sh
# Runs pandas_test.py where there is a python3.
command -v python3 >/dev/null || { echo "SKIPPED: python3 is not installed"; exit 0; }
exec python3 "$(dirname "$0")/pandas_test.py" "$@"
