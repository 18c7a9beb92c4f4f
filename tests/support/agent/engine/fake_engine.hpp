#pragma once
// A Docker engine of maps: it keeps what it is told, remembers every changing call, and fails when
// a test says so. Containers become healthy the moment they start unless told otherwise.

#include "agent/docker/engine.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace agent::engine {

class FakeEngine final : public docker::Engine {
 public:
  struct Container {
    docker::ContainerSpec spec;
    docker::ContainerDetails details;
    std::vector<std::string> archives;  // Where put_archive wrote.
  };

  // What a test sets up and looks at; not while another thread is at work.
  std::map<std::string, std::string> images;               // Reference to id.
  std::map<std::string, Container> containers;             // By id.
  std::map<std::string, docker::NetworkDetails> networks;  // By id.
  std::map<std::string, docker::VolumeDetails> volumes;    // By name.
  std::set<std::string> written_volumes;                   // Through put_archive.
  std::vector<std::string> changes;             // "start web-1234", in the order of arrival.
  std::map<std::string, std::string> pullable;  // Reference to id: appears when pulled.
  std::string data_root = "/nowhere";
  std::string volume_root;  // When set, each volume has a folder there.

  // Asked before each call with its text, such as "create_container shop-web-…"; an error is the
  // call's answer and nothing happens.
  std::function<std::optional<base::Error>(const std::string&)> intercept;
  // Called when a container starts, to make it end or fall ill.
  std::function<void(Container&)> on_start;
  // Answers programs run in containers: key, argument vector, exit code.
  std::function<int(const std::string&, const std::vector<std::string>&)> on_exec;
  std::vector<std::string> log_lines;

  // While away, every call is unavailable.
  void go_away() { set_away(true); }
  void come_back() { set_away(false); }
  void publish(docker::Event event);

  [[nodiscard]] const Container* by_key(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> changes_of(const std::string& verb) const;
  // For every container "key status restart", for networks and volumes their names: what two runs
  // that ended the same have in common.
  [[nodiscard]] std::vector<std::string> picture() const;

  base::Result<docker::EngineVersion> ping(const docker::Call& call) override;
  base::Result<docker::EngineInfo> info(const docker::Call& call) override;

  base::Result<std::string> create_container(const docker::ContainerSpec& spec,
                                             const docker::Call& call) override;
  base::Status start_container(const std::string& name, const docker::Call& call) override;
  base::Status stop_container(const std::string& name,
                              std::optional<std::chrono::seconds> grace,
                              const docker::Call& call) override;
  base::Status restart_container(const std::string& name,
                                 std::optional<std::chrono::seconds> grace,
                                 const docker::Call& call) override;
  base::Status kill_container(const std::string& name,
                              const std::string& signal,
                              const docker::Call& call) override;
  base::Result<int> wait_container(const std::string& name,
                                   docker::WaitCondition condition,
                                   const docker::Call& call) override;
  base::Status remove_container(const std::string& name,
                                docker::Force force,
                                docker::VolumeRemoval volumes,
                                const docker::Call& call) override;
  base::Status rename_container(const std::string& name,
                                const std::string& to,
                                const docker::Call& call) override;
  base::Status update_restart_policy(const std::string& name,
                                     const docker::RestartPolicy& policy,
                                     const docker::Call& call) override;
  base::Result<docker::ContainerDetails> inspect_container(const std::string& name,
                                                           const docker::Call& call) override;
  base::Result<std::vector<docker::ContainerSummary>> list_containers(
      const docker::ListContainers& query, const docker::Call& call) override;
  base::Status read_logs(const std::string& name,
                         const docker::LogQuery& query,
                         const std::function<bool(const docker::LogLine&)>& on_line,
                         const docker::Call& call) override;
  base::Result<docker::ContainerStats> sample_stats(const std::string& container,
                                                    const docker::Call& call) override;
  base::Status put_archive(const std::string& name,
                           const std::string& path,
                           const base::http::BodySource& tar,
                           const docker::Call& call) override;
  base::Status get_archive(const std::string& name,
                           const std::string& path,
                           const std::function<bool(std::string_view)>& on_data,
                           const docker::Call& call) override;

  base::Result<std::unique_ptr<docker::ExecSession>> open_exec(const std::string& name,
                                                               const docker::ExecSpec& spec,
                                                               const docker::Call& call) override;
  base::Result<docker::ExecState> inspect_exec(const std::string& exec,
                                               const docker::Call& call) override;

  base::Result<docker::ImageDetails> inspect_image(const std::string& image,
                                                   const docker::Call& call) override;
  base::Result<std::vector<docker::ImageSummary>> list_images(const std::string& reference,
                                                              const docker::Call& call) override;
  base::Status pull_image(const docker::PullImage& pull,
                          const docker::OnImageProgress& on_progress,
                          const docker::Call& call) override;
  base::Result<std::vector<std::string>> load_images(const base::http::BodySource& archive,
                                                     const docker::OnImageProgress& on_progress,
                                                     const docker::Call& call) override;
  base::Status tag_image(const std::string& image,
                         const std::string& repository,
                         const std::string& tag,
                         const docker::Call& call) override;
  base::Status remove_image(const std::string& image, const docker::Call& call) override;

  base::Result<std::string> create_network(const docker::NetworkSpec& spec,
                                           const docker::Call& call) override;
  base::Result<docker::NetworkDetails> inspect_network(const std::string& network,
                                                       const docker::Call& call) override;
  base::Result<std::vector<docker::NetworkDetails>> list_networks(
      const std::vector<std::string>& labels, const docker::Call& call) override;
  base::Status connect_network(const std::string& container,
                               const docker::NetworkAttachment& attachment,
                               const docker::Call& call) override;
  base::Status disconnect_network(const std::string& container,
                                  const std::string& network,
                                  const docker::Call& call) override;
  base::Status remove_network(const std::string& network, const docker::Call& call) override;

  base::Result<docker::VolumeDetails> create_volume(const docker::VolumeSpec& spec,
                                                    const docker::Call& call) override;
  base::Result<docker::VolumeDetails> inspect_volume(const std::string& name,
                                                     const docker::Call& call) override;
  base::Result<std::vector<docker::VolumeDetails>> list_volumes(
      const std::vector<std::string>& labels, const docker::Call& call) override;
  base::Status remove_volume(const std::string& name, const docker::Call& call) override;

  base::Status stream_events(const docker::EventQuery& query,
                             const std::function<bool()>& on_open,
                             const std::function<bool(const docker::Event&)>& on_event,
                             const docker::Call& call) override;

 private:
  void set_away(bool away);
  // Takes the call into the record when it changes something, and the test's answer when it has
  // one. With the lock held.
  base::Status enter(const std::string& text) const;
  base::Status change(const std::string& text);
  Container* find(const std::string& name_or_id);
  base::Result<Container*> require(const std::string& name_or_id);
  void emit(const Container& container, const std::string& action);

  mutable std::recursive_mutex mutex_;
  std::condition_variable_any published_;
  std::deque<docker::Event> events_;
  bool away_ = false;
  int next_ = 1;
  std::int64_t event_time_ = 0;
};

}  // namespace agent::engine
