#include "agent/manifest/lint/linter.hpp"

#include "agent/manifest/lint/own_rules.hpp"
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

// Calls `visit` with each line, where it starts and where the next one does, until it returns
// false.
template <typename Visit>
void each_line(std::u16string_view text, const Visit& visit) {
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find(u'\n', start), text.size());
    auto line = text.substr(start, end - start);
    if (line.ends_with(u'\r')) {
      line.remove_suffix(1);
    }
    if (!visit(line, start, end + 1)) {
      return;
    }
    start = end + 1;
  }
}

// Lines that are a separator and have something other than comments before them.
bool has_several_documents(std::u16string_view text) {
  bool content = false;
  bool separator = false;
  bool several = false;
  each_line(text, [&](std::u16string_view line, std::size_t /*start*/, std::size_t /*next*/) {
    if (line == u"---") {
      several = content || separator;
      separator = true;
    } else {
      content = content || !is_comment_or_blank(line);
    }
    return !several;
  });
  return several;
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

// The first that is more than comments, as the agent reads it.
Document first_document_of(const std::u16string& text) {
  bool content = false;
  std::size_t start = 0;
  std::size_t end = text.size();
  each_line(text, [&](std::u16string_view line, std::size_t at, std::size_t next) {
    if (line != u"---") {
      content = content || !is_comment_or_blank(line);
    } else if (content) {
      end = at;
      return false;
    } else {
      start = std::min(next, text.size());
    }
    return true;
  });
  return {text.substr(start, end - start), static_cast<long>(start)};
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

  [[nodiscard]] static Result result(std::string rule,
                                     std::string_view type,
                                     std::string message,
                                     std::vector<Range> positions) {
    if (!positions.empty()) {
      message += " [" + *positions.front().path + "]";
    }
    return {std::move(rule), type, std::move(message), std::move(positions)};
  }

  [[nodiscard]] std::vector<Result> schema_results(std::vector<SchemaFault> faults) const {
    std::vector<Result> results;
    for (auto& fault : faults) {
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

  [[nodiscard]] Result own_result(Finding finding) const {
    return result(std::string(finding.rule),
                  finding.type,
                  std::move(finding.message),
                  places_of(finding.paths));
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

// The original's schema knows no key of ours.
bool is_about_extension(const SchemaFault& fault) {
  return fault.pointer.ends_with("/slipway") && fault.message.starts_with("Unknown property");
}

// The results that there are when the document cannot be looked at.
std::optional<Result> unreadable(const YamlTree& tree, const LineIndex& lines, long offset) {
  if (tree.fault) {
    return broken_document(*tree.fault, lines, offset);
  }
  if (!tree.value || !tree.value->truthy()) {
    return empty_document();
  }
  return std::nullopt;
}

}  // namespace

std::vector<Result> lint_as_original(std::string_view text, Scheduler scheduler) {
  const auto units = to_utf16(text);
  const auto document = document_of(units);
  const LineIndex lines(units);
  const auto tree = read_tree(document.text);
  if (auto result = unreadable(tree, lines, document.offset)) {
    return {std::move(*result)};
  }
  const Linter linter(lines, document.offset, tree);
  if (document.use_schema) {
    auto results = linter.schema_results(check_schema(*tree.value));
    if (!results.empty()) {
      return results;
    }
  }
  return linter.rule_results(scheduler);
}

std::vector<Result> lint(std::string_view text, Scheduler scheduler) {
  const auto units = to_utf16(text);
  const auto document = first_document_of(units);
  const LineIndex lines(units);
  const auto tree = read_tree(document.text);
  if (auto result = unreadable(tree, lines, document.offset)) {
    return {std::move(*result)};
  }
  const Linter linter(lines, document.offset, tree);
  auto faults = check_schema(*tree.value);
  std::erase_if(faults, is_about_extension);
  auto results = linter.schema_results(std::move(faults));
  if (results.empty()) {
    results = linter.rule_results(scheduler);
  }
  for (auto& finding : apply_own_rules(*tree.value, read_manifest(to_utf8(document.text)))) {
    results.push_back(linter.own_result(std::move(finding)));
  }
  return results;
}

}  // namespace agent::manifest::lint
