#pragma once
// `${VARIABLE}` of a Compose file: each becomes a setting, and the text a template that asks for
// it. Inside this library only.

#include "agent/manifest/compose/document.hpp"

#include <map>
#include <string>
#include <string_view>

namespace agent::manifest::compose {

class Variables {
 public:
  // Text with `$NAME`, `${NAME}`, and `${NAME…}` with :- - :? ? :+ +; `$$` is a dollar. Braces that
  // would begin a template of ours are written so that they do not.
  std::string as_template(std::string_view text);
  // A template for one variable without a default, such as `- TOKEN` in an environment.
  std::string ask(const std::string& name);
  // A setting of type file, for what the file names but cannot be read. Its name.
  std::string ask_file(const std::string& name, const std::string& title);

  // The groups of the settings screen.
  [[nodiscard]] Out config() const;

 private:
  struct Setting {
    std::string title;
    std::string type;
    std::string fallback;
    bool required = false;
  };

  std::string take(std::string_view& rest);
  std::string expression(std::string_view inside);
  Setting& setting(const std::string& variable);

  std::map<std::string, Setting, std::less<>> settings_;
  std::map<std::string, Setting, std::less<>> files_;
};

// A name as settings have it: small letters, digits and underscores.
std::string setting_name(std::string_view text);

}  // namespace agent::manifest::compose
