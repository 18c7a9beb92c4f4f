#pragma once
// What the encoding sources share. For this folder's sources only.

#include "agent/docker/container_spec.hpp"
#include "agent/docker/json_fields.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace agent::docker {

// Leaves the key out when the value says nothing: absent, empty, or false.
template <typename Value>
void set_if(Json& object, const char* key, const std::optional<Value>& value) {
  if (value) {
    object[key] = *value;
  }
}
template <typename Value>
void set_if(Json& object, const char* key, const std::vector<Value>& value) {
  if (!value.empty()) {
    object[key] = value;
  }
}
inline void set_if(Json& object, const char* key, const std::map<std::string, std::string>& value) {
  if (!value.empty()) {
    object[key] = value;
  }
}
inline void set_if(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) {
    object[key] = value;
  }
}
inline void set_if(Json& object, const char* key, bool value) {
  if (value) {
    object[key] = true;
  }
}

std::vector<std::string> assignments(const std::map<std::string, std::string>& environment);
Json encoded_policy(const RestartPolicy& policy);
Json encoded_endpoint(const NetworkAttachment& attachment);
std::string dumped(const Json& json);

}  // namespace agent::docker
