#include "registry/api/auditor.hpp"

#include "agent/base/log/log.hpp"

#include <utility>

namespace registry::api {
namespace {

using base::http::Exchange;

class WatchedExchange final : public Exchange {
 public:
  WatchedExchange(Auditor& auditor,
                  std::shared_ptr<Exchange> exchange,
                  store::AuditEntry entry,
                  bool durable)
      : auditor_(auditor),
        exchange_(std::move(exchange)),
        entry_(std::move(entry)),
        durable_(durable) {}

  [[nodiscard]] const base::http::Request& request() const override { return exchange_->request(); }
  void respond(base::http::Response response) override {
    entry_.status = response.status;
    if (!durable_) {
      auditor_.record(std::move(entry_), {});
      exchange_->respond(std::move(response));
      return;
    }
    auto answer = std::make_shared<base::http::Response>(std::move(response));
    auditor_.record(std::move(entry_),
                    [exchange = exchange_, answer] { exchange->respond(std::move(*answer)); });
  }
  void read_body(std::size_t max_bytes,
                 std::function<void(base::Result<std::string>)> callback) override {
    exchange_->read_body(max_bytes, std::move(callback));
  }
  void stream_body(std::uint64_t max_bytes, std::unique_ptr<base::http::BodySink> sink) override {
    exchange_->stream_body(max_bytes, std::move(sink));
  }
  void resume_body() override { exchange_->resume_body(); }
  void on_disconnect(std::function<void()> callback) override {
    exchange_->on_disconnect(std::move(callback));
  }
  [[nodiscard]] base::http::IoLoop* loop() const override { return exchange_->loop(); }

 private:
  Auditor& auditor_;
  std::shared_ptr<Exchange> exchange_;
  store::AuditEntry entry_;
  bool durable_;
};

}  // namespace

Auditor::Auditor(store::AuditLog& log) : log_(log), writer_([this] { work(); }) {}

Auditor::~Auditor() {
  queue_.lock()->stopping = true;
  changed_.notify_all();
}

void Auditor::record(store::AuditEntry entry, std::function<void()> written) {
  queue_.lock()->waiting.push_back({.entry = std::move(entry), .written = std::move(written)});
  changed_.notify_one();
}

std::shared_ptr<Exchange> Auditor::watch(std::shared_ptr<Exchange> exchange,
                                         store::AuditEntry entry,
                                         bool durable) {
  return std::make_shared<WatchedExchange>(*this, std::move(exchange), std::move(entry), durable);
}

void Auditor::work() {
  while (true) {
    std::vector<Waiting> batch;
    {
      auto queue = queue_.lock();
      queue.wait(changed_, [](const Queue& q) { return q.stopping || !q.waiting.empty(); });
      if (queue->waiting.empty()) {
        return;
      }
      batch.swap(queue->waiting);
    }
    write(std::move(batch));
  }
}

void Auditor::write(std::vector<Waiting> batch) {
  std::vector<store::AuditEntry> entries;
  entries.reserve(batch.size());
  for (auto& waiting : batch) {
    entries.push_back(std::move(waiting.entry));
  }
  if (const auto written = log_.append(entries); !written) {
    // Its entries are in this log at least.
    for (const auto& entry : entries) {
      base::log::error("an entry of the audit log could not be stored",
                       written.error(),
                       {{"user", entry.user},
                        {"action", entry.action},
                        {"client", entry.client},
                        {"status", entry.status}});
    }
  }
  for (const auto& waiting : batch) {
    if (waiting.written) {
      waiting.written();
    }
  }
}

}  // namespace registry::api
