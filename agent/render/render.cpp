#include "agent/render/render.hpp"

#include "agent/render/container_renderer.hpp"
#include "agent/render/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace agent::render {
namespace {

using base::Result;
using base::Status;

constexpr std::size_t k_most_app_name = 40;  // Docker's names have 63 letters in DNS.

manifest::FunctionTable all_functions(const RenderRequest& request) {
  auto table = template_functions({.manifest = request.manifest,
                                   .license = request.license,
                                   .facts = request.facts,
                                   .release = request.release});
  auto settings = config::setting_functions(request.settings);
  table.insert(settings.begin(), settings.end());
  return table;
}

Result<ReadyProbe> render_ready(const Expander& expand, const manifest::ReadyState& from) {
  ReadyProbe ready;
  BASE_TRY_ASSIGN(const auto seconds, expand.signed_number(from.timeout));
  ready.timeout = wait_limit(seconds.value_or(0));
  const auto argument = [&from](std::size_t i) {
    auto missing = from.command;
    missing.value.clear();
    return i < from.args.size() ? from.args[i] : missing;
  };
  if (from.command.value == "tcp_port_accept") {
    ready.kind = ReadyKind::tcp_port_accept;
    BASE_TRY_ASSIGN(ready.host, expand.word(argument(0)));
    BASE_TRY_ASSIGN(ready.port, expand.port(argument(1)));
    return ready;
  }
  if (from.command.value != "http_status_code") {
    return fault_at(from.command, "must be http_status_code or tcp_port_accept");
  }
  ready.kind = ReadyKind::http_status_code;
  BASE_TRY_ASSIGN(ready.url, expand.word(argument(0)));
  if (!ready.url.starts_with("http://") && !ready.url.starts_with("https://")) {
    return fault_at(argument(0), "must be a URL that begins with http:// or https://");
  }
  BASE_TRY_ASSIGN(const auto code, expand.number(argument(1)));
  BASE_TRY_ASSIGN(const auto attempt, expand.number(argument(2)));
  if (code.value_or(200) < 100 || code.value_or(200) > 599) {
    return fault_at(argument(1), "must be a status code of HTTP");
  }
  ready.expected_code = static_cast<std::uint16_t>(code.value_or(200));
  ready.attempt_timeout =
      std::chrono::seconds(std::clamp<std::uint64_t>(attempt.value_or(5), 1, 3600));
  return ready;
}

std::vector<std::string> secrets_of(const config::ResolvedSettings& settings) {
  std::set<std::string> secrets;
  for (const auto& [name, item] : settings.items) {
    if (item.secret) {
      secrets.insert(item.value);
      secrets.insert(item.data);
    }
  }
  secrets.erase("");
  return {secrets.begin(), secrets.end()};
}

Result<std::vector<bool>> included_containers(const Expander& expand,
                                              const manifest::ContainerIndex& index) {
  std::vector<bool> included;
  for (const auto& indexed : index.all()) {
    BASE_TRY_ASSIGN(const bool holds, expand.holds(indexed.container->when));
    included.push_back(holds);
  }
  return included;
}

std::string app_slug(const manifest::Manifest& manifest) {
  auto name = manifest::slug(manifest.name.empty() ? "app" : manifest.name.value);
  name = name.substr(0, k_most_app_name);
  return name.substr(0, name.find_last_not_of('-') + 1);
}

Status render_containers(const RenderContext& context, Deployment& deployment) {
  for (std::size_t i = 0; i < context.index.all().size(); ++i) {
    if (context.included[i]) {
      BASE_TRY_ASSIGN(auto container,
                      render_container(context, context.index.all()[i], deployment));
      deployment.containers.push_back(std::move(container));
    }
  }
  return base::ok();
}

}  // namespace

std::vector<std::string> included_keys(const RenderContext& context,
                                       const std::vector<std::size_t>& positions) {
  std::vector<std::string> keys;
  for (const std::size_t position : positions) {
    if (context.included[position]) {
      keys.push_back(context.index.all()[position].key);
    }
  }
  return keys;
}

Result<Deployment> render(const RenderRequest& request) {
  const auto& document = request.manifest;
  const Expander expand(all_functions(request));
  const manifest::ContainerIndex index(document);
  BASE_TRY_ASSIGN(const auto included, included_containers(expand, index));
  const RenderContext context{.request = request,
                              .expand = expand,
                              .index = index,
                              .included = included,
                              .app = app_slug(document)};
  Deployment deployment;
  deployment.app = context.app;
  deployment.name = document.name.empty() ? context.app : document.name.value;
  deployment.version = document.version.value;
  deployment.rollback = document.rollback == manifest::RollbackData::restore ? RollbackData::restore
                                                                             : RollbackData::keep;
  deployment.networks.push_back({.name = context.app});
  deployment.secret_values = secrets_of(request.settings);
  BASE_TRY_ASSIGN(deployment.app_url, expand.word(document.properties.app_url));
  BASE_TRY_ASSIGN(deployment.logo_url, expand.word(document.properties.logo_url));
  BASE_TRY(render_containers(context, deployment));
  if (document.ready) {
    BASE_TRY_ASSIGN(deployment.ready, render_ready(expand, *document.ready));
  }
  return deployment;
}

}  // namespace agent::render
