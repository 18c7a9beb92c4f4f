#include "agent/manifest/lint/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace agent::manifest::lint {
namespace {

const Value& undefined() {
  static const Value value;
  return value;
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A key that the language orders as a number: no leading zero, below 2^32-1.
std::optional<std::size_t> index_of(std::string_view key) {
  std::size_t index = 0;
  if (!is_digits(key) || (key.size() > 1 && key.front() == '0') || key.size() > 10) {
    return std::nullopt;
  }
  std::from_chars(key.data(), key.data() + key.size(), index);
  return index < 4'294'967'295U ? std::optional(index) : std::nullopt;
}

std::string joined(const std::vector<ValuePtr>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    text += (i == 0 ? "" : ",") + (items[i]->is_nothing() ? "" : items[i]->text());
  }
  return text;
}

}  // namespace

ValuePtr Value::of(Kind kind) {
  auto value = std::make_shared<Value>();
  value->kind = kind;
  return value;
}

ValuePtr Value::of(std::string text) {
  auto value = of(Kind::string);
  value->string = std::move(text);
  return value;
}

ValuePtr Value::of(double number) {
  auto value = of(Kind::number);
  value->number = number;
  return value;
}

ValuePtr Value::of(bool boolean) {
  auto value = of(Kind::boolean);
  value->boolean = boolean;
  return value;
}

bool Value::truthy() const {
  switch (kind) {
    case Kind::undefined:
    case Kind::null:
      return false;
    case Kind::boolean:
      return boolean;
    case Kind::number:
      return number != 0 && !std::isnan(number);
    case Kind::string:
      return !string.empty();
    case Kind::array:
    case Kind::object:
    case Kind::opaque:
      return true;
  }
  return false;
}

bool Value::empty() const {
  return string.empty() && items.empty() && entries_.empty();
}

std::string Value::text() const {
  switch (kind) {
    case Kind::undefined:
      return "undefined";
    case Kind::null:
      return "null";
    case Kind::boolean:
      return boolean ? "true" : "false";
    case Kind::number:
      return number_text(number);
    case Kind::string:
    case Kind::opaque:
      return string;
    case Kind::array:
      return joined(items);
    case Kind::object:
      return "[object Object]";
  }
  return "";
}

const Value::Entry* Value::find(std::string_view key) const {
  if (!index_.empty()) {
    const auto known = index_.find(std::string(key));
    return known == index_.end() ? nullptr : &entries_[known->second];
  }
  const auto found = std::find_if(
      entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.first == key; });
  return found == entries_.end() ? nullptr : &*found;
}

const Value& Value::at(std::string_view key) const {
  if (kind == Kind::array) {
    const auto index = index_of(key);
    return index && *index < items.size() ? *items[*index] : undefined();
  }
  const auto* const entry = find(key);
  return entry == nullptr ? undefined() : *entry->second;
}

bool Value::has(std::string_view key) const {
  if (kind == Kind::array) {
    const auto index = index_of(key);
    return index && *index < items.size();
  }
  return find(key) != nullptr;
}

void Value::set(std::string key, ValuePtr value) {
  constexpr std::size_t k_many = 16;
  if (const auto* const entry = find(key); entry != nullptr) {
    entries_[static_cast<std::size_t>(entry - entries_.data())].second = std::move(value);
    return;
  }
  entries_.emplace_back(std::move(key), std::move(value));
  if (entries_.size() < k_many) {
    return;
  }
  for (std::size_t i = index_.size(); i < entries_.size(); ++i) {
    index_.emplace(entries_[i].first, i);
  }
}

std::vector<Value::Entry> Value::entries() const {
  if (kind == Kind::array) {
    std::vector<Entry> all;
    for (std::size_t i = 0; i < items.size(); ++i) {
      all.emplace_back(std::to_string(i), items[i]);
    }
    return all;
  }
  std::vector<Entry> ordered = entries_;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Entry& a, const Entry& b) {
    const auto first = index_of(a.first);
    const auto second = index_of(b.first);
    return first && (!second || *first < *second);
  });
  return ordered;
}

const Value& value_at(const Value& root, const Path& path) {
  const Value* value = &root;
  for (const auto& step : path) {
    value = &value->at(step);
  }
  return *value;
}

bool has_path(const Value& root, const Path& path) {
  const Value* value = &root;
  for (const auto& step : path) {
    if (!value->has(step)) {
      return false;
    }
    value = &value->at(step);
  }
  return true;
}

void each_scalar(const Value& value, const std::string& path, const ScalarVisitor& visit) {
  for (const auto& [key, inner] : value.entries()) {
    const auto inner_path = path.empty() ? key : fmt::format("{}.{}", path, key);
    if (inner->is_object() || inner->is_array()) {
      each_scalar(*inner, inner_path, visit);
    } else if (inner->kind != Value::Kind::opaque) {
      visit(*inner, inner_path);
    }
  }
}

Path steps_of(std::string_view path) {
  Path steps;
  std::string step;
  bool open = false;  // A step has begun, be it empty: "a." ends in an empty one.
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    if (c == '.') {
      if (i == 0 || open || path[i - 1] == '.') {
        steps.push_back(std::exchange(step, ""));
      }
      open = false;
      if (i + 1 == path.size()) {
        steps.emplace_back();
      }
    } else if (c == '[' || c == ']') {
      if (open) {
        steps.push_back(std::exchange(step, ""));
      }
      open = false;
    } else {
      step += c;
      open = true;
    }
  }
  if (open) {
    steps.push_back(step);
  }
  return steps;
}

std::string number_text(double number) {
  if (std::isnan(number)) {
    return "NaN";
  }
  if (std::isinf(number)) {
    return number < 0 ? "-Infinity" : "Infinity";
  }
  if (number == 0) {
    return "0";
  }
  const double size = std::abs(number);
  if (size >= 1e-6 && size < 1e21) {
    // Shortest digits that give the number back, never with an exponent.
    auto text = fmt::format("{}", number);
    if (text.find('e') == std::string::npos) {
      return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
    }
    std::array<char, 400> fixed{};
    const auto end =
        std::to_chars(fixed.data(), fixed.data() + fixed.size(), number, std::chars_format::fixed);
    return {fixed.data(), end.ptr};
  }
  auto text = fmt::format("{}", number);
  const auto exponent = text.find('e');
  const auto zero = text.find('0', exponent);
  // "1e+07" there is "1e+7" here.
  if (exponent != std::string::npos && zero == exponent + 2 && zero + 1 < text.size()) {
    text.erase(zero, 1);
  }
  return text;
}

}  // namespace agent::manifest::lint
