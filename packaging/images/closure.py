#!/usr/bin/env python3
"""Copies programs and files out of one file tree into another, with every library they load.

    closure.py --from TREE --to ROOT [--lists DIR] [--program SOURCE=/DESTINATION]... [/PATH...]

PATHs are globs inside TREE; directories are taken whole. A program given by --program comes from
outside TREE. Libraries are what the dynamic sections name, looked up in TREE, never on this host
(unless TREE is /), and are stored under the name they are asked for. With --lists, a folder of
dpkg's *.list files, the copyright file of every package that gave something is taken too.
"""
import argparse
import glob
import os
import pathlib
import re
import shutil
import subprocess
import sys

LIBRARY_FOLDERS = ["usr/lib/x86_64-linux-gnu", "usr/lib64", "usr/lib"]
LOADER = "usr/lib64/ld-linux-x86-64.so.2"
MERGED = ("bin", "sbin", "lib", "lib64")


def fail(message):
    sys.exit(f"error [E_IMAGE]: {message}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--from", dest="tree", required=True)
    parser.add_argument("--to", dest="root", required=True)
    parser.add_argument("--lists")
    parser.add_argument("--program", action="append", default=[], metavar="SOURCE=/DESTINATION")
    parser.add_argument("paths", nargs="*")
    return parser.parse_args()


def merged(name):
    """The path below /usr of a file that a package still has in /bin, /lib, ..."""
    name = name.strip("./") if name.startswith("./") else name.strip("/")
    return "usr/" + name if name.split("/", 1)[0] in MERGED else name


class Closure:
    def __init__(self, tree, root):
        self.tree = pathlib.Path(tree)
        self.root = pathlib.Path(root)
        self.taken = set()  # Names inside the tree, real ones, to find the packages by.
        self.resolved = set()
        for name in MERGED:
            (self.root / "usr" / name).mkdir(parents=True, exist_ok=True)
            if not (self.root / name).is_symlink():
                (self.root / name).symlink_to("usr/" + name)

    def take(self, pattern):
        found = sorted(glob.glob(str(self.tree / merged(pattern))))
        if not found:
            fail(f"nothing matches {pattern} in {self.tree}")
        for path in found:
            if os.path.isdir(path) and not os.path.islink(path):
                for folder, _, files in os.walk(path):
                    (self.root / os.path.relpath(folder, self.tree)).mkdir(parents=True, exist_ok=True)
                    for name in files:
                        self.take_file(os.path.join(folder, name))
            else:
                self.take_file(path)

    def take_file(self, path):
        name = os.path.relpath(path, self.tree)
        destination = self.root / name
        if os.path.lexists(destination):
            return
        destination.parent.mkdir(parents=True, exist_ok=True)
        self.taken.add(name)
        if os.path.islink(path):
            destination.symlink_to(os.readlink(path))
            target = self.inside(path)
            if target.is_file():
                self.take_file(str(target))
            return
        shutil.copyfile(path, destination)
        shutil.copymode(path, destination)
        self.take_libraries(destination)

    def inside(self, path):
        """Where a link of the tree leads, with absolute links taken as the tree's own."""
        target = os.readlink(path)
        if os.path.isabs(target):
            return self.tree / merged(target)
        return pathlib.Path(os.path.normpath(os.path.join(os.path.dirname(path), target)))

    def take_program(self, source, destination):
        target = self.root / destination.strip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o755)
        subprocess.run(["strip", "--strip-unneeded", str(target)], check=True)
        self.take_libraries(target)

    def take_libraries(self, path):
        with open(path, "rb") as file:
            if file.read(4) != b"\x7fELF":
                return
        dynamic = subprocess.run(["readelf", "-d", "-l", str(path)], check=True, capture_output=True, text=True).stdout
        if "interpreter: /lib64/ld-linux-x86-64.so.2" in dynamic:
            self.take_loader()
        for needed in re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic):
            self.take_library(needed)

    def take_loader(self):
        """Programs name it by its whole path, so it cannot lie with the libraries alone."""
        destination = self.root / LOADER
        if not destination.exists():
            real = self.tree / LOADER
            while real.is_symlink():
                real = self.inside(str(real))
            shutil.copyfile(real, destination)
            destination.chmod(0o755)

    def take_library(self, soname):
        if soname in self.resolved:
            return
        self.resolved.add(soname)
        for folder in LIBRARY_FOLDERS:
            source = self.tree / folder / soname
            if os.path.lexists(source):
                break
        else:
            fail(f"no {soname} in {self.tree}")
        real = source
        while real.is_symlink():
            self.taken.add(os.path.relpath(real, self.tree))
            real = self.inside(str(real))
        self.taken.add(os.path.relpath(real, self.tree))
        destination = self.root / folder / soname
        destination.parent.mkdir(parents=True, exist_ok=True)
        if not destination.exists():
            shutil.copyfile(real, destination)
            shutil.copymode(real, destination)
        self.take_libraries(destination)

    def take_copyrights(self, lists):
        for file in sorted(pathlib.Path(lists).glob("*.list")):
            package = file.stem.split(":")[0]
            if not any(merged(line) in self.taken for line in file.read_text(encoding="utf-8").splitlines()):
                continue
            source = self.tree / "usr/share/doc" / package / "copyright"
            destination = self.root / "usr/share/doc" / package / "copyright"
            if os.path.lexists(source) and not destination.exists():
                destination.parent.mkdir(parents=True, exist_ok=True)
                real = source.resolve() if self.tree == pathlib.Path("/") else source
                if real.is_file():
                    shutil.copyfile(real, destination)


def main():
    arguments = parse_arguments()
    closure = Closure(arguments.tree, arguments.root)
    for program in arguments.program:
        source, _, destination = program.partition("=")
        closure.take_program(source, destination)
    for path in arguments.paths:
        closure.take(path)
    if arguments.lists:
        closure.take_copyrights(arguments.lists)


if __name__ == "__main__":
    main()
