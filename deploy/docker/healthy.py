"""Whether the service of this container is ready: `python -m deploy.docker.healthy`, for its health check."""

import os
import sys
from http.client import HTTPConnection

TIMEOUT_S = 3.0


def why_not(port: int) -> str:
    """Empty when it is ready; else what it says itself."""
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        return "" if answer.status == 200 else answer.read(2000).decode("utf-8", "replace")
    except OSError as error:
        return f"127.0.0.1:{port}: {error}"
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(why_not(int(os.environ["BIFANG_PORT"])) or 0)
