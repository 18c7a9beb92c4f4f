#pragma once
// The audit log as the dispatcher uses it.
//
// A thread of its own writes what has come together meanwhile in one transaction. The answer to a
// write waits for its entry to be durable; that to a read does not, so that reading restricted
// packages stays as fast as it is: a crash may lose the last of those.

#include "agent/base/core/guarded.hpp"
#include "agent/base/http/exchange.hpp"
#include "registry/store/audit_log.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace registry::api {

class Auditor {
 public:
  explicit Auditor(store::AuditLog& log);
  // Writes what is left.
  ~Auditor();
  Auditor(const Auditor&) = delete;
  Auditor& operator=(const Auditor&) = delete;
  Auditor(Auditor&&) = delete;
  Auditor& operator=(Auditor&&) = delete;

  // `written` runs on the auditor's thread once the entry is stored, or could not be, which the
  // program's log says. Must not block.
  void record(store::AuditEntry entry, std::function<void()> written);

  // An exchange that records the entry, with the status of the answer, when it is answered.
  // `durable`: the answer waits for it. The auditor outlives it.
  std::shared_ptr<base::http::Exchange> watch(std::shared_ptr<base::http::Exchange> exchange,
                                              store::AuditEntry entry,
                                              bool durable);

 private:
  struct Waiting {
    store::AuditEntry entry;
    std::function<void()> written;
  };
  struct Queue {
    std::vector<Waiting> waiting;
    bool stopping = false;
  };

  void work();
  void write(std::vector<Waiting> batch);

  store::AuditLog& log_;
  base::Guarded<Queue> queue_;
  std::condition_variable changed_;
  std::jthread writer_;
};

}  // namespace registry::api
