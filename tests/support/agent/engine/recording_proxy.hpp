#pragma once

#include "agent/base/fs/fd.hpp"

#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace agent::engine {

// A unix socket that passes everything on to an engine's and remembers the request lines, such as
// "POST /v1.41/containers/create?name=web".
class RecordingProxy {
 public:
  RecordingProxy(std::filesystem::path socket, std::string engine_socket);
  RecordingProxy(const RecordingProxy&) = delete;
  RecordingProxy& operator=(const RecordingProxy&) = delete;
  RecordingProxy(RecordingProxy&&) = delete;
  RecordingProxy& operator=(RecordingProxy&&) = delete;
  ~RecordingProxy();

  [[nodiscard]] std::string socket() const { return path_.string(); }
  std::vector<std::string> requests();
  // Those that are neither GET nor HEAD.
  std::vector<std::string> changes();
  void forget();

 private:
  void accept_all(const std::stop_token& stop);
  void relay(const base::Fd& client, const std::stop_token& stop);
  void remember(std::string& pending, const char* data, std::size_t size);

  std::filesystem::path path_;
  std::string engine_socket_;
  base::Fd listener_;
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::jthread> relays_;
  std::jthread acceptor_;
};

}  // namespace agent::engine
