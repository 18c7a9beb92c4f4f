#include "agent/manifest/language.hpp"

#include "agent/base/core/assert.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace agent::manifest {
namespace {

struct KindName {
  std::string_view name;
  KeyKind kind;
};
constexpr std::array<KindName, 12> k_kinds = {{{"text", KeyKind::text},
                                               {"bool", KeyKind::boolean},
                                               {"int", KeyKind::integer},
                                               {"uint", KeyKind::unsigned_integer},
                                               {"port", KeyKind::port},
                                               {"float", KeyKind::real},
                                               {"boolstring", KeyKind::bool_text},
                                               {"uintstring", KeyKind::unsigned_text},
                                               {"any", KeyKind::any},
                                               {"texts", KeyKind::texts},
                                               {"textmap", KeyKind::text_map},
                                               {"anymap", KeyKind::any_map}}};

// Takes what stands before `at`, and `at` itself.
std::string_view take_until(std::string_view& text, std::string_view at) {
  const auto end = std::min(text.find(at), text.size());
  const auto taken = text.substr(0, end);
  text.remove_prefix(std::min(end + at.size(), text.size()));
  return taken;
}

std::string_view take_word(std::string_view& text) {
  return take_until(text, " ");
}

// A key whose records are of a type that may be defined further on.
struct Reference {
  std::size_t type = 0;
  std::size_t key = 0;
  std::string_view name;
};

class Reader {
 public:
  void read(std::string_view text) {
    while (!text.empty()) {
      auto line = take_until(text, "\n");
      if (line.starts_with("type ")) {
        take_word(line);
        const auto name = take_until(line, " | ");
        types_.push_back({name, line, {}});
      } else if (line.starts_with("  ")) {
        line.remove_prefix(2);
        read_key(line);
      }
    }
  }

  std::vector<LanguageType> take() && {
    for (const auto& reference : references_) {
      const auto found = std::find_if(types_.begin(), types_.end(), [&](const LanguageType& type) {
        return type.name == reference.name;
      });
      BASE_ASSERT(found != types_.end());
      types_[reference.type].keys[reference.key].type = &*found;
    }
    return std::move(types_);
  }

 private:
  void read_key(std::string_view line) {
    auto head = take_until(line, " | ");
    LanguageKey key;
    key.description = line;
    key.name = take_word(head);
    read_kind(take_word(head), key);
    while (!head.empty()) {
      read_rule(take_word(head), key);
    }
    types_.back().keys.push_back(std::move(key));
  }

  void read_kind(std::string_view word, LanguageKey& key) {
    if (word.find(':') == std::string_view::npos) {
      const auto* const found = std::find_if(
          k_kinds.begin(), k_kinds.end(), [&](const KindName& kind) { return kind.name == word; });
      BASE_ASSERT(found != k_kinds.end());
      key.kind = found->kind;
      return;
    }
    const auto shape = take_until(word, ":");
    const bool list = shape == "list" || shape == "raw";
    key.kind = list ? KeyKind::records : KeyKind::record;
    key.depth = shape == "raw" ? Depth::types : Depth::rules;
    key.absence = shape == "must" ? Absence::as_empty : Absence::allowed;
    references_.push_back({types_.size() - 1, types_.back().keys.size(), word});
  }

  static void read_rule(std::string_view word, LanguageKey& key) {
    if (word == "omitempty") {
      key.optional = true;
    } else if (word == "exists") {
      key.null_items = NullItems::refused;
    } else if (word == "nullable") {
      key.null_items = NullItems::skipped;
    } else if (word.starts_with("each:")) {
      key.item_rules.push_back(word.substr(5));
    } else if (word.starts_with("in:")) {
      word.remove_prefix(3);
      while (!word.empty()) {
        key.words.push_back(take_until(word, ","));
      }
    } else {
      key.rules.push_back(word);
    }
  }

  std::vector<LanguageType> types_;
  std::vector<Reference> references_;
};

std::vector<LanguageType> read_language() {
  Reader reader;
  for (const auto part : {root_language(),
                          settings_language(),
                          operations_language(),
                          container_language(),
                          extension_language()}) {
    reader.read(part);
  }
  return std::move(reader).take();
}

}  // namespace

const LanguageKey* LanguageType::find(std::string_view key) const {
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const LanguageKey& candidate) {
    return candidate.name == key;
  });
  return found == keys.end() ? nullptr : &*found;
}

const std::vector<LanguageType>& language_types() {
  static const auto types = read_language();
  return types;
}

const LanguageType& language() {
  return language_types().front();
}

}  // namespace agent::manifest
