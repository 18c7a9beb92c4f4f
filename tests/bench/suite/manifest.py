"""Reading, linting and rendering a manifest, from the start of the command to its end."""
import os
import time

from suite.process import SERVER_CORE, run_pinned
from suite.report import at_least, at_most, median, paired

_HEAD = """---
replicated_api_version: "2.56.0"
name: Bench
version: "1.0.0"
release_notes: A manifest of the size that vendors ship.
config:
"""
_GROUP = """- name: group{0}
  title: Group {0}
  items:
  - name: host{0}
    title: Host name {0}
    type: text
    default: '{{{{repl ConsoleSetting "tls.hostname" }}}}'
    test_proc:
      display_name: Check
      command: resolve_host
  - name: kind{0}
    title: Kind {0}
    type: select_one
    default: internal
    items:
    - name: internal{0}
      title: Internal
    - name: external{0}
      title: External
  - name: password{0}
    title: Password {0}
    type: password
    when: kind{0}=external{0}
"""
_COMPONENT = """- name: component{0}
  containers:
  - source: public
    image_name: example/service{0}
    version: "1.0.{0}"
    display_name: Service {0}
    publish_events:
    - name: started {0}
      trigger: port-listen
      data: '80'
      subscriptions: []
    ports:
    - private_port: "80"
      public_port: "{1}"
      port_type: tcp
    env_vars:
    - name: HOST_NAME
      static_val: '{{{{repl if ConfigOptionEquals "kind{0}" "external{0}" }}}}{{{{repl ConfigOption "host{0}" }}}}{{{{repl else }}}}localhost{{{{repl end }}}}'
    - name: PASSWORD
      static_val: '{{{{repl ConfigOption "password{0}" }}}}'
      is_excluded_from_support: true
    volumes:
    - host_path: /var/lib/bench/{0}
      container_path: /data
    config_files:
    - filename: /etc/service/service.conf
      contents: |
        listen 80;
        name {{{{repl ConfigOption "host{0}" | Trim }}}};
"""
_FILE_LINE = """        allow 10.{1}.0.0/16; # of {0}
"""
_LINES = 1_500
_MOST_CONTAINERS = 500
_BIG_BYTES = 1_000_000


def document(groups, file_lines=1):
    parts = [_HEAD]
    parts += [_GROUP.format(number) for number in range(groups)]
    parts.append("components:\n")
    for number in range(groups):
        parts.append(_COMPONENT.format(number, 10_000 + number))
        parts += [_FILE_LINE.format(number, line) for line in range(file_lines)]
        parts.append("    restart:\n      policy: always\n")
    return "".join(parts)


def documents():
    """One of at least 1,500 lines; and one of at least a megabyte, with as many containers as a host
    may have and long files, which is what makes manifests grow.
    """
    groups = 1
    while document(groups).count("\n") < _LINES:
        groups += 1
    file_lines = 1
    while len(document(_MOST_CONTAINERS, file_lines)) < _BIG_BYTES:
        file_lines += 1
    return document(groups), document(_MOST_CONTAINERS, file_lines)


def timed(argv):
    begun = time.monotonic()
    run_pinned(argv, SERVER_CORE, 300)
    return time.monotonic() - begun


def run(places, rounds, say):
    slipway = os.path.join(places.bin, "slipway")
    usual, big = (os.path.join(places.work, name) for name in ("usual.yaml", "big.yaml"))
    for path, text in zip((usual, big), documents()):
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
    lint = [slipway, "manifest", "lint", "--compat", "--format", "json"]
    commands = {
        "validate": [slipway, "manifest", "validate", usual],
        "lint": [slipway, "manifest", "lint", usual],
        "lint --compat": [*lint, usual],
        "render": [slipway, "manifest", "render", usual],
        "validate, 1 MB": [slipway, "manifest", "validate", big],
        "lint, 1 MB": [slipway, "manifest", "lint", big],
        "replicated-lint": [places.node, os.path.join(places.replicated_lint, "bin/replicated-lint"),
                            "validate", "--infile", usual, "--reporter", "console"],
    }
    seconds = {name: [] for name in commands}
    # One more, which reads the programs into the page cache and is not counted.
    for number in range(rounds + 1):
        say(f"round {number} of {rounds}")
        for name, argv in commands.items():
            seconds[name].append(timed(argv))
    seconds = {name: kept[1:] for name, kept in seconds.items()}
    texts = {name: f"{median(kept) * 1000:,.1f} ms" for name, kept in seconds.items()}

    def limit(name, most):
        return at_most(name, texts[name], "limit", median(seconds[name]), most, unit="s", ours=seconds[name])

    ours, peer = seconds["lint --compat"], seconds["replicated-lint"]
    rows = [
        limit("validate", 0.02),
        limit("lint", 0.02),
        at_least("lint --compat vs replicated-lint", texts["lint --compat"], texts["replicated-lint"],
                 paired(peer, ours), 20, ours=ours, peer=peer),
        limit("render", 0.02),
        limit("validate, 1 MB", 0.1),
        limit("lint, 1 MB", 0.1),
    ]
    return rows, ["whole commands on core 0; Node.js takes its start with it, as a vendor's build does"]
