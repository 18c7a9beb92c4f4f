#include "agent/base/fs/files.hpp"
#include "agent/manifest/compose/compose.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <iostream>

#include "installer/cli/manifest_exit_codes.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

namespace compose = agent::manifest::compose;

constexpr std::size_t k_largest_file = std::size_t{1} << 20U;

// Beside the Compose file, as Compose finds them.
compose::ReadFile files_beside(const std::string& file) {
  const auto folder =
      file == "-" ? std::filesystem::path() : std::filesystem::path(file).parent_path();
  return [folder](const std::string& path) {
    return base::fs::read_file((folder / path).string(), k_largest_file);
  };
}

Json not_carried_json(const std::vector<compose::NotCarried>& not_carried) {
  auto json = Json::array();
  for (const auto& each : not_carried) {
    json.push_back({{"path", each.path},
                    {"line", each.at.line},
                    {"column", each.at.column},
                    {"reason", each.reason}});
  }
  return json;
}

}  // namespace

int import_compose_file(Context& context, const ManifestOptions& options) {
  const auto text = read_document(options.file);
  if (!text) {
    static_cast<void>(context.output.fail(text.error()));
    return k_unreadable;
  }
  const auto import = compose::import_compose(*text, files_beside(options.file));
  if (!import) {
    static_cast<void>(context.output.fail(import.error()));
    return k_refused;
  }
  if (context.output.json()) {
    Output::raw(base::data::pretty(
        {{"manifest", import->manifest}, {"not_carried", not_carried_json(import->not_carried)}}));
    return k_accepted;
  }
  Output::raw(import->manifest);
  for (const auto& each : import->not_carried) {
    context.output.note(fmt::format("{}:{}:{}: not carried over: {}: {}",
                                    options.file,
                                    each.at.line,
                                    each.at.column,
                                    each.path,
                                    each.reason));
  }
  return k_accepted;
}

}  // namespace installer::cli
