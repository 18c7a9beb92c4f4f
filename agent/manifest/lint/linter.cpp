#include "agent/manifest/lint/linter.hpp"

#include "agent/manifest/lint/schema.hpp"
#include "agent/manifest/lint/yaml_node.hpp"

#include <algorithm>

namespace agent::manifest::lint {
namespace {

constexpr std::u16string_view k_separator = u"---\n";

struct Document {
  std::u16string text;
  long offset = 0;  // Of its first unit in the file.
  bool use_schema = true;
};

bool is_comment_or_blank(std::u16string_view line) {
  const auto first = line.find_first_not_of(u" \t\r");
  return first == std::u16string_view::npos || line[first] == u'#';
}

// Lines that are a separator and have something other than comments before them.
bool has_several_documents(std::u16string_view text) {
  bool content = false;
  bool separator = false;
  while (!text.empty()) {
    const auto end = std::min(text.find(u'\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.ends_with(u'\r')) {
      line.remove_suffix(1);
    }
    if (line == u"---") {
      if (content || separator) {
        return true;
      }
      separator = true;
    } else {
      content = content || !is_comment_or_blank(line);
    }
  }
  return false;
}

Document document_of(const std::u16string& text) {
  const auto first = text.find(k_separator);
  if (first == std::u16string::npos || !has_several_documents(text)) {
    return {text};
  }
  const auto start = first + k_separator.size();
  return {
      text.substr(start, text.find(k_separator, start) - start), static_cast<long>(start), false};
}

std::string shown(const Path& path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i].find('.') != std::string::npos) {
      text += "[\"" + path[i] + "\"]";
    } else {
      text += (i == 0 ? "" : ".") + path[i];
    }
  }
  return text;
}

class Linter {
 public:
  Linter(const LineIndex& lines, long offset, const YamlTree& tree)
      : lines_(lines), offset_(offset), tree_(tree) {}

  [[nodiscard]] std::vector<Range> ranges(const Path& path) const {
    std::vector<Range> found;
    for (const auto* const node : nodes_at(tree_.root, path)) {
      // A position within the document, a line and a column within the file.
      const auto start = lines_.find(node->start + offset_);
      const auto end = lines_.find(node->end + offset_);
      found.push_back({shown(path),
                       {node->start, start.value_or(LineColumn{-1, -1})},
                       Place{node->end, end.value_or(LineColumn{-1, -1})}});
    }
    return found;
  }

  [[nodiscard]] Result result(std::string rule,
                              std::string_view type,
                              std::string message,
                              std::vector<Range> positions) const {
    if (!positions.empty()) {
      message += " [" + *positions.front().path + "]";
    }
    return {std::move(rule), type, std::move(message), std::move(positions)};
  }

  [[nodiscard]] std::vector<Result> schema_results() const {
    std::vector<Result> results;
    for (auto& fault : check_schema(*tree_.value)) {
      Path path;
      for (std::string_view rest = fault.pointer; !rest.empty();) {
        const auto end = std::min(rest.find('/', 1), rest.size());
        path.emplace_back(rest.substr(1, end - 1));
        rest.remove_prefix(end);
      }
      results.push_back(
          result("prop-schema-valid", "error", std::move(fault.message), ranges(path)));
    }
    return results;
  }

  [[nodiscard]] std::vector<Result> rule_results(Scheduler scheduler) const {
    std::vector<Result> results;
    for (auto& rule : original_rules(scheduler)) {
      const auto match = rule.predicate(*tree_.value);
      if (match.matched) {
        results.push_back(result(std::move(rule.id),
                                 rule.type,
                                 std::move(rule.message),
                                 places_of(match.paths.value_or(std::vector<std::string>{}))));
      }
    }
    return results;
  }

 private:
  // When nothing is there, what should contain it is shown.
  [[nodiscard]] std::vector<Range> places_of(const std::vector<std::string>& paths) const {
    std::vector<Range> all;
    const auto look = [&](std::string_view path) {
      auto found = ranges(steps_of(path));
      std::move(found.begin(), found.end(), std::back_inserter(all));
    };
    for (const auto& path : paths) {
      look(path);
    }
    if (all.empty()) {
      for (const auto& path : paths) {
        const auto dot = path.rfind('.');
        look(dot == std::string::npos ? "" : std::string_view(path).substr(0, dot));
      }
    }
    return all;
  }

  const LineIndex& lines_;
  long offset_;
  const YamlTree& tree_;
};

Result empty_document() {
  return {"mesg-yaml-not-empty", "error", "Document must not be empty", {}};
}

Result broken_document(const YamlFault& fault, const LineIndex& lines, long offset) {
  Result result{"mesg-yaml-valid", "error", fault.message, {}};
  // A fault at the very beginning is taken for one without a place.
  if (fault.position && *fault.position != 0) {
    const auto at = lines.find(*fault.position + offset);
    result.positions.push_back(
        {std::nullopt,
         {*fault.position + offset, at.value_or(LineColumn{lines.line_count(), 0})},
         std::nullopt});
  }
  return result;
}

}  // namespace

std::vector<Result> lint_as_original(std::string_view text, Scheduler scheduler) {
  const auto units = to_utf16(text);
  const auto document = document_of(units);
  const LineIndex lines(units);
  const auto tree = read_tree(document.text);
  if (tree.fault) {
    return {broken_document(*tree.fault, lines, document.offset)};
  }
  if (!tree.value || !tree.value->truthy()) {
    return {empty_document()};
  }
  const Linter linter(lines, document.offset, tree);
  if (document.use_schema) {
    if (auto results = linter.schema_results(); !results.empty()) {
      return results;
    }
  }
  return linter.rule_results(scheduler);
}

}  // namespace agent::manifest::lint
