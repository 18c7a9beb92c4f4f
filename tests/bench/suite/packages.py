"""Packages to serve: the same every time, shaped like what registries hold."""
import base64
import gzip
import hashlib
import http.client
import io
import json
import random
import tarfile
from dataclasses import dataclass

from suite.process import MeasurementError

SMALL, FAT, BIG = "small-pkg", "fat-pkg", "big-pkg"
BIG_VERSIONS = 1000
USER, PASSWORD = "bench", "bench-password-1"


@dataclass
class Version:
    manifest: dict
    tarball: bytes


def _manifest(name, version, words, dependencies):
    def ranges(count):
        return {f"{word}-{words.randrange(99)}": f"^{words.randrange(9)}.{words.randrange(20)}.{words.randrange(9)}" for word in words.choices(_WORDS, k=count)}

    return {
        "name": name,
        "version": version,
        "description": " ".join(words.choices(_WORDS, k=12)),
        "main": "lib/index.js",
        "license": "MIT",
        "author": {"name": "Some Body", "email": "some.body@example.com"},
        "contributors": [{"name": f"Body {words.randbytes(4).hex()}", "url": "https://example.com"} for _ in range(3)],
        "homepage": f"https://example.com/{name}",
        "repository": {"type": "git", "url": f"git+https://example.com/{name}.git"},
        "bugs": {"url": f"https://example.com/{name}/issues"},
        "keywords": words.sample(_WORDS, 8),
        "scripts": {word: f"node scripts/{word}.js --mode {words.randbytes(6).hex()}" for word in words.sample(_WORDS, 5)},
        "engines": {"node": ">=18"},
        "files": [f"lib/{word}.js" for word in words.sample(_WORDS, 6)],
        "gitHead": words.randbytes(20).hex(),
        "dependencies": ranges(dependencies),
        "devDependencies": ranges(dependencies * 2),
    }


_WORDS = [f"{a}-{b}" for a in ("parse", "stream", "queue", "color", "table", "path") for b in ("kit", "lite", "core", "utils", "js")]


def make_version(name, version, payload_bytes, dependencies=4):
    """A version whose tarball is about `payload_bytes` long: what is packed does not compress."""
    words = random.Random(f"{name}@{version}")
    manifest = _manifest(name, version, words, dependencies)
    files = {
        "package/package.json": json.dumps(manifest, indent=2).encode(),
        "package/README.md": f"# {name}\n\n{' '.join(words.choices(_WORDS, k=120))}\n".encode(),
        "package/lib/index.js": base64.b85encode(words.randbytes(payload_bytes)),
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            entry.mtime = 499162500
            archive.addfile(entry, io.BytesIO(content))
    return Version(manifest, gzip.compress(packed.getvalue(), 6, mtime=0))


def catalogue():
    """(name, versions) of everything but the thousand versions, of which it has the first."""
    yield SMALL, [make_version(SMALL, f"1.{minor}.0", 7_000) for minor in range(3)]
    yield FAT, [make_version(FAT, "1.0.0", 5_000_000)]
    yield BIG, [big_version(0)]


def big_version(index):
    return make_version(BIG, f"1.{index // 50}.{index % 50}", 200, 25)


class Client:
    """As much of an npm client as publishing takes."""

    def __init__(self, port):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"content-type": "application/json"}

    def call(self, method, path, body=None, headers=None):
        self.connection.request(
            method, path, None if body is None else json.dumps(body), {**self.headers, **(headers or {})}
        )
        answer = self.connection.getresponse()
        return answer.status, dict((name.lower(), value) for name, value in answer.getheaders()), answer.read()

    def must(self, method, path, body=None):
        status, _, answer = self.call(method, path, body)
        if status >= 300:
            raise MeasurementError(f"{method} {path} on port {self.port}: {status} {answer[:300]!r}")
        return answer

    def register(self):
        user = {"name": USER, "password": PASSWORD, "email": "bench@example.com", "type": "user"}
        answer = self.must("PUT", f"/-/user/org.couchdb.user:{USER}", user)
        self.headers["authorization"] = "Bearer " + json.loads(answer)["token"]

    def publish(self, version):
        name, number = version.manifest["name"], version.manifest["version"]
        file = f"{name}-{number}.tgz"
        manifest = {
            **version.manifest,
            "dist": {
                "integrity": "sha512-" + base64.b64encode(hashlib.sha512(version.tarball).digest()).decode(),
                "shasum": hashlib.sha1(version.tarball).hexdigest(),
                "tarball": f"http://127.0.0.1:{self.port}/{name}/-/{file}",
            },
        }
        attachment = {
            "content_type": "application/octet-stream",
            "data": base64.b64encode(version.tarball).decode(),
            "length": len(version.tarball),
        }
        document = {
            "_id": name,
            "name": name,
            "dist-tags": {"latest": number},
            "versions": {number: manifest},
            "_attachments": {file: attachment},
        }
        self.must("PUT", f"/{name}", document)
