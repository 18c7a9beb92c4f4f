"""The same containers, brought up by the agent, by docker-compose, and by bare calls."""
import json
import os
import shutil
import subprocess
import tempfile

from suite.process import MeasurementError, Program, until

IMAGE = "slipway-test/busybox"


class Fleet:
    """So many containers on one network of their own, which end at once when asked to."""

    image = f"{IMAGE}:1"
    command = ["sh", "-c", 'trap "exit 0" TERM; sleep 86400 & wait']

    def __init__(self, count):
        self.names = [f"c{number:02}" for number in range(1, count + 1)]

    def manifest(self):
        """JSON, which is YAML too."""
        return {
            "replicated_api_version": "2.9.0",
            "name": "Bench",
            "version": "1.0.0",
            "components": [
                {
                    "name": name,
                    "containers": [
                        {
                            "source": "public",
                            "image_name": IMAGE,
                            "version": "1",
                            "name": name,
                            "cmd": json.dumps(self.command),
                            "restart": {"policy": "always"},
                        }
                    ],
                }
                for name in self.names
            ],
        }

    def compose(self):
        service = {"image": self.image, "command": self.command, "restart": "always"}
        return {"version": "3.8", "services": {name: service for name in self.names}}


def _must(argv, what, environment=None):
    done = subprocess.run(
        argv,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=None if environment is None else {**os.environ, **environment},
    )
    if done.returncode != 0:
        raise MeasurementError(f"{what}: {done.stderr[-1500:]}{done.stdout[-1500:]}")
    return done.stdout + done.stderr


class Agent:
    """An agent of its own for the engine in `netns`, with its own state."""

    def __init__(self, places, netns, engine_socket, with_console=False):
        self.places = places
        self.netns = netns
        self.root = tempfile.mkdtemp(prefix="slipway-bench.", dir="/var/tmp")
        os.chmod(self.root, 0o755)
        self.socket = os.path.join(self.root, "run/agent.sock")
        self.with_console = with_console
        self.program = None
        self.start(engine_socket)

    def start(self, engine_socket):
        config = os.path.join(self.root, "agent.yaml")
        content = {
            "state_dir": os.path.join(self.root, "state"),
            "run_dir": os.path.join(self.root, "run"),
            "engine": {"socket": engine_socket},
            "console": {
                "listen": "127.0.0.1:18800",
                "user": "nobody",
                "state_dir": os.path.join(self.root, "console"),
                "start": self.with_console,
            },
        }
        with open(config, "w", encoding="utf-8") as out:
            json.dump(content, out)
        self.program = Program(
            [os.path.join(self.places.bin, "slipwayd"), "serve", "--config", config],
            None,
            self.places.log("slipwayd"),
            netns=self.netns,
            environment={"SLIPWAY_CONSOLE_STATIC": self._pages()} if self.with_console else None,
        )
        until(self._answers, 60, "the agent did not answer", alive=self.program)

    def restart(self, engine_socket):
        self.stop()
        self.start(engine_socket)

    def _pages(self):
        """A copy, as the console runs as nobody, who may not be let into a checkout."""
        pages = os.path.join(self.root, "pages")
        if not os.path.isdir(pages):
            shutil.copytree(self.places.static, pages)
        return pages

    def _answers(self):
        try:
            self.slipway("version")
        except MeasurementError:
            return False
        return True

    def slipway(self, *arguments):
        argv = [os.path.join(self.places.bin, "slipway"), "--socket", self.socket, *arguments]
        return _must(argv, f"slipway {arguments[0]}")

    def stop(self):
        if self.program is not None:
            self.program.stop()
            self.program = None

    def close(self):
        self.stop()
        shutil.rmtree(self.root)


class SlipwayFleet:
    name = "slipway"

    def __init__(self, agent, fleet):
        self.agent = agent
        self.file = os.path.join(agent.root, f"fleet-{len(fleet.names)}.yaml")
        with open(self.file, "w", encoding="utf-8") as out:
            json.dump(fleet.manifest(), out)

    def up(self):
        self.agent.slipway("apply", self.file)

    def nothing(self):
        said = self.agent.slipway("apply", self.file)
        if "nothing to do" not in said:
            raise MeasurementError(f"there was something to do: {said}")

    def down(self):
        self.agent.slipway("down")

    def close(self):
        pass


class ComposeFleet:
    name = "docker-compose"

    def __init__(self, folder, fleet, engine_socket):
        self.environment = {"DOCKER_HOST": f"unix://{engine_socket}", "COMPOSE_HTTP_TIMEOUT": "300"}
        self.file = os.path.join(folder, f"compose-{len(fleet.names)}.yml")
        with open(self.file, "w", encoding="utf-8") as out:
            json.dump(fleet.compose(), out)

    def _compose(self, *arguments):
        argv = ["docker-compose", "--project-name", "bench", "--file", self.file, *arguments]
        _must(argv, f"docker-compose {arguments[0]}", self.environment)

    def up(self):
        self._compose("up", "--detach")

    def nothing(self):
        self._compose("up", "--detach")

    def down(self):
        self._compose("down")

    def close(self):
        pass
