#include "agent/render/explain.hpp"

#include "agent/base/data/json.hpp"
#include "agent/manifest/template.hpp"
#include "agent/manifest/template_format.hpp"
#include "agent/render/deployment_json.hpp"
#include "agent/render/functions.hpp"
#include "agent/render/origins.hpp"
#include "agent/render/render.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace agent::render {
namespace {

using base::Result;
using base::data::Json;
using base::data::YamlNode;

// "a.b[0][x.y]" as words.
Place words_of(std::string_view path) {
  Place words(1);
  bool bracket = false;
  for (const char c : path) {
    const bool ends = bracket ? c == ']' : c == '.' || c == '[';
    if (!ends) {
      words.back() += c;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
    bracket = bracket ? c != ']' : c == '[';
  }
  if (words.back().empty()) {
    words.pop_back();
  }
  return words;
}

// What names an element of a list.
bool is_called(const Json& element, const std::string& name) {
  static constexpr std::array<const char*, 7> k_names = {
      "key", "name", "target", "container_port", "hostname", "path", "network"};
  return element.is_object() && std::any_of(k_names.begin(), k_names.end(), [&](const char* key) {
           const auto found = element.find(key);
           return found != element.end() &&
                  (found->is_string() ? found->get<std::string>() : found->dump()) == name;
         });
}

const Json* step(const Json& json, std::string& word) {
  if (json.is_object()) {
    const auto found = json.find(word);
    return found == json.end() ? nullptr : &*found;
  }
  if (!json.is_array()) {
    return nullptr;
  }
  const auto named = std::find_if(
      json.begin(), json.end(), [&](const Json& element) { return is_called(element, word); });
  const auto number = manifest::parse_unsigned(word);
  if (named == json.end() && (!number || *number >= json.size())) {
    return nullptr;
  }
  const auto at = named == json.end() ? *number : static_cast<std::uint64_t>(named - json.begin());
  word = std::to_string(at);
  return &json[at];
}

// The value at a path; names in `place` become numbers.
const Json* find_place(const Json& json, Place& place) {
  const auto* at = &json;
  for (auto& word : place) {
    at = step(*at, word);
    if (at == nullptr) {
      return nullptr;
    }
  }
  return place.empty() ? nullptr : at;
}

std::string path_text(const Json& json, const Place& place) {
  std::string text;
  const auto* at = &json;
  for (auto word : place) {
    text += at->is_array() ? "[" + word + "]" : (text.empty() ? "" : ".") + word;
    at = step(*at, word);
  }
  return text;
}

const YamlNode* find_node(const YamlNode& document, const std::string& path) {
  const auto* node = &document;
  for (const auto& word : words_of(path)) {
    if (node->kind == YamlNode::Kind::sequence) {
      const auto at = manifest::parse_unsigned(word);
      node = at && *at < node->items.size() ? &node->items[*at] : nullptr;
    } else {
      node = node->find(word);
    }
    if (node == nullptr || node->kind == YamlNode::Kind::null) {
      return nullptr;
    }
  }
  return node;
}

void collect_texts(const YamlNode& node, std::vector<std::string>& texts) {
  if (node.kind == YamlNode::Kind::scalar && manifest::has_template(node.text)) {
    texts.push_back(node.text);
  }
  for (const auto& item : node.items) {
    collect_texts(item, texts);
  }
  for (const auto& entry : node.entries) {
    collect_texts(entry.value, texts);
  }
}

ManifestKey key_of(const manifest::Text& text) {
  return {text.path, text.at, text.value};
}

manifest::FunctionTable expander_functions(const DocumentRequest& request,
                                           const Preparation& prepared) {
  auto table = template_functions({.manifest = prepared.manifest,
                                   .license = request.license,
                                   .facts = request.facts,
                                   .release = request.release});
  table.merge(config::setting_functions(prepared.resolution.settings));
  return table;
}

// Listens to the functions that take something from outside of the template.
class Listener {
 public:
  Listener(const DocumentRequest& request, const Preparation& prepared)
      : request_(request), prepared_(prepared) {
    functions_ = expander_functions(request, prepared);
    manifest::FunctionTable outside = config::setting_functions(prepared.resolution.settings);
    const FunctionSources sources{.manifest = prepared.manifest,
                                  .license = request.license,
                                  .facts = request.facts,
                                  .release = request.release};
    add_host_functions(outside, sources);
    add_release_functions(outside, sources);
    for (const auto& [name, function] : outside) {
      listen(name, functions_.at(name));
    }
  }

  void hear(const std::string& text) {
    // Its result is in the rendering, and so is its error, had there been one.
    static_cast<void>(manifest::expand_template(text, functions_, {.spent = &spent_}));
  }

  [[nodiscard]] std::vector<Source> take() && { return std::move(sources_); }

 private:
  void listen(const std::string& name, manifest::TemplateFunction& function) {
    function.call = [this, name, inner = function.call](const manifest::FunctionCall& call) {
      auto result = inner(call);
      note(name, call, result);
      return result;
    };
  }

  void note(const std::string& name,
            const manifest::FunctionCall& call,
            const Result<manifest::Value>& result) {
    Source source{.call = name};
    std::string first;
    for (const auto& argument : call.arguments) {
      const auto text = printed(argument);
      first = first.empty() ? text : first;
      source.call += fmt::format(" \"{}\"", text);
    }
    const bool known = std::any_of(sources_.begin(), sources_.end(), [&](const Source& other) {
      return other.call == source.call;
    });
    if (known) {
      return;
    }
    source.result = result ? printed(*result) : "";
    const bool setting = name.starts_with("ConfigOption");
    source.from = setting ? "" : place_of(name, first);
    const auto at = sources_.size();
    sources_.push_back(std::move(source));
    if (setting) {
      describe_setting(first, name == "ConfigOptionData", at);
    }
  }

  static std::string printed(const manifest::Value& value) {
    manifest::BoundedText out(std::size_t{1} << 20U);
    manifest::append_plain(out, value);
    return std::move(out).take();
  }

  static std::string place_of(const std::string& name, const std::string& argument) {
    if (name == "LicenseFieldValue") {
      return fmt::format("the licence's field '{}'", argument);
    }
    if (name == "LicenseProperty") {
      return "the licence";
    }
    return name.starts_with("App") ? "the facts of the release" : "the facts of the host";
  }

  void describe_setting(const std::string& name, bool data, std::size_t at) {
    const auto change = request_.changes.find(name);
    const bool given = change != request_.changes.end() &&
                       (data ? change->second.data : change->second.value).has_value();
    if (given) {
      sources_[at].from = "the settings given";
      return;
    }
    for (const auto& group : prepared_.manifest.groups) {
      for (const auto& item : group.items) {
        if (item.name.value == name) {
          const auto& command = data ? item.data_command : item.value_command;
          describe_default(command, item.default_command, item.value, item.default_value, at);
          return;
        }
        for (const auto& child : item.items) {
          if (child.name.value == name) {
            describe_default({}, {}, child.value, child.default_value, at);
            return;
          }
        }
      }
    }
    sources_[at].from = "nothing: there is no such setting";
  }

  void describe_default(const std::optional<manifest::CommandReference>& command,
                        const std::optional<manifest::CommandReference>& default_command,
                        const manifest::Text& value,
                        const manifest::Text& default_value,
                        std::size_t at) {
    if (command) {
      describe_command(*command, "its command, run once", at);
    } else if (!value.empty()) {
      describe_text(value, "its value in the manifest", at);
    } else if (default_command) {
      describe_command(*default_command, "its default's command", at);
    } else if (!default_value.empty()) {
      describe_text(default_value, "its default in the manifest", at);
    } else {
      sources_[at].from = "nothing: the setting has no value";
    }
  }

  void describe_text(const manifest::Text& text, std::string from, std::size_t at) {
    sources_[at].from = std::move(from);
    sources_[at].keys.push_back(key_of(text));
    hear(text.value);  // A setting inside it is heard once, so a circle ends.
  }

  void describe_command(const manifest::CommandReference& reference,
                        std::string from,
                        std::size_t at) {
    sources_[at].from = std::move(from);
    sources_[at].keys.push_back(key_of(reference.name));
    for (const auto& command : prepared_.manifest.commands) {
      if (command.name.value == reference.name.value) {
        sources_[at].keys.push_back(key_of(command.command));
      }
    }
  }

  const DocumentRequest& request_;
  const Preparation& prepared_;
  manifest::FunctionTable functions_;
  std::vector<Source> sources_;
  std::size_t spent_ = 0;
};

}  // namespace

Result<Explanation> explain(const DocumentRequest& request, std::string_view path) {
  BASE_TRY_ASSIGN(const auto prepared, prepare(request));
  BASE_TRY_ASSIGN(const auto deployment,
                  render({.manifest = prepared.manifest,
                          .settings = prepared.resolution.settings,
                          .license = request.license,
                          .facts = request.facts,
                          .release = request.release}));
  const auto json = document_json(deployment);
  auto place = words_of(path);
  const auto* const value = find_place(json, place);
  if (value == nullptr) {
    return base::Error{base::ErrorCode::not_found,
                       fmt::format("the rendering has no '{:.200}'", path),
                       "Give a path of it, such as containers[0].image.tag."};
  }
  Explanation explanation{.path = path_text(json, place), .value = base::data::canonical(*value)};
  const Expander expand(expander_functions(request, prepared));
  BASE_TRY_ASSIGN(const auto origins, origins_of(place, prepared.manifest, deployment, expand));
  BASE_TRY_ASSIGN(const auto yaml,
                  base::data::parse_first_yaml(request.text, base::data::YamlLimits{}));
  std::vector<std::string> texts;
  for (const auto& origin : origins) {
    const auto* const node = find_node(yaml.document, origin);
    if (node == nullptr) {
      explanation.defaults.push_back(origin);
      continue;
    }
    explanation.keys.push_back({origin, node->position, node->text});
    collect_texts(*node, texts);
  }
  if (!explanation.keys.empty()) {
    explanation.defaults.clear();  // Of several keys one is enough.
  }
  Listener listener(request, prepared);
  for (const auto& text : texts) {
    listener.hear(text);
  }
  explanation.sources = std::move(listener).take();
  return explanation;
}

}  // namespace agent::render
