#pragma once
// Reads the keys of one YAML mapping into typed fields. What does not fit is read as if it were
// missing; check_language.hpp tells of it.

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
  // `asked` collects the paths of all keys that readers ask for, there or not.
  explicit Findings(std::set<std::string>* asked = nullptr) : asked_(asked) {}

  void error(std::string_view code, std::string path, Position at, std::string message);
  void warning(std::string_view code, std::string path, Position at, std::string message);
  void error(std::string_view code, const Text& text, std::string message) {
    error(code, text.path, text.at, std::move(message));
  }
  // In the order of the document.
  std::vector<Diagnostic> take() &&;

  void note_asked(const std::string& path) {
    if (asked_ != nullptr) {
      asked_->insert(path);
    }
  }
  [[nodiscard]] bool notes_asked() const noexcept { return asked_ != nullptr; }

 private:
  void add(Diagnostic diagnostic);
  std::set<std::string>* asked_;
  std::vector<Diagnostic> diagnostics_;
};

class MapReader {
 public:
  // A node that is not a mapping is read as an empty one. The node must outlive the reader.
  MapReader(Findings& findings, const base::data::YamlNode& node, std::string path);

  [[nodiscard]] bool given(std::string_view key) const;  // There and not null.
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] Position position() const noexcept { return node_.position; }
  [[nodiscard]] Findings& findings() noexcept { return findings_; }

  [[nodiscard]] Text text(std::string_view key) const;
  [[nodiscard]] bool boolean(std::string_view key) const;
  // A boolean as "true" or "false"; other text as it is.
  [[nodiscard]] Text bool_text(std::string_view key) const;
  std::chrono::milliseconds duration(std::string_view key, std::chrono::milliseconds otherwise);
  [[nodiscard]] std::vector<Text> texts(std::string_view key) const;
  [[nodiscard]] std::optional<base::data::YamlNode> any(std::string_view key) const;

  // The mapping at a key, when it is given.
  template <typename Read>
  void map(std::string_view key, Read read) {
    if (const auto* node = take(key); node != nullptr) {
      MapReader inner(findings_, *node, path_of(key));
      read(inner);
    }
  }

  // Each mapping of the list at a key.
  template <typename Read>
  void maps(std::string_view key, Read read) {
    const auto* node = take(key);
    for (std::size_t i = 0; node != nullptr && i < node->items.size(); ++i) {
      if (node->items[i].kind == base::data::YamlNode::Kind::mapping) {
        MapReader inner(findings_, node->items[i], path_of(key) + "[" + std::to_string(i) + "]");
        read(inner);
      }
    }
  }

  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] const std::vector<base::data::YamlEntry>& entries() const noexcept {
    return node_.entries;
  }

 private:
  [[nodiscard]] const base::data::YamlNode* take(std::string_view key) const;

  Findings& findings_;
  const base::data::YamlNode& node_;
  std::string path_;
};

}  // namespace agent::manifest
