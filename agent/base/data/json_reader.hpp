#pragma once

#include "agent/base/data/json.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace base::data {

// Reads the fields of one JSON object into typed values and says which path was wrong:
//   JsonReader reader(json, "$");
//   app.name = reader.string("name");
//   app.port = reader.optional_integer("port").value_or(8080);
//   BASE_TRY(reader.finish());
// The first fault is kept and reported by `finish`; what is read after it is a default value. A
// field that is null counts as absent. The object must outlive the reader.
class JsonReader {
 public:
  JsonReader(const Json& object, std::string path);

  std::string string(std::string_view key);
  std::int64_t integer(std::string_view key);
  double number(std::string_view key);
  bool boolean(std::string_view key);
  std::optional<std::string> optional_string(std::string_view key);
  std::optional<std::int64_t> optional_integer(std::string_view key);
  std::optional<double> optional_number(std::string_view key);
  std::optional<bool> optional_boolean(std::string_view key);
  // Empty when absent.
  std::vector<std::string> strings(std::string_view key);
  // Calls `read` with a reader for the object at `key`, when there is one.
  void object(std::string_view key, const std::function<void(JsonReader&)>& read);
  // The same for each object of the list at `key`.
  void objects(std::string_view key, const std::function<void(JsonReader&)>& read);

  // Makes a key that is not in the list a fault.
  void allow_only(std::initializer_list<std::string_view> keys);
  // For a rule of the caller's: `path`.key: `expected`.
  void fail(std::string_view key, std::string_view expected);

  Status finish();

 private:
  const Json* find(std::string_view key);
  std::string path_of(std::string_view key) const;
  void adopt(JsonReader& inner);

  const Json& object_;
  std::string path_;
  std::optional<Error> fault_;
};

}  // namespace base::data
