#!/bin/sh
# Makes the database cluster on the first start, then becomes the server.
#
#   POSTGRES_USER, POSTGRES_DB        the application's role and database (both registry)
#   POSTGRES_PASSWORD[_FILE]          the role's password, itself or a file that holds it
#
# Further arguments are the server's. The role owns its database and nothing else; the superuser
# has no password and can only come in by the socket, as this container's own user.

set -eu

main() {
  umask 077
  # A container that was killed while it made the cluster left only this folder.
  rm -rf "$PGDATA.partial"
  [ -s "$PGDATA/PG_VERSION" ] || make_cluster
  exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/run/postgresql "$@"
}

make_cluster() {
  role=${POSTGRES_USER:-registry}
  database=${POSTGRES_DB:-$role}
  case $role$database in
    *[!a-z0-9_]*) die "POSTGRES_USER and POSTGRES_DB are made of a to z, 0 to 9 and _" ;;
  esac
  password=${POSTGRES_PASSWORD:-}
  [ -z "${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
  [ -n "$password" ] || die "give POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE"
  case $password in
    *'
'*) die "the password may not hold a line break" ;;
  esac
  initdb -D "$PGDATA.partial" -U postgres --auth-local=peer --auth-host=scram-sha-256 --data-checksums \
    --encoding=UTF8 --locale=C.UTF-8
  printf 'local all all peer\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all samenet scram-sha-256\n' \
    >"$PGDATA.partial/pg_hba.conf"
  quoted=$(printf '%s' "$password" | sed "s/'/''/g")
  # The server reads one statement a line; by its input, so that the password is no argument.
  postgres --single -D "$PGDATA.partial" -c standard_conforming_strings=on -c log_min_messages=warning \
    -c log_statement=none -c log_min_error_statement=panic postgres >/dev/null <<SQL
CREATE ROLE "$role" LOGIN PASSWORD '$quoted'
CREATE DATABASE "$database" OWNER "$role"
SQL
  sync
  mv "$PGDATA.partial" "$PGDATA"
  sync
}

die() { printf 'error [E_POSTGRES]: %s\n' "$*" >&2; exit 1; }

{ main "$@"; }
