// The body of a publish, cut anywhere, gives the same as in one piece, and what is called valid
// JSON can be taken apart. The input's first byte is the length of the pieces.

#include "registry/core/json_slices.hpp"
#include "registry/core/publish_scanner.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

class Collector final : public registry::core::AttachmentSink {
 public:
  base::Status begin_attachment(std::string_view key) override {
    text += '<' + std::string(key) + '>';
    return base::ok();
  }
  base::Status attachment_bytes(std::string_view bytes) override {
    text += bytes;
    return base::ok();
  }

  std::string text;
};

std::string scan(std::string_view body, std::size_t piece) {
  Collector collector;
  registry::core::PublishScanner scanner(collector,
                                         {.metadata = 1U << 20U, .attachment = 1U << 20U});
  while (!body.empty()) {
    if (!scanner.feed(body.substr(0, piece))) {
      return "refused";
    }
    body.remove_prefix(std::min(piece, body.size()));
  }
  auto rest = scanner.finish();
  return rest ? *rest + '\n' + collector.text : "refused";
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) {
    return 0;
  }
  const std::size_t piece = std::size_t{1} + data[0];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (scan(body, piece) != scan(body, body.size())) {
    std::abort();
  }
  if (registry::core::validate_json(body) && body.find('{') == 0 &&
      !registry::core::members_of(body)) {
    std::abort();
  }
  return 0;
}
