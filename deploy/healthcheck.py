"""Exit 0 where the service of this container is ready: `python -IS healthcheck.py`.

A bare socket, since it is run every few seconds: `urllib` would take five times as long to import.
"""

import os
import socket

port = int(os.environ.get("NAMEWRIGHT_PORT", "8000"))
with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
    connection.settimeout(2)
    connection.sendall(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    raise SystemExit(not connection.recv(64).startswith(b"HTTP/1.1 200 "))
