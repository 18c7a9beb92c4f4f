#!/bin/sh
# Installs from Debian 12 what building and testing need. Run again it does nothing.
set -eu

packages="
ca-certificates ccache clang-format-14 clang-tidy-14 cmake doctest-dev g++ git iproute2 libarchive-dev
libboost-filesystem1.81-dev libboost1.81-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev
libdeflate-dev libfmt-dev libpq-dev libsimdjson-dev libsodium-dev libspdlog-dev libsqlite3-dev
libssl-dev libyaml-cpp-dev libzstd-dev mold ninja-build nlohmann-json3-dev pkg-config python3
shellcheck util-linux zlib1g-dev
"

missing=
for package in $packages; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
apt-get update -qq
# shellcheck disable=SC2086 # A list of words is what is meant.
apt-get install -y --no-install-recommends $missing
