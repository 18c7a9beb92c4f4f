#pragma once
// One service on its way to a component of one container. Inside this library only.

#include "agent/manifest/compose/compose.hpp"
#include "agent/manifest/compose/variables.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace agent::manifest::compose {

using base::data::YamlNode;

// What all services share.
struct Context {
  const YamlNode& file;
  const ReadFile& read_file;
  Variables variables;
  std::vector<NotCarried> not_carried;

  void drop(std::string path, const YamlNode& node, std::string reason) {
    not_carried.push_back({std::move(path), node.position, std::move(reason)});
  }
  // `volumes:` and the like of the file itself.
  [[nodiscard]] const YamlNode* top(std::string_view section, std::string_view name) const;
};

struct Service {
  std::string name;
  std::string path;  // "services.web"
  const YamlNode& node;
  Out container = map();
  Out slipway = map();  // Its `slipway:`.
  Out config_files = list();
  Out customer_files = list();
  Out tmpfs = list();
  std::string image;                          // image_name, by which events name it.
  std::vector<std::string> depends_on;        // Healthy first.
  std::vector<std::string> after_completion;  // Of these services.
  std::string volumes_of;                     // Of this service.
  Out started_with = list();                  // Subscriptions of those that wait for its start.
  Out started_after = list();                 // Of those that wait for its end.

  [[nodiscard]] const YamlNode* find(std::string_view key) const;  // Null is as good as absent.
  [[nodiscard]] std::string path_of(std::string_view key) const {
    return path + "." + std::string(key);
  }
};

// Parts of a service, one source file each.
void convert_process(Service& service, Context& context);
void convert_storage(Service& service, Context& context);
void convert_files(Service& service, Context& context);
void convert_network(Service& service, Context& context);
void convert_life(Service& service, Context& context);
// The keys that the above do not carry over, each with its reason.
void drop_rest(const Service& service, Context& context);

// A sequence's texts, or the one text there is.
std::vector<std::string> texts_of(const YamlNode& node);
// The text at a key of a mapping; empty when there is none.
std::string text_at(const YamlNode& node, std::string_view key);
// `A=b` of a list, or the keys of a mapping; a name without a value has none.
std::vector<std::pair<std::string, const YamlNode*>> named_values(const YamlNode& node);
std::string value_of(const std::pair<std::string, const YamlNode*>& named);
bool has_value(const std::pair<std::string, const YamlNode*>& named);
std::vector<std::string> split(std::string_view text, char at);

}  // namespace agent::manifest::compose
