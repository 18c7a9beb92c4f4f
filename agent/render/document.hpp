#pragma once
// The whole way from a manifest's text to a deployment: read, resolve the settings, render. Who
// calls says what the host is like, what was chosen before, and what commands may reach.

#include "agent/base/core/result.hpp"
#include "agent/config/settings.hpp"
#include "agent/license/license.hpp"
#include "agent/manifest/document.hpp"
#include "agent/render/deployment.hpp"
#include "agent/render/host_facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace agent::render {

// What to do about a required setting that has no value: what is looked at only may be incomplete.
enum class Missing { refused, warned };

struct DocumentRequest {
  std::string_view text;
  const config::StoredSettings& stored;
  const config::Changes& changes;
  const license::License* license = nullptr;  // nullptr: none.
  const HostFacts& facts;
  const ReleaseFacts& release;
  config::CommandWorld& world;
  Missing missing = Missing::refused;
};

// A document that was accepted, with the values of its settings.
struct Preparation {
  manifest::Manifest manifest;
  config::Resolution resolution;
  std::vector<std::string> warnings;  // Of reading and resolving, for people.
};

// Errors: invalid_input, the message naming the first faults; reason "manifest_invalid" or
// "settings_invalid".
base::Result<Preparation> prepare(const DocumentRequest& request);

struct RenderedDocument {
  Deployment deployment;
  config::StoredSettings stored;  // To be kept when the deployment is used.
  std::vector<std::string> warnings;
};

// Errors: of `prepare` and of `render`.
base::Result<RenderedDocument> render_document(const DocumentRequest& request);

}  // namespace agent::render
