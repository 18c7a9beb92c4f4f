#pragma once
// The values of the template language: Go's basic kinds, lists and maps. Copies are cheap: text,
// lists and maps are shared and never change.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace agent::manifest {

class Value;
using ValueList = std::vector<Value>;
using ValueMap = std::map<std::string, Value>;

enum class ValueKind { nil, boolean, integer, unsigned_integer, real, text, list, map, time };

// What Go calls a value where its kind leaves a choice. It shows in printf's %T and in the
// complaints about arguments, and deepEqual tells them apart.
enum class GoType : std::uint8_t {
  usual,   // int, []interface {}, map[string]interface {}
  int64,   // Of an integer.
  texts,   // []string, or of a map map[string]string
  ints,    // []int
  lists,   // [][]interface {}
  version  // *semver.Version: a map of its parts that prints as the element "String".
};

class Value {
 public:
  Value() = default;  // nil
  static Value boolean(bool value) { return Value(State(value)); }
  static Value integer(std::int64_t value) { return Value(State(value)); }
  static Value int64(std::int64_t value) { return integer(value).as_type(GoType::int64); }
  static Value unsigned_integer(std::uint64_t value) { return Value(State(value)); }
  static Value real(double value) { return Value(State(value)); }
  static Value text(std::string value);
  static Value list(ValueList value);
  static Value list_of_text(const std::vector<std::string>& texts);
  static Value map(ValueMap value);
  static Value time(std::chrono::sys_seconds value) { return Value(State(value)); }  // In UTC.

  [[nodiscard]] ValueKind kind() const noexcept;

  // Contract: only for a value of that kind.
  [[nodiscard]] bool as_boolean() const;
  [[nodiscard]] std::int64_t as_integer() const;
  [[nodiscard]] std::uint64_t as_unsigned() const;
  [[nodiscard]] double as_real() const;
  [[nodiscard]] const std::string& as_text() const;
  [[nodiscard]] const ValueList& as_list() const;
  [[nodiscard]] const ValueMap& as_map() const;
  [[nodiscard]] std::chrono::sys_seconds as_time() const;

  // Go's rule: false, 0, nil and whatever is empty are not true.
  [[nodiscard]] bool truth() const;
  [[nodiscard]] GoType go_type() const noexcept { return type_; }
  [[nodiscard]] Value as_type(GoType type) const;
  // The name Go's %T gives.
  [[nodiscard]] std::string_view type_name() const noexcept;
  // Bytes of text, elements of lists and maps, else 1.
  [[nodiscard]] std::size_t size() const;
  // How many bytes it holds in memory, about, without what is inside its elements.
  [[nodiscard]] std::size_t weight() const;
  // Levels of lists and maps: 0 for what is neither, 1 for a list of numbers.
  [[nodiscard]] int depth() const noexcept;
  // The same text, list or map in memory; false says nothing.
  [[nodiscard]] bool same_as(const Value& other) const;

 private:
  template <typename Elements>
  struct Nested;
  using State = std::variant<std::monostate,
                             bool,
                             std::int64_t,
                             std::uint64_t,
                             double,
                             std::shared_ptr<const std::string>,
                             std::shared_ptr<const Nested<ValueList>>,
                             std::shared_ptr<const Nested<ValueMap>>,
                             std::chrono::sys_seconds>;
  explicit Value(State state) : state_(std::move(state)) {}

  State state_;
  GoType type_ = GoType::usual;
};

}  // namespace agent::manifest
