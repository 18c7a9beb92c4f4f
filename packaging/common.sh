# shellcheck shell=bash
# For the scripts of this folder, to be sourced.

need_command() {
  local command
  for command in "$@"; do
    command -v "$command" >/dev/null || die E_MISSING "this needs the command '$command' (see installer/packages.sh build)"
  done
}

die() { printf 'error [%s]: %s\n' "$1" "$2" >&2; exit 1; }
