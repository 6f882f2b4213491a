"""A service that is nothing but its door: what the supervisor sees of a real one. Its argument says how it misbehaves."""

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer


class Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def main(manner: str) -> None:
    print(f"fake service, {manner}", flush=True)
    if manner == "falls":
        sys.exit("no database named so")
    if manner == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if manner == "slow":
        time.sleep(0.3)
    HTTPServer(("127.0.0.1", int(os.environ["BIFANG_PORT"])), Door).serve_forever()


main(sys.argv[1])
