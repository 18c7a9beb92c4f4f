#include "registry/core/json_slices.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <simdjson.h>

#include <algorithm>
#include <cstdint>

namespace registry::core {
namespace {

using base::Error;
using base::ErrorCode;

constexpr std::size_t k_max_depth = 200;

Error malformed(simdjson::error_code code) {
  return Error{ErrorCode::invalid_input,
               fmt::format("not valid JSON: {}", simdjson::error_message(code))};
}

// simdjson reads up to a register past the end, so it works on a copy with room behind it (4 MB
// are copied in 0.1 ms). A slice of the copy is mapped back to the caller's text.
class PaddedCopy {
 public:
  explicit PaddedCopy(std::string_view text) : original_(text), copy_(text) {}

  [[nodiscard]] const simdjson::padded_string& text() const { return copy_; }

  [[nodiscard]] std::string_view original(std::string_view slice) const {
    const auto offset = static_cast<std::size_t>(slice.data() - copy_.data());
    BASE_ASSERT(offset + slice.size() <= original_.size());
    return original_.substr(offset, slice.size());
  }

 private:
  std::string_view original_;
  simdjson::padded_string copy_;
};

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return 2;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    return 3;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    return 4;
  }
  return 0;
}

// Length of the well-formed character at the start, 0 when there is none (Unicode, table 3-7).
std::size_t well_formed(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const std::size_t length = sequence_length(byte(0));
  if (length == 0 || length > text.size()) {
    return 0;
  }
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  const bool overlong = (byte(0) == 0xE0 && byte(1) < 0xA0) || (byte(0) == 0xF0 && byte(1) < 0x90);
  const bool beyond = (byte(0) == 0xED && byte(1) > 0x9F) || (byte(0) == 0xF4 && byte(1) > 0x8F);
  return overlong || beyond ? 0 : length;
}

}  // namespace

base::Status validate_json(std::string_view text) {
  simdjson::dom::parser parser;
  if (const auto code = parser.allocate(text.size() + 1, k_max_depth); code) {
    return malformed(code);
  }
  const simdjson::padded_string copy(text);
  simdjson::dom::element root;
  if (const auto code = parser.parse(copy).get(root); code) {
    return malformed(code);
  }
  return base::ok();
}

base::Result<Members> members_of(std::string_view object) {
  const PaddedCopy copy(object);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::object root;
  if (const auto code = parser.iterate(copy.text()).get(document); code) {
    return malformed(code);
  }
  if (const auto code = document.get_object().get(root); code) {
    return malformed(code);
  }
  Members members;
  for (auto field : root) {
    std::string_view key;
    if (const auto code = field.unescaped_key().get(key); code) {
      return malformed(code);
    }
    std::string owned_key(key);
    simdjson::ondemand::value value;
    std::string_view raw;
    if (const auto code = field.value().get(value); code) {
      return malformed(code);
    }
    if (const auto code = simdjson::to_json_string(value).get(raw); code) {
      return malformed(code);
    }
    members.push_back({.key = std::move(owned_key), .raw = copy.original(raw)});
  }
  return members;
}

base::Result<std::vector<std::string_view>> elements_of(std::string_view array) {
  const PaddedCopy copy(array);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  simdjson::ondemand::array root;
  if (const auto code = parser.iterate(copy.text()).get(document); code) {
    return malformed(code);
  }
  if (const auto code = document.get_array().get(root); code) {
    return malformed(code);
  }
  std::vector<std::string_view> elements;
  for (auto element : root) {
    simdjson::ondemand::value value;
    std::string_view raw;
    if (const auto code = element.get(value); code) {
      return malformed(code);
    }
    if (const auto code = simdjson::to_json_string(value).get(raw); code) {
      return malformed(code);
    }
    elements.push_back(copy.original(raw));
  }
  return elements;
}

std::string_view find(const Members& members, std::string_view key) {
  const auto found = std::find_if(
      members.rbegin(), members.rend(), [&](const Member& member) { return member.key == key; });
  return found == members.rend() ? std::string_view() : found->raw;
}

std::optional<std::string> string_of(std::string_view raw) {
  if (raw.empty() || raw.front() != '"') {
    return std::nullopt;
  }
  const auto value = nlohmann::json::parse(raw, nullptr, /*allow_exceptions=*/false);
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string cleaned_utf8(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") {
    text.remove_prefix(3);
  }
  std::string cleaned;
  cleaned.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = well_formed(text);
    if (length == 0) {
      cleaned += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      cleaned += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return cleaned;
}

std::string storable_text(std::string_view text) {
  std::string storable = cleaned_utf8(text);
  std::erase(storable, '\0');
  return storable;
}

}  // namespace registry::core
