#include "agent/base/data/json.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>
#include <utility>
#include <vector>

namespace base::data {
namespace {

// Builds nothing: walks the text once to refuse what is too deep or has a key twice, so that the
// recursive builder never sees it.
class Inspector final : public nlohmann::json_sax<Json> {
 public:
  explicit Inspector(std::size_t max_depth) : max_depth_(max_depth) {}

  bool null() override { return true; }
  bool boolean(bool /*value*/) override { return true; }
  bool number_integer(number_integer_t /*value*/) override { return true; }
  bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
  bool string(string_t& /*value*/) override { return true; }
  bool binary(binary_t& /*value*/) override { return true; }
  bool start_object(std::size_t /*elements*/) override { return enter(); }
  bool start_array(std::size_t /*elements*/) override { return enter(); }
  bool end_object() override { return leave(); }
  bool end_array() override { return leave(); }

  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) {
      return true;
    }
    error = Error{ErrorCode::invalid_input, fmt::format("the key '{:.80}' stands twice", name)};
    return false;
  }

  bool parse_error(std::size_t position,
                   const std::string& /*last_token*/,
                   const nlohmann::detail::exception& /*exception*/) override {
    error = Error{ErrorCode::invalid_input, fmt::format("not JSON at byte {}", position)};
    return false;
  }

  Error error;

 private:
  bool enter() {
    if (keys_.size() >= max_depth_) {
      error = Error{ErrorCode::too_large,
                    fmt::format("JSON is nested deeper than {} levels", max_depth_)};
      return false;
    }
    keys_.emplace_back();
    return true;
  }

  bool leave() {
    keys_.pop_back();
    return true;
  }

  std::size_t max_depth_;
  std::vector<std::set<std::string>> keys_;
};

std::string dump(const Json& value, int indentation) {
  return value.dump(indentation, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return Error{ErrorCode::too_large,
                 fmt::format("JSON of {} bytes; {} are allowed", text.size(), limits.max_bytes)};
  }
  Inspector inspector(limits.max_depth);
  if (!Json::sax_parse(text, &inspector)) {
    return std::move(inspector.error);
  }
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

Result<Json> parse_json(std::string_view text) {
  return parse_json(text, JsonLimits{});
}

std::string canonical(const Json& value) {
  return dump(value, -1);
}

std::string pretty(const Json& value) {
  return dump(value, 2) + "\n";
}

}  // namespace base::data
