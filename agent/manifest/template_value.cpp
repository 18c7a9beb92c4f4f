#include "agent/manifest/template_value.hpp"

#include "agent/base/core/assert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace agent::manifest {
namespace {

int depth_of(const Value& element) {
  return element.depth();
}

int depth_of(const ValueMap::value_type& entry) {
  return entry.second.depth();
}

}  // namespace

template <typename Elements>
struct Value::Nested {
  explicit Nested(Elements all) : elements(std::move(all)) {
    for (const auto& element : elements) {
      depth = std::max(depth, depth_of(element) + 1);
    }
  }

  Elements elements;
  int depth = 1;
};

Value Value::text(std::string value) {
  return Value(State(std::make_shared<const std::string>(std::move(value))));
}

Value Value::list(ValueList value) {
  return Value(State(std::make_shared<const Nested<ValueList>>(std::move(value))));
}

Value Value::list_of_text(const std::vector<std::string>& texts) {
  ValueList values;
  values.reserve(texts.size());
  for (const auto& element : texts) {
    values.push_back(text(element));
  }
  return list(std::move(values)).as_type(GoType::texts);
}

Value Value::map(ValueMap value) {
  return Value(State(std::make_shared<const Nested<ValueMap>>(std::move(value))));
}

ValueKind Value::kind() const noexcept {
  return static_cast<ValueKind>(state_.index());
}

bool Value::as_boolean() const {
  BASE_ASSERT(kind() == ValueKind::boolean);
  return *std::get_if<bool>(&state_);
}

std::int64_t Value::as_integer() const {
  BASE_ASSERT(kind() == ValueKind::integer);
  return *std::get_if<std::int64_t>(&state_);
}

std::uint64_t Value::as_unsigned() const {
  BASE_ASSERT(kind() == ValueKind::unsigned_integer);
  return *std::get_if<std::uint64_t>(&state_);
}

double Value::as_real() const {
  BASE_ASSERT(kind() == ValueKind::real);
  return *std::get_if<double>(&state_);
}

const std::string& Value::as_text() const {
  BASE_ASSERT(kind() == ValueKind::text);
  return **std::get_if<std::shared_ptr<const std::string>>(&state_);
}

const ValueList& Value::as_list() const {
  BASE_ASSERT(kind() == ValueKind::list);
  return (*std::get_if<std::shared_ptr<const Nested<ValueList>>>(&state_))->elements;
}

const ValueMap& Value::as_map() const {
  BASE_ASSERT(kind() == ValueKind::map);
  return (*std::get_if<std::shared_ptr<const Nested<ValueMap>>>(&state_))->elements;
}

std::chrono::sys_seconds Value::as_time() const {
  BASE_ASSERT(kind() == ValueKind::time);
  return *std::get_if<std::chrono::sys_seconds>(&state_);
}

bool Value::truth() const {
  switch (kind()) {
    case ValueKind::nil:
      return false;
    case ValueKind::boolean:
      return as_boolean();
    case ValueKind::integer:
      return as_integer() != 0;
    case ValueKind::unsigned_integer:
      return as_unsigned() != 0;
    case ValueKind::real:
      return as_real() != 0.0;
    case ValueKind::text:
      return !as_text().empty();
    case ValueKind::list:
      return !as_list().empty();
    case ValueKind::map:
      return !as_map().empty();
    case ValueKind::time:
      return true;
  }
  return false;
}

Value Value::as_type(GoType type) const {
  auto value = *this;
  value.type_ = type;
  return value;
}

std::string_view Value::type_name() const noexcept {
  constexpr std::array<std::string_view, 9> k_names = {"<nil>",
                                                       "bool",
                                                       "int",
                                                       "uint64",
                                                       "float64",
                                                       "string",
                                                       "[]interface {}",
                                                       "map[string]interface {}",
                                                       "time.Time"};
  switch (type_) {
    case GoType::usual:
      break;
    case GoType::int64:
      return "int64";
    case GoType::texts:
      return kind() == ValueKind::map ? "map[string]string" : "[]string";
    case GoType::ints:
      return "[]int";
    case GoType::lists:
      return "[][]interface {}";
    case GoType::version:
      return "*semver.Version";
  }
  return k_names.at(state_.index());
}

std::size_t Value::size() const {
  switch (kind()) {
    case ValueKind::text:
      return as_text().size();
    case ValueKind::list:
      return as_list().size();
    case ValueKind::map:
      return as_map().size();
    case ValueKind::nil:
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
    case ValueKind::real:
    case ValueKind::time:
      break;
  }
  return 1;
}

std::size_t Value::weight() const {
  constexpr std::size_t k_entry = 128;  // Of a map: the node of a tree, and its key.
  switch (kind()) {
    case ValueKind::list:
      return size() * sizeof(Value);
    case ValueKind::map:
      return size() * k_entry;
    case ValueKind::text:
    case ValueKind::nil:
    case ValueKind::boolean:
    case ValueKind::integer:
    case ValueKind::unsigned_integer:
    case ValueKind::real:
    case ValueKind::time:
      break;
  }
  return size();
}

int Value::depth() const noexcept {
  if (const auto* list = std::get_if<std::shared_ptr<const Nested<ValueList>>>(&state_)) {
    return (*list)->depth;
  }
  if (const auto* map = std::get_if<std::shared_ptr<const Nested<ValueMap>>>(&state_)) {
    return (*map)->depth;
  }
  return 0;
}

bool Value::same_as(const Value& other) const {
  return depth() > 0 && state_ == other.state_;
}

}  // namespace agent::manifest
