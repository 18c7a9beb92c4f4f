#pragma once
// The Engine that speaks HTTP over the unix socket; one source a topic.

#include "agent/docker/engine.hpp"
#include "agent/docker/transport.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace agent::docker {

class HttpEngine final : public Engine {
 public:
  explicit HttpEngine(EngineOptions options);

  base::Result<EngineVersion> ping(const Call& call) override;
  base::Result<EngineInfo> info(const Call& call) override;

  base::Result<std::string> create_container(const ContainerSpec& spec, const Call& call) override;
  base::Status start_container(const std::string& container, const Call& call) override;
  base::Status stop_container(const std::string& container,
                              std::optional<std::chrono::seconds> grace,
                              const Call& call) override;
  base::Status restart_container(const std::string& container,
                                 std::optional<std::chrono::seconds> grace,
                                 const Call& call) override;
  base::Status kill_container(const std::string& container,
                              const std::string& signal,
                              const Call& call) override;
  base::Result<int> wait_container(const std::string& container,
                                   WaitCondition condition,
                                   const Call& call) override;
  base::Status remove_container(const std::string& container,
                                Force force,
                                VolumeRemoval volumes,
                                const Call& call) override;
  base::Status rename_container(const std::string& container,
                                const std::string& name,
                                const Call& call) override;
  base::Status update_restart_policy(const std::string& container,
                                     const RestartPolicy& policy,
                                     const Call& call) override;
  base::Result<ContainerDetails> inspect_container(const std::string& container,
                                                   const Call& call) override;
  base::Result<std::vector<ContainerSummary>> list_containers(const ListContainers& query,
                                                              const Call& call) override;
  base::Status read_logs(const std::string& container,
                         const LogQuery& query,
                         const std::function<bool(const LogLine&)>& on_line,
                         const Call& call) override;
  base::Result<ContainerStats> sample_stats(const std::string& container,
                                            const Call& call) override;
  base::Status put_archive(const std::string& container,
                           const std::string& path,
                           const base::http::BodySource& tar,
                           const Call& call) override;
  base::Status get_archive(const std::string& container,
                           const std::string& path,
                           const std::function<bool(std::string_view)>& on_data,
                           const Call& call) override;

  base::Result<std::unique_ptr<ExecSession>> open_exec(const std::string& container,
                                                       const ExecSpec& spec,
                                                       const Call& call) override;
  base::Result<ExecState> inspect_exec(const std::string& exec, const Call& call) override;

  base::Result<ImageDetails> inspect_image(const std::string& image, const Call& call) override;
  base::Result<std::vector<ImageSummary>> list_images(const std::string& reference,
                                                      const Call& call) override;
  base::Status pull_image(const PullImage& pull,
                          const OnImageProgress& on_progress,
                          const Call& call) override;
  base::Result<std::vector<std::string>> load_images(const base::http::BodySource& archive,
                                                     const OnImageProgress& on_progress,
                                                     const Call& call) override;
  base::Status tag_image(const std::string& image,
                         const std::string& repository,
                         const std::string& tag,
                         const Call& call) override;
  base::Status remove_image(const std::string& image, const Call& call) override;

  base::Result<std::string> create_network(const NetworkSpec& spec, const Call& call) override;
  base::Result<NetworkDetails> inspect_network(const std::string& network,
                                               const Call& call) override;
  base::Result<std::vector<NetworkDetails>> list_networks(const std::vector<std::string>& labels,
                                                          const Call& call) override;
  base::Status connect_network(const std::string& container,
                               const NetworkAttachment& attachment,
                               const Call& call) override;
  base::Status disconnect_network(const std::string& container,
                                  const std::string& network,
                                  const Call& call) override;
  base::Status remove_network(const std::string& network, const Call& call) override;

  base::Result<VolumeDetails> create_volume(const VolumeSpec& spec, const Call& call) override;
  base::Result<VolumeDetails> inspect_volume(const std::string& name, const Call& call) override;
  base::Result<std::vector<VolumeDetails>> list_volumes(const std::vector<std::string>& labels,
                                                        const Call& call) override;
  base::Status remove_volume(const std::string& name, const Call& call) override;

  base::Status stream_events(const EventQuery& query,
                             const std::function<bool()>& on_open,
                             const std::function<bool(const Event&)>& on_event,
                             const Call& call) override;

  Transport& transport() { return transport_; }

 private:
  // The answer's body of `method path`.
  base::Result<std::string> ask(std::string method, std::string path, const Call& call);
  base::Status act(std::string method, std::string path, std::string body, const Call& call);
  // POST /containers/<name>/<verb>.
  base::Status act_on_container(const std::string& container,
                                std::string_view verb,
                                const std::string& query,
                                const Call& call);
  base::Status connect_others(const std::string& id, const ContainerSpec& spec, const Call& call);
  base::Result<std::vector<std::string>> read_image_stream(Outgoing outgoing,
                                                           const OnImageProgress& on_progress,
                                                           const Call& call);

  Transport transport_;
};

}  // namespace agent::docker
