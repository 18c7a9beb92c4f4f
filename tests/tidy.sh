#!/usr/bin/env bash
# Holds the C++ sources against .clang-tidy.
#
#   tests/tidy.sh                  every source of ours
#   tests/tidy.sh FILE…            only these
#   tests/tidy.sh --changed BASE   only what differs from a git revision, committed or not; a header
#                                  that differs is seen through one source that includes it
#   tests/tidy.sh --most N         with --changed: when that is more than N sources, says so and looks at none
#   tests/tidy.sh --shard I/N      every N-th of them, from the I-th (1 to N), for N machines
#   tests/tidy.sh --deep           with clang's static analyzer as well
#
# The analyzer is left to --deep, which the nightly run asks for: it walks the paths of every inline
# function that a source draws in from Boost, json or httplib and takes two thirds of the whole time,
# where all other checks together take a third. Without it two cores need half an hour for everything.
#
# What passed is remembered in build/tidy, by a hash of the source, of our headers that it includes, of
# its compile command and of the .clang-tidy above it. So a run that was cut short goes on where it was,
# and a file that nothing changed for is not looked at again.
#
# Prints the findings and one closing line, `N passed, N failed`, of files.
set -euo pipefail
cd "$(dirname "$0")/.."

jobs=2
database=build/dev
memory=build/tidy
base=
most=
shard=1/1
depth=shallow
files=()

die() { printf '%s\n' "$*" >&2; exit 2; }

# check DEPTH HASH FILE: what each of the parallel processes does.
check() {
  local options=(-p "$database" --quiet) output started=$SECONDS
  [ "$1" = deep ] || options+=('--checks=-clang-analyzer-*')
  if output=$(clang-tidy-14 "${options[@]}" "$3" 2>&1); then
    mkdir -p "$memory/$1/${3%/*}"
    printf '%s\n' "$2" >"$memory/$1/$3.new"
    mv "$memory/$1/$3.new" "$memory/$1/$3"
    printf 'ok    %s (%d s)\n' "$3" "$((SECONDS - started))"
  else
    # One write, so that the findings of two files do not mix.
    printf 'FAIL  %s (%d s)\n%s\n' "$3" "$((SECONDS - started))" \
      "$(grep -vE '^[0-9]+ warnings?( and [0-9]+ errors?)? (generated|treated as errors?)\.?$' <<<"$output")"
  fi
}

# What passed deep has passed shallow.
passed_before() {
  local seen
  for seen in deep "$depth"; do
    [ ! -f "$memory/$seen/$2" ] || [ "$(<"$memory/$seen/$2")" != "$1" ] || return 0
  done
  return 1
}

if [ "${1-}" = --check ]; then
  shift
  check "$@"
  exit 0
fi

while [ $# -gt 0 ]; do
  case $1 in
    --changed) base=${2:?--changed needs a git revision}; shift ;;
    --most) most=${2:?--most needs a number}; shift ;;
    --shard) shard=${2:?--shard needs I/N}; shift ;;
    --deep) depth=deep ;;
    --help) sed -n '2,/^set/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    -*) die "unknown option: $1 (see --help)" ;;
    *) [ -f "$1" ] || die "no such file: $1"; files+=("$1") ;;
  esac
  shift
done
if ! [[ $shard =~ ^[1-9][0-9]*/[1-9][0-9]*$ ]] || [ "${shard%/*}" -gt "${shard#*/}" ]; then
  die 'a shard is written I/N, as 1/3'
fi
[ -z "$base" ] || git rev-parse --verify --quiet "$base^{commit}" >/dev/null || die "no such revision: $base"

command -v clang-tidy-14 >/dev/null || installer/packages.sh build test
# shellcheck disable=SC2185 # The places are on standard input.
if [ ! -f "$database/compile_commands.json" ] ||
  [ -n "$(git ls-files -z '*CMakeLists.txt' '*.cmake' | find -files0-from - -newer "$database/compile_commands.json")" ]; then
  cmake --preset dev >/dev/null
fi

