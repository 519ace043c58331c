#!/bin/sh
# Finds a Python that is new enough and runs install.py with it.
here=$(dirname "$0")
unset PYTHONPATH PYTHONHOME
for python in python3.13 python3.12 python3.11 python3; do
  if command -v "$python" >/dev/null 2>&1 && "$python" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" -B "$here/install.py" "$@"
  fi
done
echo "没有找到 Python 3.11 或更新版本（含 venv 模块）。请先安装，再运行一次。" >&2
exit 2
