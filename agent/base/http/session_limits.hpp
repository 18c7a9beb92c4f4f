#pragma once

#include <chrono>
#include <stop_token>
#include <string>

namespace base::http {

// Of one conversation with another server, from the first look-up of its name on.
struct SessionLimits {
  std::chrono::milliseconds deadline{0};  // 0: none.
  std::stop_token stop;                   // Heeded within a second.
  std::string ca_file;  // PEM; trusted instead of the system's store when not empty.
};

}  // namespace base::http