mkdir -p "$memory"
listing=$(mktemp -d "$memory/run.XXXXXX")
trap 'rm -rf "$listing"' EXIT
{ [ -z "$base" ] || { git diff --name-only "$base"; git ls-files --others --exclude-standard; }; } >"$listing/changed"
printf '%s\n' ${files[@]+"${files[@]}"} >"$listing/asked"

# Prints HASH FILE for each source that is to be looked at. Includes of ours are rooted at the
# repository, so they can be followed without a compiler; one in a branch that is not compiled counts
# too, which costs a look too many at worst. A source that only another preset builds has no command
# in the database; clang-tidy takes that of its nearest neighbour.
python3 - "$database" "${base:+changed}" "$listing" >"$listing/wanted" <<'PYTHON'
import functools, hashlib, json, os, re, subprocess, sys

database, only_changed, listing = sys.argv[1:]
version = subprocess.run(["clang-tidy-14", "--version"], capture_output=True, check=True).stdout
commands = {os.path.relpath(entry["file"]): entry["command"]
            for entry in json.load(open(f"{database}/compile_commands.json"))}

@functools.cache
def content(path):
    with open(path, "rb") as file:
        return file.read()

@functools.cache
def included(path):
    names = re.findall(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', content(path), re.M)
    return [name for name in map(os.fsdecode, names) if os.path.isfile(name)]

def closure(source):
    found, open_ends = {source}, [source]
    while open_ends:
        for name in included(open_ends.pop()):
            if name not in found:
                found.add(name)
                open_ends.append(name)
    return found

def digest(source):
    parents = [source[:match.start() + 1] for match in re.finditer("/", source)]
    settings = [f"{folder}.clang-tidy" for folder in ["", *parents] if os.path.isfile(f"{folder}.clang-tidy")]
    total = hashlib.sha256(version + commands.get(source, "").encode())
    for path in sorted(closure(source)) + settings:
        total.update(f"\n{path} {len(content(path))}\n".encode() + content(path))
    return total.hexdigest()

def lines(name):
    return open(f"{listing}/{name}").read().split("\n")

listed = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", "agent/*.cpp", "registry/*.cpp",
     "installer/cli/*.cpp", "packaging/release/*.cpp", "tests/*.cpp"],
    capture_output=True, text=True, check=True).stdout.splitlines()
sources = sorted({path for path in listed if os.path.isfile(path)})
asked = [os.path.relpath(path) for path in lines("asked") if path]
wanted = asked or sources
if only_changed:
    changed = set(lines("changed"))
    chosen = {path for path in wanted if path in changed}
    seen = set().union(*map(closure, chosen)) if chosen else set()
    for header in sorted(path for path in changed - seen if path.endswith(".hpp") and os.path.isfile(path)):
        users = [path for path in wanted if header in closure(path)]
        own = header.removesuffix(".hpp") + ".cpp"
        if users and header not in seen:
            chosen.add(own if own in users else users[0])
            seen |= closure(own if own in users else users[0])
    wanted = sorted(chosen)
for path in wanted:
    print(digest(path), path)
PYTHON

if [ -n "$most" ] && [ "$(wc -l <"$listing/wanted")" -gt "$most" ]; then
  printf '%d sources changed, more than %d: left to the nightly run\n' "$(wc -l <"$listing/wanted")" "$most"
  exit 0
fi

passed=0
index=0
: >"$listing/todo"
while read -r hash file; do
  index=$((index + 1))
  [ $(((index - 1) % ${shard#*/} + 1)) -eq "${shard%/*}" ] || continue
  if passed_before "$hash" "$file"; then
    passed=$((passed + 1))
  else
    printf '%s\0%s\0' "$hash" "$file" >>"$listing/todo"
  fi
done <"$listing/wanted"

xargs -0 -r -n 2 -P "$jobs" "$0" --check "$depth" <"$listing/todo" | tee "$listing/report" | grep -v '^ok    ' || true
passed=$((passed + $(grep -c '^ok    ' "$listing/report" || true)))
failed=$(grep -c '^FAIL  ' "$listing/report" || true)
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
