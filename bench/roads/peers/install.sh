#!/bin/sh
# Installs the peers that `make bench-roads` measures beside ours: NNCP from Debian, PouchDB into the folder named (default: test-output/peers).
# What cannot be had is said, and the measurement names it too. Never part of `make test`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
into=${1:-$here/../../../test-output/peers}
mkdir -p "$into"
into=$(cd "$into" && pwd)
failed=0

if ! command -v nncp-caller >/dev/null; then
  apt-get install -y nncp >"$into/nncp.log" 2>&1 || { echo "NNCP cannot be had: apt-get install nncp failed, see $into/nncp.log"; failed=1; }
fi
command -v nncp-caller >/dev/null && nncp-caller -version | head -n 1

if ! command -v npm >/dev/null; then
  echo "PouchDB cannot be had: there is no npm"
  failed=1
elif [ ! -d "$into/node_modules/pouchdb" ]; then
  cp "$here/package.json" "$into/"
  (cd "$into" && npm install --no-audit --no-fund) >"$into/npm.log" 2>&1 || { echo "PouchDB cannot be had: npm install failed, see $into/npm.log"; failed=1; }
fi
[ -d "$into/node_modules/pouchdb" ] && echo "PouchDB $(node -p "require('$into/node_modules/pouchdb/package.json').version")"
exit $failed
