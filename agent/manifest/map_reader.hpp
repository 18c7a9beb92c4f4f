#pragma once
// Reads the keys of one YAML mapping into typed fields. The keys that were asked for are the known
// ones: `finish` warns about the rest. What does not fit is reported and read as if it were
// missing.

#include "agent/base/data/yaml.hpp"
#include "agent/manifest/diagnostic.hpp"
#include "agent/manifest/scalars.hpp"

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace agent::manifest {

// Collects what is wrong with a document.
class Findings {
 public:
  void error(std::string_view code, std::string path, Position at, std::string message);
  void warning(std::string_view code, std::string path, Position at, std::string message);
  void error(std::string_view code, const Text& text, std::string message) {
    error(code, text.path, text.at, std::move(message));
  }
  // In the order of the document.
  std::vector<Diagnostic> take() &&;

 private:
  void add(Diagnostic diagnostic);
  std::vector<Diagnostic> diagnostics_;
};

class MapReader {
 public:
  // A node that is not a mapping is reported, null excepted, and read as an empty one. The node
  // must outlive the reader.
  MapReader(Findings& findings, const base::data::YamlNode& node, std::string path);

  [[nodiscard]] bool given(std::string_view key);  // There and not null.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] Position position() const noexcept { return node_.position; }
  [[nodiscard]] Findings& findings() noexcept { return findings_; }

  Text text(std::string_view key);
  Text required_text(std::string_view key);
  bool boolean(std::string_view key);
  // A boolean or text that is one, or a template.
  Text bool_text(std::string_view key);
  // Digits, or a template.
  Text unsigned_text(std::string_view key);
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds otherwise);
  std::vector<Text> texts(std::string_view key);
  std::optional<base::data::YamlNode> any(std::string_view key);

  // The mapping at a key, when it is given.
  template <typename Read>
  void map(std::string_view key, Read read) {
    if (const auto* node = take(key); node != nullptr) {
      MapReader inner(findings_, *node, path_of(key));
      read(inner);
      inner.finish();
    }
  }

  // Each mapping of the list at a key.
  template <typename Read>
  void maps(std::string_view key, Read read) {
    const auto* node = sequence(key);
    for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
      const auto item_path = path_of(key) + "[" + std::to_string(i) + "]";
      if (present(node->items[i], item_path)) {
        MapReader inner(findings_, node->items[i], item_path);
        read(inner);
        inner.finish();
      }
    }
  }

  void ignore(std::initializer_list<std::string_view> keys);
  void finish();

  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] const std::vector<base::data::YamlEntry>& entries() const noexcept {
    return node_.entries;
  }

 private:
  const base::data::YamlNode* take(std::string_view key);
  const base::data::YamlNode* sequence(std::string_view key);
  bool present(const base::data::YamlNode& item, const std::string& path);
  Text scalar(const base::data::YamlNode& node, std::string path);

  Findings& findings_;
  const base::data::YamlNode& node_;
  std::string path_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace agent::manifest
