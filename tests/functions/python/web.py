# A web application behind an adapter: it says what request it got, as far as that is the same each time.
import hashlib
import http.server
import os


class Echo(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(length)
        names = sorted(name.lower() for name in self.headers.keys())
        said = "\n".join([self.command, self.path, *names, hashlib.sha256(body).hexdigest(), ""])
        reply = said.encode("utf-8", "replace") + body
        # Without the date, which differs.
        self.send_response_only(418 if "/teapot" in self.path else 200)
        self.send_header("content-type", "application/octet-stream")
        self.send_header("content-length", str(len(reply)))
        self.send_header("set-cookie", "a=b")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Echo).serve_forever()
