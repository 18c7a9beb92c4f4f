"""Many connections and idle ones: a server of ours against itself with sixteen."""
import socket
from contextlib import ExitStack

from suite import packages
from suite.load import Comparison, apply_load, summary
from suite.process import MeasurementError
from suite.registries import Nginx, Registryd, fetch
from suite.report import at_least

IDLE = 500


class IdleConnections:
    """Keep-alive connections that have been answered once and ask for nothing more."""

    def __init__(self, port, path):
        self.sockets = []
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        for _ in range(IDLE):
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            connection.sendall(request)
            self.sockets.append(connection)
            self._read_answer(connection)

    @staticmethod
    def _read_answer(connection):
        reader = connection.makefile("rb")
        length = 0
        while (line := reader.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if length == 0 or len(reader.read(length)) != length:
            raise MeasurementError("an idle connection was not answered")
        reader.detach()

    def open_count(self):
        count = 0
        for connection in self.sockets:
            connection.setblocking(False)
            try:
                connection.recv(1)
            except BlockingIOError:
                count += 1
        return count

    def close(self):
        for connection in self.sockets:
            connection.close()


def run(places, rounds, say):
    with ExitStack() as stack:
        registryd = Registryd(places)
        stack.callback(registryd.stop)
        registryd.start()
        document, _ = fetch(registryd.url(f"/{packages.SMALL}"))
        nginx = Nginx(places, {"small.json": document})
        stack.callback(nginx.stop)
        nginx.start()
        targets = [("registryd", registryd, f"/{packages.SMALL}", 0.9), ("nginx", nginx, "/small.json", None)]
        measured = {name: {16: [], 1000: [], "idle": []} for name, *_ in targets}
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            for name, server, path, _ in targets:
                for connections in (16, 1000):
                    load = apply_load(server.program, server.url(path), (), connections)
                    measured[name][connections].append(load)
                measured[name]["idle"].append(beside_idle(server, path))
    rows = []
    for name, _, _, target in targets:
        loads = measured[name]
        for key, label in ((1000, "1,000 connections"), ("idle", f"{IDLE} idle beside 16")):
            compared = Comparison(loads[key], loads[16])
            title = f"{name}, {label} vs 16, {compared.measure}"
            rows.append(at_least(title, summary(loads[key]), summary(loads[16]), compared.ratio, target, **compared.samples))
    return rows, ["small document, server on core 0, wrk on core 1; nginx beside it shows what the load generator itself loses"]


def beside_idle(server, path):
    idle = IdleConnections(server.port, path)
    try:
        load = apply_load(server.program, server.url(path))
        if idle.open_count() != IDLE:
            raise MeasurementError(f"only {idle.open_count()} of {IDLE} idle connections are still open")
        return load
    finally:
        idle.close()
