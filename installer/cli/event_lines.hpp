#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "installer/cli/output.hpp"

namespace installer::cli {

// Server-sent events, line by line, as lines for a person or as one JSON object an event.
class EventLines {
 public:
  explicit EventLines(Format format) : format_(format) {}

  // What to print once the line completes an event; nothing for heartbeats.
  std::optional<std::string> take(std::string_view line);

 private:
  [[nodiscard]] std::string text_of(const std::string& name, const std::string& data) const;

  Format format_;
  std::string name_;
  std::string data_;
};

}  // namespace installer::cli
