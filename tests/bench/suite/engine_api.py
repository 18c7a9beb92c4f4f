"""The Engine API without anything in between: what the engine alone takes."""
import http.client
import json
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import local

from suite.process import MeasurementError

VERSION = "v1.41"


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=300)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Engine:
    """One connection a thread, kept open."""

    def __init__(self, path):
        self.path = path
        self.mine = local()

    def call(self, method, path, body=None):
        connection = getattr(self.mine, "connection", None)
        if connection is None:
            connection = self.mine.connection = _UnixConnection(self.path)
        content = None if body is None else json.dumps(body)
        connection.request(method, f"/{VERSION}{path}", content, {"content-type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise MeasurementError(f"engine: {method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text) if text else None

    def containers(self, label):
        filters = json.dumps({"label": [label]}).replace(" ", "")
        return self.call("GET", f"/containers/json?all=1&filters={filters}")


class BareFleet:
    """Containers made by API calls, so many at a time."""

    LABEL = "slipway.bench=bare"

    def __init__(self, engine, fleet, workers):
        self.name = f"bare, {workers} at a time"
        self.engine = engine
        self.fleet = fleet
        self.pool = ThreadPoolExecutor(workers)

    def _everywhere(self, work, items):
        list(self.pool.map(work, items))

    def up(self):
        self.engine.call("POST", "/networks/create", {"Name": "bench-bare", "CheckDuplicate": True})
        self._everywhere(self._start, self.fleet.names)

    def _start(self, name):
        spec = {
            "Image": self.fleet.image,
            "Cmd": self.fleet.command,
            "Labels": {"slipway.bench": "bare"},
            "HostConfig": {"NetworkMode": "bench-bare", "RestartPolicy": {"Name": "always"}},
            "NetworkingConfig": {"EndpointsConfig": {"bench-bare": {"Aliases": [name]}}},
        }
        made = self.engine.call("POST", f"/containers/create?name=bare-{name}", spec)
        self.engine.call("POST", f"/containers/{made['Id']}/start")

    def nothing(self):
        """What anybody must ask who wants to know that there is nothing to do."""
        for container in self.engine.containers(self.LABEL):
            self.engine.call("GET", f"/containers/{container['Id']}/json")

    def down(self):
        self._everywhere(self._remove, self.engine.containers(self.LABEL))
        self.engine.call("DELETE", "/networks/bench-bare")

    def _remove(self, container):
        self.engine.call("POST", f"/containers/{container['Id']}/stop?t=10")
        self.engine.call("DELETE", f"/containers/{container['Id']}")

    def close(self):
        self.pool.shutdown()
