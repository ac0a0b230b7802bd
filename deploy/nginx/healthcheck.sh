#!/bin/bash
# Exit 0 where nginx answers, and some replica is ready behind it. bash is in every Debian image,
# and curl is not.
exec 3<>"/dev/tcp/127.0.0.1/${LISTEN:-8080}"
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
read -r -t 2 _ status _ <&3
[ "$status" = 200 ]
