#pragma once
// The functions that templates of a manifest may call, besides those over settings (agent/config).

#include "agent/license/license.hpp"
#include "agent/manifest/document.hpp"
#include "agent/manifest/template_function.hpp"
#include "agent/render/host_facts.hpp"

namespace agent::render {

struct FunctionSources {
  const manifest::Manifest& manifest;
  const license::License* license = nullptr;  // nullptr: none; fields are empty then.
  const HostFacts& facts;
  const ReleaseFacts& release;
};

// The language's own, texts and numbers, and what is known of host, release and licence. Give it to
// config::resolve as well, since values of settings are templates too. The sources must outlive it.
manifest::FunctionTable template_functions(const FunctionSources& sources);

// Parts of the above, one source file each.
void add_text_functions(manifest::FunctionTable& table);
void add_number_functions(manifest::FunctionTable& table);
void add_host_functions(manifest::FunctionTable& table, const FunctionSources& sources);
void add_release_functions(manifest::FunctionTable& table, const FunctionSources& sources);

}  // namespace agent::render
