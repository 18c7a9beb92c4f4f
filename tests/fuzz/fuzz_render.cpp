// Any text is rendered as a manifest, ends in a rendering or in an error, and twice in the same.

#include "agent/render/document.hpp"
#include "agent/render/preview.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

std::string rendered(std::string_view text) {
  using namespace agent;
  static const auto facts = render::default_facts();
  const config::StoredSettings nothing_stored;
  const config::Changes no_changes;
  render::PreviewWorld world(facts.host);
  const auto document = render::render_document({.text = text,
                                                 .stored = nothing_stored,
                                                 .changes = no_changes,
                                                 .license = nullptr,
                                                 .facts = facts.host,
                                                 .release = facts.release,
                                                 .world = world,
                                                 .missing = render::Missing::warned});
  return document ? render::preview_json(document->deployment) : document.error().message;
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (rendered(text) != rendered(text)) {
    std::abort();
  }
  return 0;
}
