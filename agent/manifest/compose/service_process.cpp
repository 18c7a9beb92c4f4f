#include "agent/base/data/json.hpp"
#include "agent/manifest/compose/service.hpp"
#include "agent/manifest/scalars.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace agent::manifest::compose {
namespace {

// The words of a command line as a shell splits them: quotes and backslashes, nothing else.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::optional<std::string> word;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool escapes = c == '\\' && quote != '\'' && i + 1 < line.size();
    if (escapes) {
      word = word.value_or("") + line[++i];
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      word = word.value_or("");
    } else if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      if (word) {
        words.push_back(*std::exchange(word, std::nullopt));
      }
    } else {
      word = word.value_or("") + c;
    }
  }
  if (word) {
    words.push_back(*std::move(word));
  }
  return words;
}

// The command is JSON in text, where a quote inside a template would be written with a backslash.
std::string with_raw_strings(std::string text) {
  for (std::size_t at = text.find("{{repl"); at != std::string::npos;) {
    const auto end = text.find("}}", at);
    std::replace(text.begin() + static_cast<std::ptrdiff_t>(at),
                 text.begin() + static_cast<std::ptrdiff_t>(std::min(end, text.size())),
                 '"',
                 '`');
    at = text.find("{{repl", std::min(end, text.size()));
  }
  return text;
}

std::vector<std::string> command_words(const YamlNode& node, Variables& variables) {
  auto words = node.kind == YamlNode::Kind::scalar ? words_of(node.text) : texts_of(node);
  for (auto& word : words) {
    word = variables.as_template(word);
  }
  return words;
}

// "registry:5000/acme/web:1.2@sha256:…"
void convert_image(Service& service, Context& context) {
  const auto* const node = service.find("image");
  if (node == nullptr) {
    service.image = service.name;
    service.container.set_text("source", "public");
    service.container.set_text("image_name", service.image);
    service.container.set_text("version", "latest");
    return;
  }
  auto reference = node->text;
  if (const auto at = reference.find("@sha256:"); at != std::string::npos) {
    context.drop(service.path_of("image"),
                 *node,
                 "the digest is written by slipway-release, under slipway.image: the tag is kept");
    reference.resize(at);
  }
  // A colon inside `${…}` is none of the tag.
  std::size_t tag = std::string::npos;
  int depth = 0;
  for (std::size_t i = 0; i < reference.size(); ++i) {
    depth += reference[i] == '{' ? 1 : reference[i] == '}' ? -1 : 0;
    tag = reference[i] == '/' && depth == 0   ? std::string::npos
          : reference[i] == ':' && depth == 0 ? i
                                              : tag;
  }
  service.image = context.variables.as_template(reference.substr(0, tag));
  service.container.set_text("source", "public");
  service.container.set_text("image_name", service.image);
  service.container.set_text("version",
                             tag == std::string::npos
                                 ? "latest"
                                 : context.variables.as_template(reference.substr(tag + 1)));
}

void add_variable(Out& variables, const std::string& name, std::string value) {
  std::erase_if(variables.items,
                [&](const Out& other) { return other.entries.front().value.text == name; });
  auto variable = map();
  variable.set_text("name", name);
  variable.set("value", text(std::move(value)));
  variables.add(std::move(variable));
}

std::string without_quotes(std::string_view value) {
  const bool quoted =
      value.size() >= 2 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
  return std::string(quoted ? value.substr(1, value.size() - 2) : value);
}

void add_lines(const std::string& file, Out& variables) {
  for (auto line : split(file, '\n')) {
    line.erase(0, line.find_first_not_of(" \t"));
    line.erase(line.find_last_not_of(" \t\r") + 1);
    line.erase(0, line.starts_with("export ") ? 7 : 0);
    const auto equals = line.find('=');
    if (!line.starts_with('#') && equals != std::string::npos && equals > 0) {
      add_variable(variables, line.substr(0, equals), without_quotes(line.substr(equals + 1)));
    }
  }
}

