#pragma once
// Values as the original's linter had them: it was a JavaScript program, and its rules rest on what
// that language calls true, empty, equal or the text of something.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace agent::manifest::lint {

class Value;
using ValuePtr = std::shared_ptr<Value>;
using Path = std::vector<std::string>;

class Value {
 public:
  // `opaque` is an object without keys: a date, bytes.
  enum class Kind { undefined, null, boolean, number, string, array, object, opaque };
  using Entry = std::pair<std::string, ValuePtr>;

  Kind kind = Kind::undefined;
  bool boolean = false;
  double number = 0;
  std::string string;
  std::vector<ValuePtr> items;

  static ValuePtr of(Kind kind);
  static ValuePtr of(std::string text);
  static ValuePtr of(double number);
  static ValuePtr of(bool boolean);

  [[nodiscard]] bool is_string() const noexcept { return kind == Kind::string; }
  [[nodiscard]] bool is_number() const noexcept { return kind == Kind::number; }
  [[nodiscard]] bool is_array() const noexcept { return kind == Kind::array; }
  [[nodiscard]] bool is_object() const noexcept { return kind == Kind::object; }
  // Undefined or null: what has no properties.
  [[nodiscard]] bool is_nothing() const noexcept {
    return kind == Kind::undefined || kind == Kind::null;
  }
  [[nodiscard]] bool is_text(std::string_view text) const { return is_string() && string == text; }
  [[nodiscard]] bool truthy() const;
  // No items, no keys, no characters; whatever is no container is empty too, numbers among them.
  [[nodiscard]] bool empty() const;
  // As when a value is joined to a text.
  [[nodiscard]] std::string text() const;

  // Of an object; undefined when there is none.
  [[nodiscard]] const Value& at(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;
  // Appends, or replaces at the same place.
  void set(std::string key, ValuePtr value);
  // Of an object, whole numbers first, then the rest as written. An array has its indexes.
  [[nodiscard]] std::vector<Entry> entries() const;
  [[nodiscard]] std::size_t key_count() const noexcept { return entries_.size(); }

 private:
  [[nodiscard]] const Entry* find(std::string_view key) const;

  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> index_;  // Of the entries, once there are many.
};

// Undefined where the path leads nowhere.
const Value& value_at(const Value& root, const Path& path);
// Every step is there, even if what it leads to is null.
bool has_path(const Value& root, const Path& path);

// Calls `visit` for every scalar in a value, with its path: "config.0.name".
using ScalarVisitor = std::function<void(const Value& scalar, const std::string& path)>;
void each_scalar(const Value& value, const std::string& path, const ScalarVisitor& visit);

// "config.0.items[2]" as its steps.
Path steps_of(std::string_view path);

// A number as the original printed it.
std::string number_text(double number);

}  // namespace agent::manifest::lint
