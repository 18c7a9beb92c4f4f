#pragma once
// A PostgreSQL of a test's own: in a temporary folder, reachable through a unix socket in it and
// nothing else, gone when the test ends.

#include "agent/base/fs/temporary_directory.hpp"
#include "agent/base/process/child.hpp"

#include <optional>
#include <string>

namespace registry::store {

class PostgresCluster {
 public:
  // Where Debian keeps initdb and postgres; nothing when they are not installed.
  static std::optional<std::string> programs();

  // Creates the cluster and starts it. PostgreSQL refuses to run as root, so root becomes the user
  // postgres.
  PostgresCluster();

  void start();
  // As when its machine loses power.
  void kill();

  // A new, empty database; the address that libpq takes.
  std::string create_database(const std::string& name);

 private:
  [[nodiscard]] std::string address(const std::string& database) const;
  [[nodiscard]] base::process::Command command(std::vector<std::string> argv) const;

  base::fs::TemporaryDirectory folder_;
  std::optional<base::process::Identity> identity_;
  std::string user_ = "tester";
  std::optional<base::process::Child> server_;
};

}  // namespace registry::store
