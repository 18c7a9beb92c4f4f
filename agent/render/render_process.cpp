#include "agent/base/data/json.hpp"
#include "agent/render/container_renderer.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace agent::render {
namespace {

using base::Result;
using base::Status;

// `cmd` is text that holds a JSON list.
Result<std::optional<std::vector<std::string>>> render_cmd(const Expander& expand,
                                                           const manifest::Text& from) {
  BASE_TRY_ASSIGN(const auto text, expand.word(from));
  if (text.empty()) {
    return std::optional<std::vector<std::string>>();
  }
  const auto json = base::data::parse_json(text);
  if (!json || !json->is_array()) {
    return fault_at(from, R"(must be a JSON list of words, such as '["server", "--verbose"]')");
  }
  std::vector<std::string> words;
  for (const auto& word : *json) {
    if (!word.is_string()) {
      return fault_at(from, "must be a JSON list of texts only");
    }
    words.push_back(word.get<std::string>());
  }
  return std::optional(std::move(words));
}

Status render_env(const Expander& expand, const manifest::Container& from, Container& to) {
  for (const auto& variable : from.env_vars) {
    BASE_TRY_ASSIGN(const bool holds, expand.holds(variable.when));
    if (!holds) {
      continue;
    }
    EnvVar rendered;
    BASE_TRY_ASSIGN(rendered.name, expand.word(variable.name));
    BASE_TRY_ASSIGN(rendered.value, expand.text(variable.value));
    BASE_TRY_ASSIGN(rendered.excluded_from_support,
                    expand.boolean(variable.excluded_from_support, false));
    if (rendered.name.empty() || rendered.name.find('=') != std::string::npos) {
      return fault_at(variable.name, "must be the name of a variable, without =");
    }
    // Docker takes the last of two with one name.
    std::erase_if(to.env, [&](const EnvVar& other) { return other.name == rendered.name; });
    to.env.push_back(std::move(rendered));
  }
  return base::ok();
}

// The agent knows its own containers by these labels, so a vendor's may not look like them.
Status render_labels(const Expander& expand, const manifest::Container& from, Container& to) {
  for (const auto& label : from.labels) {
    BASE_TRY_ASSIGN(const auto text, expand.text(label));
    const auto equals = std::min(text.find('='), text.size());
    Label rendered{text.substr(0, equals), text.substr(std::min(equals + 1, text.size()))};
    if (rendered.name.empty() || rendered.name.starts_with("io.slipway.")) {
      return fault_at(label, "must have a name, one that does not begin with io.slipway.");
    }
    to.labels.push_back(std::move(rendered));
  }
  return base::ok();
}

}  // namespace

Status render_process(const RenderContext& context,
                      const manifest::Container& from,
                      Container& to) {
  const auto& expand = context.expand;
  BASE_TRY_ASSIGN(to.cmd, render_cmd(expand, from.cmd));
  if (from.entrypoint) {
    BASE_TRY_ASSIGN(to.entrypoint, expand.texts(*from.entrypoint));
  }
  BASE_TRY(render_env(expand, from, to));
  BASE_TRY(render_labels(expand, from, to));
  BASE_TRY_ASSIGN(to.user, expand.word(from.user));
  BASE_TRY_ASSIGN(to.stop_signal, expand.word(from.slipway.stop_signal));
  BASE_TRY_ASSIGN(const auto stop_timeout, expand.number(from.stop_timeout));
  if (stop_timeout) {
    constexpr std::uint64_t k_longest = 86'400;
    to.stop_timeout = std::chrono::seconds(std::min(*stop_timeout, k_longest));
  }
  BASE_TRY_ASSIGN(const bool original_read_only, expand.boolean(from.readonly_rootfs, false));
  BASE_TRY_ASSIGN(const bool read_only, expand.boolean(from.slipway.read_only, false));
  to.read_only_root = original_read_only || read_only;
  BASE_TRY_ASSIGN(to.tty, expand.boolean(from.allocate_tty, false));
  BASE_TRY_ASSIGN(to.init, expand.boolean(from.slipway.init, false));
  to.privileged = from.privileged;
  BASE_TRY_ASSIGN(to.cap_add, expand.texts(from.security_cap_add));
  BASE_TRY_ASSIGN(to.cap_drop, expand.texts(from.slipway.cap_drop));
  BASE_TRY_ASSIGN(to.security_options, expand.texts(from.security_options));
  for (auto* const list : {&to.cap_add, &to.cap_drop, &to.security_options}) {
    std::erase(*list, "");  // A template may have left nothing of it.
  }
  return base::ok();
}

}  // namespace agent::render
