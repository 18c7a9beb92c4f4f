#include "agent/manifest/compose/service.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agent::manifest::compose {
namespace {

// A secret or a configuration that a service asks for.
struct Wanted {
  std::string source;
  std::string target;
  std::string mode;
  std::string owner;
};

Wanted wanted_of(const YamlNode& node, std::string_view folder) {
  Wanted wanted{
      .source = node.kind == YamlNode::Kind::mapping ? text_at(node, "source") : node.text,
      .target = text_at(node, "target"),
      .mode = text_at(node, "mode"),
      .owner = text_at(node, "uid")};
  if (const auto group = text_at(node, "gid"); !group.empty() && !wanted.owner.empty()) {
    wanted.owner += ":" + group;
  }
  if (wanted.target.empty()) {
    wanted.target = wanted.source;
  }
  if (!wanted.target.starts_with('/')) {
    wanted.target = std::string(folder) + wanted.target;
  }
  return wanted;
}

Out file_of(const Wanted& wanted, std::string_view kind) {
  auto file = map();
  file.set_text("filename", wanted.target);
  file.set_text("file_mode", wanted.mode.empty() && kind == "secrets" ? "0400" : wanted.mode);
  file.set_text("file_owner", wanted.owner);
  return file;
}

void add_content(Out file, std::string content, Service& service) {
  file.entries.insert(file.entries.begin() + 1, OutEntry{"contents", text(std::move(content))});
  service.config_files.add(std::move(file));
}

// The admin uploads what the vendor's machine has as a file.
void add_upload(Out file, const Wanted& wanted, Service& service, Context& context) {
  file.entries.insert(file.entries.begin(),
                      {"name", text(context.variables.ask_file(wanted.source, wanted.source))});
  service.customer_files.add(std::move(file));
}

class Files {
 public:
  Files(std::string_view section, std::string_view folder, Service& service, Context& context)
      : section_(section), folder_(folder), service_(service), context_(context) {}

  void add(const YamlNode& node, const std::string& path) {
    const auto wanted = wanted_of(node, folder_);
    const auto* const defined = context_.top(section_, wanted.source);
    if (defined == nullptr) {
      context_.drop(path, node, fmt::format("the file defines no '{:.80}'", wanted.source));
      return;
    }
    auto file = file_of(wanted, section_);
    if (const auto variable = text_at(*defined, "environment"); !variable.empty()) {
      add_content(std::move(file), context_.variables.ask(variable), service_);
    } else if (const auto* const content = defined->find("content")) {
      add_content(std::move(file), context_.variables.as_template(content->text), service_);
    } else if (section_ == "configs" && add_text(file, *defined)) {
      return;
    } else {
      add_upload(std::move(file), wanted, service_, context_);
    }
  }

 private:
  bool add_text(const Out& file, const YamlNode& defined) {
    const auto path = text_at(defined, "file");
    const auto content =
        path.empty() ? base::Error{base::ErrorCode::not_found, ""} : context_.read_file(path);
    if (!content || content->find('\0') != std::string::npos) {
      return false;
    }
    add_content(file, *content, service_);
    return true;
  }

  std::string_view section_;
  std::string_view folder_;
  Service& service_;
  Context& context_;
};

void convert_section(std::string_view section,
                     std::string_view folder,
                     Service& service,
                     Context& context) {
  const auto* const node = service.find(section);
  if (node == nullptr) {
    return;
  }
  Files files(section, folder, service, context);
  for (std::size_t i = 0; i < node->items.size(); ++i) {
    files.add(node->items[i], fmt::format("{}[{}]", service.path_of(section), i));
  }
}

}  // namespace

void convert_files(Service& service, Context& context) {
  convert_section("configs", "/", service, context);
  convert_section("secrets", "/run/secrets/", service, context);
  service.container.set("config_files", service.config_files);
  service.container.set("customer_files", service.customer_files);
}

}  // namespace agent::manifest::compose
