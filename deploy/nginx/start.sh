#!/bin/sh
# Fill in nginx.conf from the environment, and start nginx. It needs no root: it listens above 1024
# and writes below /tmp only. Every variable has a default that suits docker-compose.yml.
set -eu

replicas=${REPLICAS:-namewright:8000}
version=$(nginx -v 2>&1 | sed 's/.*nginx\///; s/[^0-9.].*//')
# From 1.27.3 on a group of servers may be looked up by name while nginx runs, and so keep its
# connections open. Before that a name in a variable is, which opens a connection for each request.
if [ "$(printf '%s\n' 1.27.3 "$version" | sort -V | head -n 1)" = 1.27.3 ]; then
  mark='s/^#resolve#//' target=replicas
else
  mark='/^#resolve#/d' target=$replicas
fi

case ${ACCESS_LOG:-on} in
  off) access_log=off ;;
  *) access_log='/dev/stdout requests if=$logged' ;;
esac

trusted=
for proxy in ${TRUSTED_PROXIES:-}; do trusted="$trusted set_real_ip_from $proxy;"; done

# The limits of one client, by its address.
sed -e "$mark" \
    -e "s|@WORKERS@|${WORKERS:-auto}|" \
    -e "s|@ERROR_LOG@|${ERROR_LOG:-crit}|" \
    -e "s|@LISTEN@|${LISTEN:-8080}|" \
    -e "s|@RESOLVER@|${RESOLVER:-127.0.0.11}|" \
    -e "s|@REPLICAS@|$replicas|" \
    -e "s|@TARGET@|$target|" \
    -e "s|@TRUSTED@|$trusted|" \
    -e "s|@ACCESS_LOG@|$access_log|" \
    -e "s|@RATE@|${CLIENT_RATE:-100}|" \
    -e "s|@BURST@|${CLIENT_BURST:-200}|" \
    -e "s|@CONNECTIONS@|${CLIENT_CONNECTIONS:-64}|" \
    -e "s|@MAX_BODY@|${MAX_BODY:-1048576}|" \
    "${TEMPLATE:-/etc/namewright/nginx.conf}" >/tmp/nginx.conf

exec nginx -c /tmp/nginx.conf -g 'daemon off;'
