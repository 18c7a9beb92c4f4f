#pragma once
// The language as data: every key there is, what it holds, and the rules of the original's daemon
// for it. Reading warns of other keys and refuses what breaks a rule; the JSON Schema for editors
// is made of it.

#include <string_view>
#include <vector>

namespace agent::manifest {

enum class KeyKind {
  text,     // Any scalar, as it is written.
  boolean,  // true or false, unquoted.
  integer,
  unsigned_integer,
  port,  // An integer of 32 bits.
  real,
  bool_text,      // A boolean, or text that is one or has a template.
  unsigned_text,  // Digits, or text with a template.
  any,
  texts,     // A list of scalars.
  text_map,  // Scalars by name.
  any_map,
  record,   // A mapping of type `type`; of Message also text.
  records,  // A list of such mappings.
};

// How much of a key's records the original looks at.
enum class Depth {
  rules,  // Types and rules.
  types,  // Types only: it never looked at the rules in there.
};

// Whether the rules of a record hold when the key is missing.
enum class Absence { allowed, as_empty };

// What an empty element of a list is.
enum class NullItems {
  as_empty,  // An element without keys.
  refused,   // Rule "exists".
  skipped,
};

struct LanguageType;

struct LanguageKey {
  std::string_view name;
  KeyKind kind = KeyKind::text;
  const LanguageType* type = nullptr;  // Of record and records.
  Depth depth = Depth::rules;
  Absence absence = Absence::allowed;
  bool optional = false;  // An empty value breaks no rule.
  NullItems null_items = NullItems::as_empty;
  std::vector<std::string_view> rules;       // In order; the first that is broken is told.
  std::vector<std::string_view> item_rules;  // Of each of `texts` or `text_map`.
  std::vector<std::string_view> words;       // That it usually holds, for editors.
  std::string_view description;
};

struct LanguageType {
  std::string_view name;
  std::string_view description;
  std::vector<LanguageKey> keys;

  [[nodiscard]] const LanguageKey* find(std::string_view key) const;
};

// The type of the document; all others are reached from it.
const LanguageType& language();

// By name; what a `records` or `record` key names is always there.
const std::vector<LanguageType>& language_types();

// The text that the above is made of, a part each: "type NAME | description", then its keys, deeper
// by two blanks: "NAME KIND [RULE…] | description". Inside this library only.
//   KIND   text bool int uint port float boolstring uintstring any texts textmap anymap, one:TYPE,
//          must:TYPE (its rules hold for a missing one too), list:TYPE, raw:TYPE (a list whose
//          elements' rules the original never looked at)
//   RULE   a rule's tag; omitempty; exists or nullable for empty elements; each:TAG for a rule of
//          every element; in:WORD,WORD… for words that it usually holds
std::string_view root_language();
std::string_view settings_language();
std::string_view operations_language();
std::string_view container_language();
std::string_view extension_language();

}  // namespace agent::manifest
