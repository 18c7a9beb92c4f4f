#include "agent/render/container_renderer.hpp"

#include "agent/manifest/container_index.hpp"

namespace agent::render {
namespace {

using base::Result;
using base::Status;

Status render_identity(const RenderContext& context,
                       const manifest::IndexedContainer& indexed,
                       Container& to) {
  const auto& from = *indexed.container;
  const auto& expand = context.expand;
  to.component = indexed.component->name.value;
  to.key = indexed.key;
  to.service = manifest::slug(indexed.key);
  BASE_TRY_ASSIGN(to.docker_name, expand.word(from.name));
  BASE_TRY_ASSIGN(to.display_name, expand.text(from.display_name));
  if (to.display_name.empty()) {
    to.display_name = to.key;
  }
  BASE_TRY_ASSIGN(to.image.source, expand.word(from.source));
  BASE_TRY_ASSIGN(to.image.name, expand.word(from.image_name));
  BASE_TRY_ASSIGN(to.image.tag, expand.word(from.version));
  to.image.config_digest = from.slipway.image_digest.value;
  if (to.image.tag.empty()) {
    to.image.tag = "latest";
  }
  if (to.image.name.empty()) {
    return fault_at(from.image_name, "must give the name of an image");
  }
  return base::ok();
}

}  // namespace

Result<Container> render_container(const RenderContext& context,
                                   const manifest::IndexedContainer& indexed,
                                   Deployment& deployment) {
  Container container;
  BASE_TRY(render_identity(context, indexed, container));
  BASE_TRY(render_process(context, *indexed.container, container));
  BASE_TRY(render_storage(context, indexed, container, deployment));
  BASE_TRY(render_config(context, *indexed.container, container));
  BASE_TRY(render_network(context, *indexed.container, container, deployment));
  BASE_TRY(render_resources(context, indexed, container));
  BASE_TRY(render_life(context, *indexed.container, container));
  note_consents(container, deployment);
  return container;
}

}  // namespace agent::render
