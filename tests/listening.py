"""A program that listens at a real address of this machine, as well or badly as told."""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Listener:
    """``answers`` are given in turn, the last for ever: a status, or a way to misbehave."""

    def __init__(self, *answers):
        self.answers, self.got, self.ended = list(answers) or [200], [], Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((self.path, dict(self.headers), body))
                answers = outer.answers
                outer.answer(self, answers.pop(0) if len(answers) > 1 else answers[0])

            def log_message(self, *_said):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"

    def answer(self, handler, said):
        if said == "hang":
            self.ended.wait(10)
        elif said == "drip":
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not self.ended.wait(0.05):
                handler.wfile.write(b"X: y\r\n")
        elif said == "cut":
            handler.connection.close()
        elif said == "redirect":
            handler.send_response(302)
            handler.send_header("Location", "/elsewhere")
            handler.end_headers()
        else:
            handler.send_response(said)
            handler.end_headers()
            handler.wfile.write(b"x" * 100_000 if said == 200 else b"")


@contextmanager
def listening(*answers):
    listener = Listener(*answers)
    thread = Thread(target=listener.server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        listener.ended.set()
        listener.server.shutdown()
        listener.server.server_close()
        thread.join(5)
