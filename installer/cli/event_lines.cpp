#include "installer/cli/event_lines.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

#include "installer/cli/progress.hpp"
#include "installer/cli/text_table.hpp"

namespace installer::cli {
namespace {

std::string text_at(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? printable(found->get<std::string>())
                                                     : std::string{};
}

std::string application_line(const Json& status) {
  const auto& application = status["application"];
  const auto reason = text_at(application, "reason");
  return fmt::format("application {} {}{}",
                     text_at(application, "app"),
                     text_at(application, "condition"),
                     reason.empty() ? "" : ": " + reason);
}

std::string line_of(const std::string& name, const Json& data) {
  if (name == "snapshot") {
    return application_line(data["status"]);
  }
  if (name == "status") {
    return application_line(data);
  }
  if (name == "component") {
    const auto reason = text_at(data, "reason");
    return fmt::format("component {} {}{}",
                       text_at(data, "name"),
                       text_at(data, "condition"),
                       reason.empty() ? "" : ": " + reason);
  }
  if (name == "operation") {
    return fmt::format(
        "operation {} {} {}", data.value("id", 0), text_at(data, "kind"), text_at(data, "state"));
  }
  if (name == "step") {
    const auto error = text_at(data, "error");
    return fmt::format("step {}.{} {} {}{}",
                       data.value("operation", 0),
                       data.value("index", 0),
                       text_at(data, "state"),
                       step_text(data),
                       error.empty() ? "" : ": " + error);
  }
  if (name == "log") {
    return fmt::format("operation {}: {}", data.value("operation", 0), text_at(data, "text"));
  }
  return {};  // Progress is for bars.
}

}  // namespace

std::string EventLines::text_of(const std::string& name, const std::string& data) const {
  const auto json = base::data::parse_json(data, {.max_bytes = std::size_t{16} << 20U});
  if (!json || !json->is_object()) {
    return {};
  }
  return format_ == Format::json ? base::data::canonical({{"event", name}, {"data", *json}})
                                 : line_of(name, *json);
}

std::optional<std::string> EventLines::take(std::string_view line) {
  constexpr std::string_view k_event = "event: ";
  constexpr std::string_view k_data = "data: ";
  if (line.starts_with(k_event)) {
    name_ = line.substr(k_event.size());
  } else if (line.starts_with(k_data)) {
    data_ += line.substr(k_data.size());
  } else if (line.empty() && !data_.empty()) {
    auto text = text_of(std::exchange(name_, {}), std::exchange(data_, {}));
    if (!text.empty()) {
      return text;
    }
  }
  return std::nullopt;
}

}  // namespace installer::cli
