#include "agent/render/container_renderer.hpp"

namespace agent::render {
namespace {

bool is_docker_socket(const std::string& path) {
  return path == "/var/run/docker.sock" || path == "/run/docker.sock" || path == "/var/run" ||
         path == "/run" || path == "/";
}

// Options that take protection away; no-new-privileges adds some.
bool weakens(const std::string& option) {
  return option != "no-new-privileges" && option != "no-new-privileges:true" &&
         option != "no-new-privileges=true";
}

}  // namespace

void note_consents(const Container& container, Deployment& deployment) {
  const auto note = [&](const char* power, const std::string& detail) {
    deployment.consents.push_back({container.key, power, detail});
  };
  if (container.privileged) {
    note("privileged", "");
  }
  if (container.network_mode == "host") {
    note("host_network", "");
  }
  if (container.pid_mode == "host") {
    note("host_pid", "");
  }
  for (const auto& mount : container.mounts) {
    if (mount.kind == MountKind::bind) {
      note(is_docker_socket(mount.source) ? "docker_socket" : "host_path", mount.source);
    }
  }
  for (const auto& capability : container.cap_add) {
    note("capability", capability);
  }
  for (const auto& option : container.security_options) {
    if (weakens(option)) {
      note("security_option", option);
    }
  }
}

}  // namespace agent::render
