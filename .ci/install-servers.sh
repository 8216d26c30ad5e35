#!/bin/sh
# Installs what `npm run test:servers` needs, on Debian and its like.
set -e
run() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
run apt-get update -q
run env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
  gcc libc6-dev librdkafka-dev mosquitto pkg-config snmptrapd
