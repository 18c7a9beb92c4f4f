#pragma once
// How the enums of a deployment are spelled in JSON. Inside this library only.

#include "agent/render/deployment.hpp"

#include <array>
#include <utility>

namespace agent::render {

// Spellings of an enum in JSON.
template <typename Enum>
struct Names;

template <>
struct Names<Protocol> {
  static constexpr std::array k_values = {std::pair(Protocol::tcp, "tcp"),
                                          std::pair(Protocol::udp, "udp")};
};
template <>
struct Names<MountKind> {
  static constexpr std::array k_values = {std::pair(MountKind::volume, "volume"),
                                          std::pair(MountKind::bind, "bind")};
};
template <>
struct Names<ConfigDelivery> {
  static constexpr std::array k_values = {std::pair(ConfigDelivery::volume, "volume"),
                                          std::pair(ConfigDelivery::archive, "archive")};
};
template <>
struct Names<RestartPolicy> {
  static constexpr std::array k_values = {std::pair(RestartPolicy::no, "no"),
                                          std::pair(RestartPolicy::always, "always"),
                                          std::pair(RestartPolicy::on_failure, "on-failure")};
};
template <>
struct Names<HealthKind> {
  static constexpr std::array k_values = {std::pair(HealthKind::http, "http"),
                                          std::pair(HealthKind::tcp, "tcp"),
                                          std::pair(HealthKind::exec, "exec")};
};
template <>
struct Names<EventTrigger> {
  static constexpr std::array k_values = {
      std::pair(EventTrigger::container_start, "container-start"),
      std::pair(EventTrigger::container_stop, "container-stop"),
      std::pair(EventTrigger::port_listen, "port-listen"),
      std::pair(EventTrigger::exec, "exec")};
};
template <>
struct Names<UpdateOrder> {
  static constexpr std::array k_values = {std::pair(UpdateOrder::stop_first, "stop-first"),
                                          std::pair(UpdateOrder::start_first, "start-first")};
};
template <>
struct Names<ReadyKind> {
  static constexpr std::array k_values = {
      std::pair(ReadyKind::http_status_code, "http_status_code"),
      std::pair(ReadyKind::tcp_port_accept, "tcp_port_accept")};
};
template <>
struct Names<RollbackData> {
  static constexpr std::array k_values = {std::pair(RollbackData::keep, "keep"),
                                          std::pair(RollbackData::restore, "restore")};
};

}  // namespace agent::render
