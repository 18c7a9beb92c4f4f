#include "agent/render/sprig/arguments.hpp"
#include "agent/render/sprig/functions.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace agent::render::sprig {
namespace {

std::string base_of(std::string_view path) {
  if (path.empty()) {
    return ".";
  }
  const auto last = path.find_last_not_of('/');
  if (last == std::string_view::npos) {
    return "/";
  }
  path = path.substr(0, last + 1);
  return std::string(path.substr(path.rfind('/') + 1));
}

// Without `.`, doubled slashes, and `..` after a name; never empty.
std::string clean(std::string_view path) {
  const bool rooted = path.starts_with('/');
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const auto part = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(part.size() + 1, path.size()));
    if (part == "..") {
      if (!parts.empty() && parts.back() != "..") {
        parts.pop_back();
      } else if (!rooted) {
        parts.push_back(part);
      }
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
  }
  std::string out = rooted ? "/" : "";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out += i > 0 ? "/" : "";
    out += parts[i];
  }
  return out.empty() ? "." : out;
}

std::string directory_of(std::string_view path) {
  return clean(path.substr(0, path.rfind('/') + 1));
}

std::string extension_of(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto point = name.rfind('.');
  return point == std::string_view::npos ? "" : std::string(name.substr(point));
}

}  // namespace

void add_path_functions(FunctionTable& table) {
  table["base"] = of_text(base_of);
  table["dir"] = of_text(directory_of);
  table["clean"] = of_text(clean);
  table["ext"] = of_text(extension_of);
  table["isAbs"] = function("s", [](const FunctionCall& call) -> Result<Value> {
    return Value::boolean(text_at(call, 0).starts_with('/'));
  });
  // Those of the host's file system, which is always one of slashes.
  table["osBase"] = table["base"];
  table["osDir"] = table["dir"];
  table["osClean"] = table["clean"];
  table["osExt"] = table["ext"];
  table["osIsAbs"] = table["isAbs"];
}

}  // namespace agent::render::sprig
