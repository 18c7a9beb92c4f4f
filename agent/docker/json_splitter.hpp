#pragma once

#include "agent/base/core/result.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace agent::docker {

// Cuts a stream of JSON objects, with or without anything but text between them, into the objects.
// The engine writes progress and events so, and reads of the stream end anywhere.
class JsonSplitter {
 public:
  // False to end the reading.
  using OnObject = std::function<bool(std::string_view)>;

  // True while more is wanted. Error too_large for an object beyond 1 MiB.
  base::Result<bool> feed(std::string_view bytes, const OnObject& on_object);

  [[nodiscard]] bool within_object() const noexcept { return depth_ > 0; }

 private:
  std::string object_;
  std::size_t depth_ = 0;
  bool in_text_ = false;
  bool escaped_ = false;
};

}  // namespace agent::docker
