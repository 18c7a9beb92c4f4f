#include "registry/store/group_committer.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace registry::store {
namespace {

// Keeps one transaction, and so the wait of its first job, short.
constexpr std::size_t k_max_group = 64;

}  // namespace

GroupCommitter::GroupCommitter(SqlDatabase& database)
    : database_(database), writer_([this] { write(); }) {}

GroupCommitter::~GroupCommitter() {
  queue_.lock()->stopping = true;
  changed_.notify_all();
}

base::Status GroupCommitter::run(Job job) {
  std::promise<base::Status> promise;
  auto answer = promise.get_future();
  queue_.lock()->waiting.push_back({.job = std::move(job), .answer = std::move(promise)});
  changed_.notify_one();
  return answer.get();
}

void GroupCommitter::write() {
  while (true) {
    std::deque<Waiting> group;
    {
      auto queue = queue_.lock();
      queue.wait(changed_, [](const Queue& q) { return q.stopping || !q.waiting.empty(); });
      if (queue->waiting.empty()) {
        return;
      }
      const auto size = std::min(queue->waiting.size(), k_max_group);
      const auto end = queue->waiting.begin() + static_cast<std::ptrdiff_t>(size);
      std::move(queue->waiting.begin(), end, std::back_inserter(group));
      queue->waiting.erase(queue->waiting.begin(), end);
    }
    commit_group(group);
  }
}

// A connection that has idled may be dead without knowing it; the first statement finds out, and
// one fresh connection is tried, since nothing has been done yet.
base::Status GroupCommitter::begin() {
  if (connection_ != nullptr && connection_->is_usable()) {
    auto begun = connection_->execute(database_.begin_write());
    if (begun || connection_->is_usable()) {
      return begun;
    }
  }
  BASE_TRY_ASSIGN(connection_, database_.connect());
  return connection_->execute(database_.begin_write());
}

base::Status GroupCommitter::run_one(const Job& job) {
  BASE_TRY(connection_->execute("SAVEPOINT job"));
  auto done = job(*connection_);
  if (!done && connection_->is_usable()) {
    BASE_TRY(connection_->execute("ROLLBACK TO SAVEPOINT job"));
  }
  if (connection_->is_usable()) {
    BASE_TRY(connection_->execute("RELEASE SAVEPOINT job"));
  }
  return done;
}

void GroupCommitter::commit_group(std::deque<Waiting>& group) {
  std::vector<base::Status> results;
  auto committed = begin();
  if (committed) {
    for (const auto& waiting : group) {
      results.push_back(run_one(waiting.job));
    }
    committed = connection_->execute("COMMIT");
  }
  if (!committed && connection_ != nullptr) {
    // Whether a broken COMMIT took effect is unknown; a fresh connection is the only clean state.
    connection_.reset();
  }
  for (std::size_t i = 0; i < group.size(); ++i) {
    // A job's own refusal is the better answer, but only when what it saw was committed.
    group[i].answer.set_value(committed ? std::move(results[i]) : committed);
  }
}

}  // namespace registry::store
