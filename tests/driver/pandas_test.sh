#!/bin/sh
# Runs pandas_test.py by a python3 that has pandas: the first one on the path, or Debian's, which its package is for.
for python in python3 /usr/bin/python3; do
  if "$python" -c 'import pandas' 2>/dev/null; then exec "$python" "$(dirname "$0")/pandas_test.py" "$@"; fi
done
echo "SKIPPED: python3-pandas is not installed"
