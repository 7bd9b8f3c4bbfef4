#!/bin/sh
# Java does not read http_proxy: says the same in its own options. Prints nothing without a proxy.
set -eu
for scheme in http https; do
  eval "proxy=\${${scheme}_proxy:-}"
  [ -n "$proxy" ] || continue
  address=${proxy#*://} address=${address%%/*} address=${address##*@}
  printf -- '-D%s.proxyHost=%s -D%s.proxyPort=%s ' "$scheme" "${address%:*}" "$scheme" "${address##*:}"
done
