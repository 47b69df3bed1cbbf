"""Stands for the network: files of the working folder with Range, If-Range and ETag, on a free port of 127.0.0.1.

The first line of standard output is the port. A line `PATH BYTES` in the file `cuts` makes one answer for that path end after
so many bytes, and is then struck out. Requests are told in the file `asked`: method, path, range.
"""

import hashlib
import http.server
import os
import re


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def cut(self):
        """After how many bytes this answer is to end."""
        lines = open("cuts").read().splitlines() if os.path.exists("cuts") else []
        for at, line in enumerate(lines):
            path, count = line.split()
            if path == self.path:
                with open("cuts", "w") as rest:
                    rest.writelines(f"{other}\n" for other in lines[:at] + lines[at + 1 :])
                return int(count)
        return None

    def do_HEAD(self):
        self.answer(False)

    def do_GET(self):
        self.answer(True)

    def answer(self, body):
        asked = self.headers.get("Range", "-")
        with open("asked", "a") as log:
            log.write(f"{self.command} {self.path} {asked}\n")
        path = "." + self.path
        if not os.path.isfile(path):
            self.send_error(404)
            return
        data = open(path, "rb").read()
        tag = f'"{hashlib.md5(data).hexdigest()}"'
        start = re.fullmatch(r"bytes=(\d+)-", asked)
        start = int(start[1]) if start and self.headers.get("If-Range", tag) == tag else 0
        if start >= len(data) > 0:
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        if body:
            cut = self.cut()
            self.wfile.write(data[start:] if cut is None else data[start : start + cut])
            self.close_connection = self.close_connection or cut is not None


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
