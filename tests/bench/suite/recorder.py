"""A proxy on the engine's socket that writes down what is asked, and when."""
import os
import socket
import threading
import time
from dataclasses import dataclass


@dataclass
class Seen:
    at: float  # Monotonic seconds.
    method: str
    target: str

    @property
    def mutates(self):
        return self.method not in ("GET", "HEAD")


class Recorder:
    """Listens on `path` until closed. Bytes go through unchanged, upgraded connections too."""

    def __init__(self, path, engine_path):
        self.path = path
        self.engine_path = engine_path
        self.seen = []
        self.lock = threading.Lock()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def since(self, moment):
        with self.lock:
            return [seen for seen in self.seen if seen.at >= moment]

    def close(self):
        # Closing alone would leave accept() waiting.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        os.unlink(self.path)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(self.engine_path)
            reader = _RequestReader(self._note)
            for source, sink, look in ((client, engine, reader.feed), (engine, client, None)):
                threading.Thread(target=_pump, args=(source, sink, look), daemon=True).start()

    def _note(self, method, target):
        with self.lock:
            self.seen.append(Seen(time.monotonic(), method, target))


def _pump(source, sink, look):
    try:
        while piece := source.recv(65536):
            if look is not None:
                look(piece)
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class _RequestReader:
    """Finds the requests in one connection's bytes; bodies are stepped over."""

    def __init__(self, note):
        self.note = note
        self.buffer = b""
        self.skip = 0
        self.step = self._head

    def feed(self, piece):
        self.buffer += piece
        while self.step():
            pass

    def _line_end(self, mark):
        end = self.buffer.find(mark)
        if end < 0:
            return None
        line, self.buffer = self.buffer[:end], self.buffer[end + len(mark) :]
        return line

    def _head(self):
        head = self._line_end(b"\r\n\r\n")
        if head is None:
            return False
        first, *lines = head.decode("latin-1").split("\r\n")
        fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        method, target, *_ = first.split(" ")
        self.note(method, target)
        if "upgrade" in fields:
            self.step = self._opaque
        elif "chunked" in fields.get("transfer-encoding", ""):
            self.step = self._chunk
        else:
            self.skip = int(fields.get("content-length", 0))
            self.step = self._body
        return True

    def _body(self):
        taken = min(self.skip, len(self.buffer))
        self.buffer = self.buffer[taken:]
        self.skip -= taken
        if self.skip > 0:
            return False
        self.step = self._head
        return True

    def _chunk(self):
        line = self._line_end(b"\r\n")
        if line is None:
            return False
        length = int(line.partition(b";")[0], 16)
        # The last chunk is followed by an empty line, every other by its bytes and one.
        self.skip = length + 2
        self.step = self._body if length == 0 else self._chunk_body
        return True

    def _chunk_body(self):
        done = self._body()
        if done:
            self.step = self._chunk
        return done

    def _opaque(self):
        self.buffer = b""
        return False
