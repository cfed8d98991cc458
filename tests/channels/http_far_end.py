"""What the far ends of our HTTP channels have in common: answers in JSON, and no log."""

import json
from http.server import BaseHTTPRequestHandler


class FarEnd(BaseHTTPRequestHandler):
    """Answers requests as a service documents it."""

    def log_message(self, *_: object) -> None:
        return

    def reply(self, status: int, body: object) -> None:
        """Answer with JSON, or with a text that is no JSON."""
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def body(self) -> bytes:
        """What the request carries."""
        return self.rfile.read(int(self.headers["Content-Length"]))
