#!/usr/bin/env python3
"""Writes a folder as an image of one layer into a docker-archive, and prints the image's id.

    archive.py --root DIR --config FILE --reference NAME:TAG --output FILE [--owner PATH=UID:GID]...

The config file is the "config" object of an image (Cmd, Env, User, Labels, ...). No Docker engine is
needed, and the same folder gives the same bytes: entries are sorted, their times are those of
SOURCE_DATE_EPOCH (or a fixed one), owners are root unless --owner says otherwise for a path and what
is below it, modes are 0755 for directories and programs and 0644 for files; only a directory may
differ from that, as /tmp does.

The form is the one `docker save` of engine 20.10 writes: engines up to 26 refuse OCI layouts.
"""
import argparse
import datetime
import hashlib
import io
import json
import os
import stat
import sys
import tarfile
import tempfile

DEFAULT_EPOCH = 1700000000


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", required=True)
    parser.add_argument("--config", required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--owner", action="append", default=[], metavar="PATH=UID:GID")
    return parser.parse_args()


def parse_owners(texts):
    """The longest path first, so that the nearest one decides."""
    owners = []
    for text in texts:
        path, _, ids = text.partition("=")
        uid, _, gid = ids.partition(":")
        owners.append((path.strip("/"), int(uid), int(gid)))
    return sorted(owners, key=lambda owner: len(owner[0]), reverse=True)


def owner_of(name, owners):
    for path, uid, gid in owners:
        if name == path or name.startswith(path + "/"):
            return uid, gid
    return 0, 0


def entries_below(root):
    """Paths of everything below root, relative to it, sorted: a directory is before what it holds."""
    found = []
    for folder, directories, files in os.walk(root):
        for name in directories + files:
            found.append(os.path.relpath(os.path.join(folder, name), root))
    return sorted(found)


def mode_of(status):
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISDIR(status.st_mode):
        return mode & 0o1777
    return 0o755 if mode & 0o100 else 0o644


def write_layer(root, owners, epoch, output):
    with tarfile.open(fileobj=output, mode="w", format=tarfile.PAX_FORMAT) as layer:
        for name in entries_below(root):
            path = os.path.join(root, name)
            status = os.lstat(path)
            entry = tarfile.TarInfo(name)
            entry.mtime = epoch
            entry.uid, entry.gid = owner_of(name, owners)
            entry.mode = mode_of(status)
            if stat.S_ISLNK(status.st_mode):
                entry.type = tarfile.SYMTYPE
                entry.mode = 0o777
                entry.linkname = os.readlink(path)
                layer.addfile(entry)
            elif stat.S_ISDIR(status.st_mode):
                entry.type = tarfile.DIRTYPE
                layer.addfile(entry)
            elif stat.S_ISREG(status.st_mode):
                entry.size = status.st_size
                with open(path, "rb") as content:
                    layer.addfile(entry, content)
            else:
                sys.exit(f"error [E_IMAGE]: {path} is neither a file, a directory nor a link")


def digest_of(file):
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(1 << 20):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def image_configuration(config, layer_digest, created):
    document = {
        "architecture": "amd64",
        "os": "linux",
        "created": created,
        "config": config,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + layer_digest]},
        "history": [{"created": created, "created_by": "packaging/images"}],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def add_bytes(archive, name, content, epoch):
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    entry.mtime = epoch
    entry.mode = 0o644
    archive.addfile(entry, io.BytesIO(content))


def add_file(archive, name, content, epoch):
    entry = tarfile.TarInfo(name)
    entry.size = os.fstat(content.fileno()).st_size
    entry.mtime = epoch
    entry.mode = 0o644
    archive.addfile(entry, content)


def main():
    arguments = parse_arguments()
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", DEFAULT_EPOCH))
    created = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    with open(arguments.config, encoding="utf-8") as file:
        config = json.load(file)
    with tempfile.TemporaryFile(dir=os.path.dirname(os.path.abspath(arguments.output))) as layer:
        write_layer(arguments.root, parse_owners(arguments.owner), epoch, layer)
        layer.flush()
        layer_digest = digest_of(layer)
        configuration = image_configuration(config, layer_digest, created)
        image_id = hashlib.sha256(configuration).hexdigest()
        layer_name = layer_digest + "/layer.tar"
        manifest = [{"Config": image_id + ".json", "RepoTags": [arguments.reference], "Layers": [layer_name]}]
        with tarfile.open(arguments.output, "w", format=tarfile.USTAR_FORMAT) as archive:
            # The manifest first: a reader that streams knows what comes before it comes.
            add_bytes(archive, "manifest.json", json.dumps(manifest, separators=(",", ":")).encode(), epoch)
            add_bytes(archive, image_id + ".json", configuration, epoch)
            add_file(archive, layer_name, layer, epoch)
    print("sha256:" + image_id)


if __name__ == "__main__":
    main()
