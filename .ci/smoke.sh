#!/usr/bin/env bash
# Installs the packed tarball into an empty project and uses it on each Node: by import, by require, and bundled into one file
# that finds no package beside it.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
alone=$(mktemp -d)
trap 'rm -rf "$work" "$alone"' EXIT
bundle() { "$OLDPWD/node_modules/.bin/esbuild" "$1" --bundle --platform=node --log-level=error "${@:2}"; }
tarball=$(npm pack --silent --pack-destination "$work" | tail -n 1)
cp .ci/smoke.mjs .ci/smoke.cjs "$work/"
cd "$work"
npm init -y >/dev/null
npm install --silent "./$tarball"
bundle smoke.mjs --format=esm --outfile="$alone/smoke.mjs"
bundle smoke.cjs --format=cjs --outfile="$alone/smoke.cjs"
for version in 20 22 24; do
  npx -y "node@$version" --disallow-code-generation-from-strings smoke.mjs
  npx -y "node@$version" --disallow-code-generation-from-strings smoke.cjs
  for file in "$alone"/smoke.*; do (cd "$alone" && npx -y "node@$version" "$file" bundled); done
done
