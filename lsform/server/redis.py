"""What a Redis says to somebody without a password. Touches the network."""

from __future__ import annotations

import socket

PORT = "6379"
LONGEST = 200  # bytes of an answer that are read


def is_open(host: str, port: str, *, timeout: float) -> bool:
    """Whether it is certain that no password is asked for: it answers without, or nobody listens at all."""
    try:
        with socket.create_connection((host, int(port)), timeout) as connection:
            connection.settimeout(timeout)
            connection.sendall(b"PING\r\n")
            return not connection.recv(LONGEST).startswith(b"-NOAUTH")
    except ConnectionRefusedError:
        return True
    except (OSError, ValueError, OverflowError):  # the server takes any text for a port
        return False
