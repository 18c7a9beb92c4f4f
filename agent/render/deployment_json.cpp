#include "agent/render/deployment_json.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/data/json.hpp"
#include "agent/render/expander.hpp"
#include "agent/render/json_fields.hpp"
#include "agent/render/json_names.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <concepts>
#include <limits>
#include <string_view>
#include <type_traits>

namespace agent::render {
namespace {

using base::Error;
using base::ErrorCode;
using base::Result;
using base::data::Json;

template <typename T>
concept Duration = requires(T value) {
  value.count();
};

class Writer {
 public:
  explicit Writer(Json& object) : object_(object) {}

  template <typename T>
  void operator()(const char* key, T& value) {
    object_[key] = encode(value);
  }

  // Text where it is text, else base64: uploaded files may be anything.
  void bytes(const char* key, std::string& value) {
    const bool text = is_utf8(value);
    object_[key] = text ? Json(value) : Json(nullptr);
    object_[std::string(key) + "_base64"] =
        text ? Json(nullptr) : Json(base::crypto::base64_encode(value));
  }

 private:
  static Json encode(std::string& value) { return value; }

  template <typename T>
  static Json encode(T& value) requires std::integral<T> {
    return value;
  }

  template <Duration T>
  static Json encode(T& value) {
    return value.count();
  }

  template <typename T>
  static Json encode(T& value) requires std::is_enum_v<T> {
    const auto& names = Names<T>::k_values;
    return std::find_if(
               names.begin(), names.end(), [&](const auto& name) { return name.first == value; })
        ->second;
  }

  template <typename T>
  static Json encode(std::optional<T>& value) {
    return value ? encode(*value) : Json(nullptr);
  }

  template <typename T>
  static Json encode(std::vector<T>& values) {
    auto array = Json::array();
    for (auto& value : values) {
      array.push_back(encode(value));
    }
    return array;
  }

  template <typename T>
  static Json encode(T& value) requires requires(Writer& writer, T& object) {
    fields(writer, object);
  }
  {
    auto object = Json::object();
    Writer writer(object);
    fields(writer, value);
    return object;
  }

  Json& object_;
};

// The first fault is kept; what is read after it does not matter.
class Reader {
 public:
  Reader(const Json& object, std::string path, std::string& fault)
      : object_(object), path_(std::move(path)), fault_(fault) {
    if (!object.is_object()) {
      fail(path_, "an object");
    }
  }

  template <typename T>
  void operator()(const char* key, T& value) {
    const auto path = path_ + "." + key;
    const auto found = object_.is_object() ? object_.find(key) : object_.end();
    if (!object_.is_object() || found == object_.end()) {
      fail(path, "present");
      return;
    }
    decode(*found, path, value);
  }

  void bytes(const char* key, std::string& value) {
    std::optional<std::string> text;
    std::optional<std::string> encoded;
    (*this)(key, text);
    (*this)((std::string(key) + "_base64").c_str(), encoded);
    if (encoded) {
      auto decoded = base::crypto::base64_decode(*encoded);
      if (!decoded) {
        fail(path_ + "." + key + "_base64", "base64");
        return;
      }
      text = *std::move(decoded);
    }
    value = text.value_or("");
  }

 private:
  void fail(const std::string& path, std::string_view expected) {
    if (fault_.empty()) {
      fault_ = fmt::format("{}: must be {}", path, expected);
    }
  }

  void decode(const Json& json, const std::string& path, std::string& value) {
    if (json.is_string()) {
      value = json.get<std::string>();
    } else {
      fail(path, "text");
    }
  }

  void decode(const Json& json, const std::string& path, bool& value) {
    if (json.is_boolean()) {
      value = json.get<bool>();
    } else {
      fail(path, "true or false");
    }
  }

  template <typename T>
  void decode(const Json& json, const std::string& path, T& value) requires std::integral<T> {
    if (json.is_number_unsigned() && std::in_range<T>(json.get<std::uint64_t>())) {
      value = static_cast<T>(json.get<std::uint64_t>());
    } else if (json.is_number_integer() && !json.is_number_unsigned() &&
               std::in_range<T>(json.get<std::int64_t>())) {
      value = static_cast<T>(json.get<std::int64_t>());
    } else {
      fail(path, "a whole number that fits");
    }
  }

  template <Duration T>
  void decode(const Json& json, const std::string& path, T& value) {
    std::int64_t count = 0;
    decode(json, path, count);
    value = T(count);
  }

  template <typename T>
  void decode(const Json& json, const std::string& path, T& value) requires std::is_enum_v<T> {
    for (const auto& [known, name] : Names<T>::k_values) {
      if (json == name) {
        value = known;
        return;
      }
    }
    fail(path, "one of the known words");
  }

  template <typename T>
  void decode(const Json& json, const std::string& path, std::optional<T>& value) {
    if (json.is_null()) {
      value.reset();
    } else {
      decode(json, path, value.emplace());
    }
  }

  template <typename T>
  void decode(const Json& json, const std::string& path, std::vector<T>& values) {
    if (!json.is_array()) {
      fail(path, "a list");
      return;
    }
    values.clear();
    for (std::size_t i = 0; i < json.size(); ++i) {
      decode(json[i], fmt::format("{}[{}]", path, i), values.emplace_back());
    }
  }

  template <typename T>
  void decode(const Json& json, const std::string& path, T& value) requires
      requires(Reader& reader, T& object) {
    fields(reader, object);
  }
  {
    Reader reader(json, path, fault_);
    fields(reader, value);
  }

  const Json& object_;
  std::string path_;
  std::string& fault_;
};

}  // namespace

Json document_json(const Deployment& deployment) {
  // `fields` serves reading too and so takes what it could change.
  auto copy = deployment;
  auto object = Json::object();
  Writer writer(object);
  fields(writer, copy);
  return object;
}

std::string canonical_without_secrets(const Deployment& deployment) {
  return base::data::canonical(document_json(deployment));
}

std::string to_json(const Deployment& deployment) {
  auto object = document_json(deployment);
  object["secret_values"] = deployment.secret_values;
  return base::data::canonical(object);
}

std::string to_pretty_json(const Deployment& deployment) {
  return base::data::pretty(document_json(deployment));
}

Result<Deployment> deployment_from_json(std::string_view text) {
  constexpr base::data::JsonLimits k_limits{.max_bytes = std::size_t{64} << 20U, .max_depth = 16};
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(text, k_limits));
  Deployment deployment;
  std::string fault;
  Reader reader(json, "$", fault);
  fields(reader, deployment);
  reader("secret_values", deployment.secret_values);
  if (!fault.empty()) {
    return Error{ErrorCode::invalid_input, "deployment: " + fault};
  }
  return deployment;
}

}  // namespace agent::render
