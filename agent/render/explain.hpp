#pragma once
// Where a value of a rendering comes from: the keys of the manifest that decide it, and what their
// templates took from settings, licence, host and release.

#include "agent/base/core/result.hpp"
#include "agent/render/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::render {

// A key of the manifest and what stands there.
struct ManifestKey {
  std::string path;  // "components[0].containers[0].version"
  manifest::Position at;
  std::string text;  // Of a scalar, its template not evaluated; empty for lists and mappings.
};

// What a template, or the template of a setting that it uses, asked for.
struct Source {
  std::string call;    // ConfigOption "hostname"
  std::string result;  // As it is printed.
  std::string from;    // "the settings given", "the licence's field 'seats'", …
  std::vector<ManifestKey>
      keys;  // Of the setting or the command, when that is where it comes from.
};

struct Explanation {
  std::string path;   // In full, lists by number: "containers[0].env[2].value".
  std::string value;  // JSON.
  std::vector<ManifestKey> keys;
  std::vector<std::string> defaults;  // Without any key: those that it might have.
  std::vector<Source> sources;
};

// `path` is one of the rendering's JSON, elements of lists by number or by what names them:
// "containers.web.env.PORT.value", "containers[0].mounts[/var/lib/data].source". Errors: those of
// `render_document`; not_found for a path that the rendering does not have.
base::Result<Explanation> explain(const DocumentRequest& request, std::string_view path);

}  // namespace agent::render
