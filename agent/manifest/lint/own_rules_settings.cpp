#include "agent/manifest/lint/own_rules.hpp"
#include "agent/manifest/template_lexer.hpp"
#include "agent/manifest/template_literal.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

namespace agent::manifest::lint {
namespace {

std::set<std::string> setting_names(const Value& values) {
  std::set<std::string> names;
  for (const auto& group : values.at("config").items) {
    for (const auto& item : group->at("items").items) {
      names.insert(item->at("name").text());
      for (const auto& child : item->at("items").items) {
        names.insert(child->at("name").text());
      }
    }
  }
  return names;
}

std::optional<std::string> literal_of(const Token& token) {
  return token.kind == TokenKind::string       ? unescape(token.text, '"')
         : token.kind == TokenKind::raw_string ? std::optional(token.text)
                                               : std::nullopt;
}

// Only names that are written out: one that is put together is known when it is rendered.
std::vector<std::string> settings_asked_for(std::string_view text) {
  std::vector<std::string> names;
  const auto tokens = lex_template(text);
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (tokens[i].kind == TokenKind::identifier && tokens[i].text.starts_with("ConfigOption") &&
        tokens[i + 1].kind == TokenKind::space) {
      if (auto name = literal_of(tokens[i + 2])) {
        names.push_back(std::move(*name));
      }
    }
  }
  return names;
}

}  // namespace

void find_unknown_settings(const Subject& subject, OwnFindings& findings) {
  const auto known = setting_names(subject.values);
  each_scalar(subject.values, "", [&](const Value& value, const std::string& path) {
    if (!value.is_string() || value.string.find(k_open_delimiter) == std::string::npos) {
      return;
    }
    std::set<std::string> told;
    for (const auto& name : settings_asked_for(value.string)) {
      if (!known.contains(name) && told.insert(name).second) {
        findings.push_back(
            {"slipway-unknown-setting",
             "warn",
             fmt::format("There is no setting '{:.80}' under `config`: add it or mend the name",
                         name),
             {path}});
      }
    }
  });
}

}  // namespace agent::manifest::lint
