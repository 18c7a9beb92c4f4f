"""Reads of the registry against nginx serving the same bytes, and against Verdaccio."""
import urllib.error
from contextlib import ExitStack
from dataclasses import dataclass

from suite import packages
from suite.load import Comparison, apply_load, summary
from suite.process import MeasurementError
from suite.registries import Nginx, Registryd, Verdaccio, fetch
from suite.report import at_least

ABBREVIATED = ("accept", "application/vnd.npm.install-v1+json")
GZIP = ("accept-encoding", "gzip")


@dataclass
class Case:
    name: str
    path: str
    headers: tuple
    file: str  # What nginx has these bytes under.
    nginx_target: float | None
    verdaccio_target: float | None
    unchanged: bool = False
    verdaccio_connections: int = 16
    verdaccio_seconds: float = 2.0


# Verdaccio works on one such answer for a good part of a second, on a busy machine for several.
_PATIENTLY = {"verdaccio_connections": 2, "verdaccio_seconds": 8.0}


def cases():
    small, big = f"/{packages.SMALL}", f"/{packages.BIG}"
    eight = f"{small}/-/{packages.SMALL}-1.0.0.tgz"
    five = f"/{packages.FAT}/-/{packages.FAT}-1.0.0.tgz"
    return [
        Case("small full", small, (), "small-full.json", 1.1, 40),
        Case("small full gzip", small, (GZIP,), "small-full.json.gz", 1.1, 40),
        Case("small abbreviated", small, (ABBREVIATED,), "small-abbreviated.json", 1.1, 40),
        Case("small abbreviated gzip", small, (ABBREVIATED, GZIP), "small-abbreviated.json.gz", 1.1, 40),
        Case("304", small, (), "small-full.json", 1.0, 38, unchanged=True),
        Case("big full", big, (), "big-full.json", None, None, **_PATIENTLY),
        Case("big full gzip", big, (GZIP,), "big-full.json.gz", 1.0, 200, **_PATIENTLY),
        Case("big abbreviated", big, (ABBREVIATED,), "big-abbreviated.json", None, None, **_PATIENTLY),
        Case("big abbreviated gzip", big, (ABBREVIATED, GZIP), "big-abbreviated.json.gz", 1.0, 200, **_PATIENTLY),
        Case("tarball 8 KB", eight, (), "8k.tgz", 0.95, 27),
        Case("tarball 5 MB", five, (), "5m.tgz", 0.95, 8),
    ]


def bytes_of(registry, wanted):
    """What the registry answers; gzip is made in the background, so it is waited for."""
    for _ in range(200):
        body, fields = fetch(registry.url(wanted.path), wanted.headers)
        if GZIP not in wanted.headers or fields.get("content-encoding") == "gzip":
            return body, fields
    raise MeasurementError(f"{wanted.name}: {registry.kind} did not compress it")


def prepare(places, stack):
    """The three servers, running, with the headers that make each of them answer 304."""
    registryd = Registryd(places)
    verdaccio = Verdaccio(places)
    for server in (registryd, verdaccio):
        stack.callback(server.stop)
        server.start()
    files = {case.file: bytes_of(registryd, case)[0] for case in cases()}
    # With gzip_static nginx looks for NAME.gz beside NAME; the plain one is there too.
    nginx = Nginx(places, files)
    stack.callback(nginx.stop)
    nginx.start()
    return registryd, nginx, verdaccio, files


def requests_of(case, registryd, nginx, verdaccio, files):
    """(server, address, headers) for each of the three, each of which has been asked once."""
    static = "/" + case.file.removesuffix(".gz")
    requests = []
    for server, path in ((registryd, case.path), (nginx, static), (verdaccio, case.path)):
        body, fields = fetch(server.url(path), case.headers)
        if (GZIP in case.headers) != (fields.get("content-encoding") == "gzip"):
            raise MeasurementError(f"{case.name}: {server.url(path)} has encoding {fields.get('content-encoding')}")
        if server is not verdaccio and body != files[case.file]:
            raise MeasurementError(f"{case.name}: {server.url(path)} has other bytes")
        headers = case.headers
        if case.unchanged:
            headers = (*headers, ("if-none-match", fields["etag"]))
            must_be_unchanged(server.url(path), headers)
        requests.append((server, path, headers))
    return requests


def must_be_unchanged(url, headers):
    """wrk does not tell 304 from 200."""
    try:
        fetch(url, headers)
    except urllib.error.HTTPError as answer:
        if answer.code == 304:
            return
    raise MeasurementError(f"{url}: not 304 to its own etag")


def run(places, rounds, say):
    rows = []
    with ExitStack() as stack:
        registryd, nginx, verdaccio, files = prepare(places, stack)
        plans = [(case, requests_of(case, registryd, nginx, verdaccio, files)) for case in cases()]
        measured = {case.name: [[], [], []] for case, _ in plans}
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}")
            for case, requests in plans:
                for kept, (server, path, headers) in zip(measured[case.name], requests):
                    strain = (case.verdaccio_connections, case.verdaccio_seconds) if server is verdaccio else ()
                    kept.append(apply_load(server.program, server.url(path), headers, *strain))
    for case, _ in plans:
        rows += compare(case, *measured[case.name])
    notes = [
        "servers on core 0, wrk -t1 on core 1, 16 keep-alive connections, 2 s a sample; Verdaccio's big document: 2 connections, 8 s",
        "judged by requests per second where both servers had their core for 90 % of the time, else by CPU time a request",
        "bytes: " + ", ".join(f"{name} {len(content)}" for name, content in sorted(files.items())),
    ]
    return rows, notes


def compare(case, ours, static, verdaccio):
    rows = []
    for peer, loads, target in (("nginx", static, case.nginx_target), ("verdaccio", verdaccio, case.verdaccio_target)):
        compared = Comparison(ours, loads)
        name = f"{case.name} vs {peer}, {compared.measure}"
        rows.append(at_least(name, summary(ours), summary(loads), compared.ratio, target, **compared.samples))
    return rows
