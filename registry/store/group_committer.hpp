#pragma once
// Writes of many callers in one transaction. An fsync costs the same for one write as for fifty, so
// a writer thread runs all that wait, commits once, and then answers them all.

#include "agent/base/core/guarded.hpp"
#include "registry/store/sql_connection.hpp"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <future>
#include <thread>

namespace registry::store {

class GroupCommitter {
 public:
  using Job = std::function<base::Status(SqlConnection&)>;

  explicit GroupCommitter(SqlDatabase& database);
  GroupCommitter(const GroupCommitter&) = delete;
  GroupCommitter& operator=(const GroupCommitter&) = delete;
  GroupCommitter(GroupCommitter&&) = delete;
  GroupCommitter& operator=(GroupCommitter&&) = delete;
  // Commits what still waits. No run() may be under way.
  ~GroupCommitter();

  // Runs the job on the writer's connection, inside the transaction it shares with others, and
  // blocks until that is committed. A job that fails is undone alone; the others are not touched.
  // Success means durable. A job may run twice, when the connection broke before anything was
  // committed, so it must not depend on what an earlier run left in its captures.
  base::Status run(Job job);

 private:
  struct Waiting {
    Job job;
    std::promise<base::Status> answer;
  };
  struct Queue {
    std::deque<Waiting> waiting;
    bool stopping = false;
  };

  void write();
  void commit_group(std::deque<Waiting>& group);
  base::Status begin();
  base::Status run_one(const Job& job);

  SqlDatabase& database_;
  base::Guarded<Queue> queue_;
  std::condition_variable changed_;
  std::unique_ptr<SqlConnection> connection_;  // Of the writer thread alone.
  std::jthread writer_;
};

}  // namespace registry::store
