#pragma once

#include <chrono>
#include <compare>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace agent::docker {

// Goes with every call to the engine, which itself never gives up on a caller.
struct Call {
  // For calls that answer once: the whole call. For calls that report progress (pull, load,
  // archives): the longest silence. Streams that last (followed logs, events) have no deadline and
  // end by `stop`.
  std::chrono::milliseconds deadline{30'000};
  std::stop_token stop;  // Ends the call within moments with ErrorCode::cancelled.
};

struct ApiVersion {
  int major = 0;
  int minor = 0;

  friend auto operator<=>(const ApiVersion&,
                          const ApiVersion&) = default;  // NOLINT(modernize-use-nullptr)
};

// "1.41". Anything else is nothing.
std::optional<ApiVersion> parse_api_version(std::string_view text);
std::string to_string(ApiVersion version);

// The range this client speaks. 1.40 is engine 19.03; fields of later versions are sent only when
// the negotiated version has them.
inline constexpr ApiVersion k_oldest_api{1, 40};
inline constexpr ApiVersion k_newest_api{1, 52};

}  // namespace agent::docker
