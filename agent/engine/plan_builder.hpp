#pragma once
// Lays out the steps of a plan. The members are called in the order in which they are declared;
// each refers only to steps that are there already, so the result is a DAG by construction.

#include "agent/engine/comparison.hpp"
#include "agent/engine/desired.hpp"
#include "agent/engine/observation.hpp"
#include "agent/engine/plan.hpp"
#include "agent/engine/planner.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace agent::engine {

enum class DataVolumes { keep, remove };

class PlanBuilder {
 public:
  // All arguments outlive the builder; `target` and `previous` may be null.
  PlanBuilder(const Observation& observation,
              const Desired* target,
              const Desired* previous,
              const Comparison& comparison,
              const PlanOptions& options);

  // Images, networks, volumes, configuration: what takes nothing away from anybody.
  void prepare();
  // Containers whose names are free can be created while the old ones still serve.
  void create();
  // What is not wanted any more, each after those that need it.
  void stop();
  // Containers that need the name of one that is in the way.
  void recreate();
  void start();
  // Restart policies, once everything is healthy: until then a crash is ours to see.
  void commit();
  void clean_up(DataVolumes volumes);

  [[nodiscard]] std::vector<Step> take() { return std::move(steps_); }

 private:
  int add(Step step);
  // Adds the step of that key, if there is one.
  static void append_if(std::vector<int>& after,
                        const std::map<std::string, int>& steps,
                        const std::string& key);
  void prepare_image(const DesiredContainer& container);
  void prepare_networks();
  void prepare_storage();
  void prepare_configuration();
  void create_container(const DesiredContainer& container, std::vector<int> after);
  void stop_one(const ObservedContainer& observed, const std::string& reason, Downtime downtime);
  void start_one(const DesiredContainer& container);
  [[nodiscard]] bool name_is_taken(const DesiredContainer& container) const;
  [[nodiscard]] std::vector<int> before_start(const DesiredContainer& container,
                                              const ObservedContainer* observed) const;
  std::vector<int> remove_containers(const std::vector<int>& everything);
  [[nodiscard]] std::string obsolete_reason(const ObservedContainer& observed) const;
  [[nodiscard]] std::vector<const ObservedContainer*> stop_sequence() const;

  const Observation& observation_;
  const Desired* target_;
  const Desired* previous_;
  const Comparison& comparison_;
  bool resumed_;

  std::vector<Step> steps_;
  std::map<std::string, int> image_steps_;    // By reference.
  std::map<std::string, int> network_steps_;  // By name.
  std::map<std::string, int> volume_steps_;   // By name, configuration too.
  std::vector<int> preparation_;              // Everything that precedes the first stop.
  std::map<std::string, int> create_steps_;   // By key.
  std::map<std::string, int> stop_steps_;     // By the engine's id.
  std::map<std::string, int> remove_steps_;   // By the engine's id.
  std::map<std::string, int> await_steps_;    // By key.
  std::set<std::string> removed_;             // Ids with a remove step.
};

}  // namespace agent::engine
