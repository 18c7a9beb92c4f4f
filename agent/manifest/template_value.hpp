#pragma once
// The values of the template language: Go's basic kinds, lists and maps. Copies are cheap: text,
// lists and maps are shared and never change.

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

enum class ValueKind { nil, boolean, integer, unsigned_integer, real, text, list, map };

class Value {
 public:
  Value() = default;  // nil
  static Value boolean(bool value) { return Value(State(value)); }
  static Value integer(std::int64_t value) { return Value(State(value)); }
  static Value unsigned_integer(std::uint64_t value) { return Value(State(value)); }
  static Value real(double value) { return Value(State(value)); }
  static Value text(std::string value);
  static Value list(ValueList value);
  static Value list_of_text(const std::vector<std::string>& texts);
  static Value map(ValueMap value);

  [[nodiscard]] ValueKind kind() const noexcept;

  // Contract: only for a value of that kind.
  [[nodiscard]] bool as_boolean() const;
  [[nodiscard]] std::int64_t as_integer() const;
  [[nodiscard]] std::uint64_t as_unsigned() const;
  [[nodiscard]] double as_real() const;
  [[nodiscard]] const std::string& as_text() const;
  [[nodiscard]] const ValueList& as_list() const;
  [[nodiscard]] const ValueMap& as_map() const;

  // Go's rule: false, 0, nil and whatever is empty are not true.
  [[nodiscard]] bool truth() const;
  // The name Go's %T gives.
  [[nodiscard]] std::string_view type_name() const noexcept;
  // Bytes of text, elements of lists and maps, else 1.
  [[nodiscard]] std::size_t size() const;
  // How many bytes it holds in memory, about, without what is inside its elements.
  [[nodiscard]] std::size_t weight() const;

 private:
  using State = std::variant<std::monostate,
                             bool,
                             std::int64_t,
                             std::uint64_t,
                             double,
                             std::shared_ptr<const std::string>,
                             std::shared_ptr<const ValueList>,
                             std::shared_ptr<const ValueMap>>;
  explicit Value(State state) : state_(std::move(state)) {}

  State state_;
};

}  // namespace agent::manifest
