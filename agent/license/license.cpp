#include "agent/license/license.hpp"

#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/signature.hpp"
#include "agent/base/data/json.hpp"
#include "agent/base/data/json_reader.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <map>

namespace agent::license {
namespace {

using base::Result;
using base::data::Json;
using base::data::JsonReader;

constexpr base::data::JsonLimits k_limits{.max_bytes = std::size_t{256} << 10U, .max_depth = 8};

template <typename Number>
bool read_digits(std::string_view text, Number& number) {
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  return fault == std::errc() && end == text.data() + text.size();
}

// "2030-01-31T00:00:00Z" or a day alone, which ends when the day begins.
std::optional<std::chrono::sys_seconds> parse_time(std::string_view text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int clock[3] = {0, 0, 0};  // NOLINT(modernize-avoid-c-arrays)
  const bool with_clock = text.size() == 20 && text[10] == 'T' && text[19] == 'Z';
  if ((!with_clock && text.size() != 10) || text[4] != '-' || text[7] != '-' ||
      !read_digits(text.substr(0, 4), year) || !read_digits(text.substr(5, 2), month) ||
      !read_digits(text.substr(8, 2), day)) {
    return std::nullopt;
  }
  for (std::size_t i = 0; with_clock && i < 3; ++i) {
    if (!read_digits(text.substr(11 + 3 * i, 2), clock[i]) || clock[i] < 0 || clock[i] > 59) {
      return std::nullopt;
    }
  }
  const std::chrono::year_month_day date{
      std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok() || clock[0] > 23) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(clock[0]) +
         std::chrono::minutes(clock[1]) + std::chrono::seconds(clock[2]);
}

void read_policy(JsonReader& reader, License& license) {
  const auto policy = reader.optional_string("policy").value_or("ignore");
  if (policy == "ignore") {
    license.policy = ExpirationPolicy::ignore;
  } else if (policy == "noupdate-norestart") {
    license.policy = ExpirationPolicy::no_update;
  } else if (policy == "noupdate-stop") {
    license.policy = ExpirationPolicy::no_update_stop;
  } else {
    reader.fail("policy", "ignore, noupdate-norestart or noupdate-stop");
  }
}

void read_field(JsonReader& fields, const std::string& name, const Json& value, License& license) {
  if (value.is_string()) {
    license.fields[name] = value.get<std::string>();
  } else if (value.is_number_integer()) {
    license.fields[name] = value.get<std::int64_t>();
  } else if (value.is_boolean()) {
    license.fields[name] = value.get<bool>();
  } else {
    fields.fail(name, "text, a whole number or a Boolean");
  }
}

// The original's names and shapes as ours, and nothing missing that need not be there.
Json as_payload(const Json& json) {
  static const std::map<std::string, std::string, std::less<>> k_names = {
      {"license_id", "id"},
      {"release_channel", "channel"},
      {"expiration_time", "expires"},
      {"expiration_policy", "policy"}};
  Json payload = {{"id", ""}, {"assignee", ""}};
  for (const auto& [name, value] : json.items()) {
    const auto ours = k_names.find(name);
    payload[ours == k_names.end() ? name : ours->second] = value;
  }
  if (payload.contains("fields") && payload["fields"].is_array()) {
    auto fields = Json::object();
    for (const auto& field : payload["fields"]) {
      if (field.is_object() && field.contains("field") && field["field"].is_string()) {
        fields[field["field"].get<std::string>()] = field.value("value", Json());
      }
    }
    payload["fields"] = std::move(fields);
  }
  return payload;
}

Result<License> read_payload(const Json& json) {
  License license;
  JsonReader reader(json, "$");
  license.id = reader.string("id");
  license.assignee = reader.string("assignee");
  license.channel = reader.optional_string("channel").value_or("");
  if (const auto expires = reader.optional_string("expires")) {
    license.expires = parse_time(*expires);
    if (!license.expires) {
      reader.fail("expires", "a time such as 2030-01-31T00:00:00Z");
    }
  }
  read_policy(reader, license);
  reader.object("fields", [&](JsonReader& fields) {
    for (const auto& [name, value] : json["fields"].items()) {
      read_field(fields, name, value, license);
    }
  });
  BASE_TRY(reader.finish());
  return license;
}

}  // namespace

Result<License> read_license(std::string_view file, std::string_view public_key) {
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(file, k_limits));
  JsonReader reader(json, "$");
  const auto encoded_payload = reader.string("payload");
  const auto encoded_signature = reader.string("signature");
  BASE_TRY(reader.finish());
  BASE_TRY_ASSIGN(const auto payload, base::crypto::base64_decode(encoded_payload));
  BASE_TRY_ASSIGN(const auto signature, base::crypto::base64_decode(encoded_signature));
  BASE_TRY(base::crypto::verify_ed25519(public_key, payload, signature));
  BASE_TRY_ASSIGN(const auto fields, base::data::parse_json(payload, k_limits));
  return read_payload(fields);
}

Result<License> unsigned_license(std::string_view text) {
  BASE_TRY_ASSIGN(const auto json, base::data::parse_json(text, k_limits));
  return read_payload(json.is_object() ? as_payload(json) : json);
}

bool is_expired(const License& license, std::chrono::sys_seconds at) {
  return license.expires && at >= *license.expires;
}

std::optional<std::string> field_text(const License& license, std::string_view name) {
  const auto found = license.fields.find(name);
  if (found == license.fields.end()) {
    return std::nullopt;
  }
  if (const auto* text = std::get_if<std::string>(&found->second)) {
    return *text;
  }
  if (const auto* number = std::get_if<std::int64_t>(&found->second)) {
    return std::to_string(*number);
  }
  return *std::get_if<bool>(&found->second) ? "true" : "false";
}

}  // namespace agent::license
