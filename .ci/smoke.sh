#!/usr/bin/env bash
# Installs the packed tarball into an empty project and uses it, by import and by require, on each Node.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tarball=$(npm pack --silent --pack-destination "$work" | tail -n 1)
cp .ci/smoke.mjs .ci/smoke.cjs "$work/"
cd "$work"
npm init -y >/dev/null
npm install --silent "./$tarball"
for version in 20 22 24; do
  npx -y "node@$version" --disallow-code-generation-from-strings smoke.mjs
  npx -y "node@$version" --disallow-code-generation-from-strings smoke.cjs
done
