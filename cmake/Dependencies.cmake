include_guard()

# Debian 12 has Boost 1.74 and 1.81; only the second has Process v2, URL and an Asio that compiles
# cleanly as C++20.
find_package(Boost 1.81 REQUIRED COMPONENTS headers filesystem)
find_package(CLI11 2.1 REQUIRED)
find_package(CURL 7.88 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(LibArchive 3.6 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(PostgreSQL 15 REQUIRED)
find_package(simdjson 3 REQUIRED)
find_package(spdlog 1.10 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(Threads REQUIRED)
find_package(yaml-cpp 0.7 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(zstd REQUIRED)

# Debian ships these with a pkg-config file alone. cpp-httplib's Cflags define three macros that
# change class layouts, so the imported target is the only safe way in.
find_package(PkgConfig REQUIRED)
pkg_check_modules(httplib REQUIRED IMPORTED_TARGET cpp-httplib>=0.11)
pkg_check_modules(libdeflate REQUIRED IMPORTED_TARGET libdeflate)
pkg_check_modules(libsodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)

if(BUILD_TESTING)
  find_package(doctest 2.4 REQUIRED)
  include(doctest)
endif()
