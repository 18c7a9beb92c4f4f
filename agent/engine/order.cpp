#include "agent/engine/order.hpp"

#include <algorithm>

namespace agent::engine {
namespace {

class Walk {
 public:
  explicit Walk(const Edges& edges) : edges_(edges) {}

  void visit(const std::string& key) {
    if (done_.contains(key)) {
      return;
    }
    const auto on_path = std::find(path_.begin(), path_.end(), key);
    if (on_path != path_.end()) {
      if (!circle_) {
        circle_.emplace(on_path, path_.end());
        circle_->push_back(key);
      }
      return;
    }
    path_.push_back(key);
    if (const auto found = edges_.find(key); found != edges_.end()) {
      for (const auto& before : found->second) {
        visit(before);
      }
    }
    path_.pop_back();
    done_.insert(key);
    sequence_.push_back(key);
  }

  void visit_all() {
    for (const auto& [key, before] : edges_) {
      visit(key);
    }
  }

  [[nodiscard]] const std::vector<std::string>& sequence() const { return sequence_; }
  [[nodiscard]] const std::optional<std::vector<std::string>>& circle() const { return circle_; }

 private:
  const Edges& edges_;
  std::vector<std::string> path_;
  std::set<std::string> done_;
  std::vector<std::string> sequence_;
  std::optional<std::vector<std::string>> circle_;
};

}  // namespace

std::vector<std::string> ordered(const Edges& edges) {
  Walk walk(edges);
  walk.visit_all();
  return walk.sequence();
}

std::optional<std::vector<std::string>> circle_in(const Edges& edges) {
  Walk walk(edges);
  walk.visit_all();
  return walk.circle();
}

Edges dependencies_of(const Desired& desired) {
  Edges edges;
  for (const auto& container : desired.containers) {
    edges[container.key].insert(container.depends_on.begin(), container.depends_on.end());
    edges[container.key].insert(container.attached_to.begin(), container.attached_to.end());
  }
  return edges;
}

Edges start_order_of(const Desired& desired) {
  auto edges = dependencies_of(desired);
  for (const auto& container : desired.containers) {
    for (const auto& trigger : container.triggers) {
      edges[container.key].insert(trigger.container);
    }
  }
  return edges;
}

}  // namespace agent::engine
