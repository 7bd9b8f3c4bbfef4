#!/usr/bin/env bash
# Chromium in a network of its own. Docker's interfaces come and go while tests stop and start containers, and Chromium
# then cuts every connection (ERR_NETWORK_CHANGED), also those to localhost. A relay leads to the stack's one port.
set -euo pipefail

port=${TAYLORDASH_HTTPS_PORT:-443}
dir=$(mktemp -d)
relay='
  const net = require("node:net");
  const [from, to] = process.argv.slice(1);
  const place = (name) => (name.startsWith("/") ? { path: name } : { host: "127.0.0.1", port: Number(name) });
  net.createServer((near) => {
    const far = net.connect(place(to));
    near.pipe(far).pipe(near);
    for (const side of [near, far]) side.on("error", () => side.destroy()).on("close", () => { near.destroy(); far.destroy(); });
  }).listen(place(from));
'

# Playwright speaks to the browser over descriptors 3 and 4: the relays must not hold them open.
node -e "$relay" "$dir/relay" "$port" </dev/null >/dev/null 2>&1 3<&- 4>&- &
outer=$!
trap 'kill "$outer" 2>/dev/null; rm -rf "$dir"' EXIT
until [ -S "$dir/relay" ]; do sleep 0.05; done

# shellcheck disable=SC2016  # the inner shell expands its own arguments
unshare --net bash -c '
  set -euo pipefail
  ip link set lo up
  node -e "$1" "$3" "$2/relay" </dev/null >/dev/null 2>&1 3<&- 4>&- &
  trap "kill $! 2>/dev/null" EXIT
  until (exec 9<>"/dev/tcp/127.0.0.1/$3") 2>/dev/null; do sleep 0.05; done
  shift 3
  /usr/bin/chromium "$@"
' bash "$relay" "$dir" "$port" "$@"
