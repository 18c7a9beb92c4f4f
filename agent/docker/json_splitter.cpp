#include "agent/docker/json_splitter.hpp"

namespace agent::docker {
namespace {

constexpr std::size_t k_largest_object = 1U << 20U;

}  // namespace

base::Result<bool> JsonSplitter::feed(std::string_view bytes, const OnObject& on_object) {
  for (const char c : bytes) {
    if (depth_ == 0 && c != '{') {
      continue;
    }
    object_.push_back(c);
    if (object_.size() > k_largest_object) {
      return base::Error{base::ErrorCode::too_large,
                         "an object of the engine's stream is too large"};
    }
    if (in_text_) {
      in_text_ = c != '"' || escaped_;
      escaped_ = c == '\\' && !escaped_;
    } else if (c == '"') {
      in_text_ = true;
    } else if (c == '{') {
      ++depth_;
    } else if (c == '}' && --depth_ == 0) {
      const bool more = on_object(object_);
      object_.clear();
      if (!more) {
        return false;
      }
    }
  }
  return true;
}

}  // namespace agent::docker