void add_files(Service& service, Context& context, Out& variables) {
  const auto* const node = service.find("env_file");
  if (node == nullptr) {
    return;
  }
  const auto add = [&](const YamlNode& file) {
    const auto path = file.kind == YamlNode::Kind::scalar ? file.text : text_at(file, "path");
    if (const auto text = context.read_file(path)) {
      add_lines(*text, variables);
    } else if (text_at(file, "required") != "false") {
      context.drop(service.path_of("env_file"),
                   file,
                   fmt::format("'{}' cannot be read: write its variables into env_vars", path));
    }
  };
  if (node->kind != YamlNode::Kind::sequence) {
    add(*node);
  }
  std::for_each(node->items.begin(), node->items.end(), add);
}

void convert_environment(Service& service, Context& context) {
  auto variables = list();
  add_files(service, context, variables);
  if (const auto* const node = service.find("environment")) {
    for (const auto& named : named_values(*node)) {
      add_variable(
          variables,
          named.first,
          has_value(named) ? context.variables.as_template(value_of(named))
          : named.second->kind == YamlNode::Kind::null || node->kind == YamlNode::Kind::sequence
              ? context.variables.ask(named.first)
              : "");
    }
  }
  service.container.set("env_vars", std::move(variables));
}

void convert_labels(Service& service, Context& context) {
  auto labels = list();
  if (const auto* const node = service.find("labels")) {
    for (const auto& named : named_values(*node)) {
      labels.add(text(named.first + "=" +
                      (has_value(named) ? context.variables.as_template(value_of(named)) : "")));
    }
  }
  service.container.set("labels", std::move(labels));
  if (const auto* const file = service.find("label_file")) {
    context.drop(service.path_of("label_file"), *file, "write its labels into labels");
  }
}

struct TextKey {
  std::string_view compose;
  const char* manifest;
};

void convert_texts(Service& service, Context& context) {
  constexpr std::array<TextKey, 4> k_keys = {{{"container_name", "name"},
                                              {"user", "user"},
                                              {"hostname", "hostname"},
                                              {"cpu_shares", "cpu_shares"}}};
  for (const auto& [compose, manifest] : k_keys) {
    if (const auto* const node = service.find(compose)) {
      service.container.set_text(manifest, context.variables.as_template(node->text));
    }
  }
  const auto flag = [&](std::string_view key, const char* manifest, Out& into, const Out& yes) {
    const auto* const node = service.find(key);
    if (node != nullptr && parse_yaml_boolean(node->text).value_or(false)) {
      into.set(manifest, yes);
    }
  };
  flag("privileged", "privileged", service.container, word("true"));
  flag("tty", "allocate_tty", service.container, text("true"));
  flag("oom_kill_disable", "oom_kill_disable", service.container, word("true"));
  flag("read_only", "read_only", service.slipway, word("true"));
  flag("init", "init", service.slipway, word("true"));
  if (const auto* const node = service.find("stdin_open");
      node != nullptr && parse_yaml_boolean(node->text).value_or(false)) {
    context.drop(
        service.path_of("stdin_open"), *node, "nobody types into an appliance's container");
  }
}

void convert_lists(Service& service, Context& context) {
  const auto copy = [&](std::string_view key, const char* manifest, Out& into) {
    auto values = list();
    if (const auto* const node = service.find(key)) {
      for (const auto& value : texts_of(*node)) {
        values.add(text(context.variables.as_template(value)));
      }
    }
    into.set(manifest, std::move(values));
  };
  copy("cap_add", "security_cap_add", service.container);
  copy("security_opt", "security_options", service.container);
  copy("cap_drop", "cap_drop", service.slipway);
}

}  // namespace

void convert_process(Service& service, Context& context) {
  convert_image(service, context);
  convert_texts(service, context);
  if (const auto* const node = service.find("entrypoint")) {
    auto words = list();
    for (auto& each : command_words(*node, context.variables)) {
      words.add(text(std::move(each)));
    }
    service.container.set("entrypoint", std::move(words));
  }
  if (const auto* const node = service.find("command")) {
    auto words = base::data::Json::array();
    for (auto& each : command_words(*node, context.variables)) {
      words.push_back(with_raw_strings(std::move(each)));
    }
    service.container.set_text("cmd", base::data::canonical(words));
  }
  convert_environment(service, context);
  convert_labels(service, context);
  convert_lists(service, context);
}

}  // namespace agent::manifest::compose
