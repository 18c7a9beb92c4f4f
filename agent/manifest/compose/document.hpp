#pragma once
// The manifest that is being written, as a tree. Inside this library only.

#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest::compose {

struct OutEntry;

struct Out {
  enum class Kind { text, word, list, map };  // A word stands as it is: true, 5, [].

  Kind kind = Kind::text;
  std::string text;
  std::vector<Out> items;
  std::vector<OutEntry> entries;

  [[nodiscard]] bool is_empty() const;
  // Adds a key; nothing for an empty list or mapping.
  void set(std::string key, Out value);
  // The same for text that is not empty.
  void set_text(std::string key, std::string value);
  void add(Out value);
};

struct OutEntry {
  std::string key;
  Out value;
};

Out text(std::string value);
Out word(std::string value);
Out list();
Out map();

// Block style, two blanks deeper each; text is quoted where YAML 1.1 would take it for something
// else, and text of several lines is a literal block. Ends in a newline.
std::string to_yaml(const Out& root);

}  // namespace agent::manifest::compose
