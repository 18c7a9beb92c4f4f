#!/usr/bin/env python3
"""Makes a tree of programs that brings its own C library, to be installed at one prefix.

    bundle.py --prefix /opt/slipway/RELEASE --to TREE PROGRAM...

TREE gets bin/ with the programs, lib/ with every library they load and the dynamic loader, and
share/licenses/ with the copyright file of each Debian package that gave one. The programs name the
loader by its path below the prefix, the one thing that ties the tree to its place.
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

LOADER = "ld-linux-x86-64.so.2"


def run(*argv):
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def fail(message):
    sys.exit(f"error [E_BUNDLE]: {message}")


def libraries_of(program):
    """ldd's answer: the loader and every library, by the name it is asked for."""
    found = {}
    for line in run("ldd", program).splitlines():
        if "not found" in line:
            fail(f"{program}: {line.strip()}")
        if match := re.match(r"\s*(\S+) => (/\S+) \(", line):
            found[match[1]] = match[2]
        elif match := re.match(r"\s*(/\S+) \(", line):
            found[os.path.basename(match[1])] = match[1]
    return found


def package_of(path):
    """Debian's name of the package that a library is from. Where /lib is /usr/lib, dpkg still knows
    it by the path that the package has."""
    real = os.path.realpath(path)
    for name in {real, real.removeprefix("/usr"), path}:
        asked = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True, check=False)
        if asked.returncode == 0:
            return asked.stdout.split(":")[0]
    fail(f"no package has {path}; its licence is unknown")


def place_licenses(packages, tree):
    lines = []
    for package in sorted(packages):
        version = run("dpkg-query", "--show", "--showformat=${db:Status-Abbrev} ${source:Package} ${source:Version}\n", package)
        source, number = next(line.split()[1:] for line in version.splitlines() if line.startswith("ii"))
        target = tree / "share/licenses" / package
        target.mkdir(parents=True)
        shutil.copyfile(f"/usr/share/doc/{package}/copyright", target / "copyright")
        lines.append(f"{package}\t{source}\t{number}\n")
    header = "# Debian packages whose libraries are in lib/: package, source package, version of the source.\n"
    (tree / "share/licenses/packages.tsv").write_text(header + "".join(lines), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("programs", nargs="+")
    arguments = parser.parse_args()
    tree = pathlib.Path(arguments.to)
    (tree / "bin").mkdir(parents=True)
    (tree / "lib").mkdir()

    libraries = {}
    for program in arguments.programs:
        libraries.update(libraries_of(program))
    for name, path in sorted(libraries.items()):
        target = tree / "lib" / name
        shutil.copyfile(path, target)
        target.chmod(0o755)
        if name != LOADER:
            # patchelf last: strip would undo what it did.
            run("strip", "--strip-unneeded", str(target))
            run("patchelf", "--set-rpath", "$ORIGIN", str(target))
    for program in arguments.programs:
        target = tree / "bin" / os.path.basename(program)
        shutil.copyfile(program, target)
        target.chmod(0o755)
        run("strip", "--strip-unneeded", str(target))
        run("patchelf", "--set-interpreter", f"{arguments.prefix}/lib/{LOADER}", "--force-rpath",
            "--set-rpath", "$ORIGIN/../lib", str(target))
    place_licenses({package_of(path) for path in libraries.values()}, tree)


if __name__ == "__main__":
    main()
