#!/usr/bin/env bash
# native.sh <folder>: makes a folder whose tfjs-node the tests load (DL_NATIVE_DIR=<folder>), by our own `dl-project native tensorflow`.
# It lies outside the checkout, so that neither package.json nor the lock file changes. Run again, it takes a moment.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:?usage: native.sh <folder>}
mkdir -p "$folder"
cd "$folder"
[ -f package.json ] || printf '{ "name": "native", "private": true }\n' >package.json
exec node "$root/node_modules/tsx/dist/cli.mjs" "$root/src/cli/main.ts" native tensorflow
