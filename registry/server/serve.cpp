#include "registry/server/serve.hpp"

#include "agent/base/core/clock.hpp"
#include "agent/base/fs/lock_file.hpp"
#include "agent/base/http/server.hpp"
#include "agent/base/http/worker_pool.hpp"
#include "agent/base/log/log.hpp"
#include "registry/access/accounts.hpp"
#include "registry/api/addressing.hpp"
#include "registry/api/application.hpp"
#include "registry/api/catalog.hpp"
#include "registry/server/collector.hpp"
#include "registry/store/blob_store.hpp"
#include "registry/store/postgres.hpp"
#include "registry/store/reconnecting.hpp"
#include "registry/store/sql_metadata_store.hpp"
#include "registry/store/sqlite.hpp"
#include "registry/upstream/upstream.hpp"

#include <csignal>
#include <memory>
#include <optional>
#include <utility>

namespace registry::server {
namespace {

using base::ErrorCode;

// A publish holds a worker while it waits for the disk and for the transaction that it shares with
// the others; this many can share one.
constexpr std::size_t k_workers = 24;
constexpr std::size_t k_queue_limit = 4096;
// Each hash takes a core and 19 MiB. What waits here waits some seconds at most; more is refused.
constexpr std::size_t k_password_workers = 2;
constexpr std::size_t k_password_queue_limit = 128;
// Working on a document takes three times its size.
constexpr std::size_t k_metadata_mebibytes = 128;
constexpr std::chrono::seconds k_grace{10};
constexpr mode_t k_folder_mode = 0700;

bool uses_postgres(const Configuration& configuration) {
  return !configuration.database.empty();
}

base::Result<std::unique_ptr<store::SqlMetadataStore>> open_metadata(
    const Configuration& configuration, const base::Clock& clock) {
  auto database = uses_postgres(configuration)
                      ? store::postgres_database({.url = configuration.database.reveal(),
                                                  .password = configuration.database_password})
                      : store::sqlite_database(configuration.data / "registry.db");
  auto metadata =
      std::make_unique<store::SqlMetadataStore>(store::reconnecting(std::move(database), clock));
  const auto reached = metadata->check();
  if (!reached &&
      !(uses_postgres(configuration) && reached.error().code == ErrorCode::unavailable)) {
    return reached.error();
  }
  return metadata;
}

// SQLite belongs to one process: a second registry would serve what it remembers, not what the
// first one wrote.
base::Result<std::optional<base::fs::LockFile>> lock_data(const Configuration& configuration) {
  BASE_TRY(base::fs::make_directories(configuration.data, k_folder_mode));
  if (uses_postgres(configuration)) {
    return std::optional<base::fs::LockFile>();
  }
  BASE_TRY_ASSIGN(auto lock, base::fs::LockFile::acquire(configuration.data / "registryd.lock"));
  return std::optional(std::move(lock));
}

base::Result<api::Addressing> addressing_of(const Configuration& configuration) {
  std::string public_url;
  if (!configuration.public_url.empty()) {
    BASE_TRY_ASSIGN(public_url, parse_public_url(configuration.public_url));
  }
  BASE_TRY_ASSIGN(auto proxies, api::TrustedProxies::parse(configuration.trusted_proxies));
  return api::Addressing(std::move(public_url), std::move(proxies));
}

base::Result<std::shared_ptr<base::http::TlsContext>> tls_of(const Configuration& configuration) {
  if (configuration.tls_certificate.empty() && configuration.tls_key.empty()) {
    return std::shared_ptr<base::http::TlsContext>();
  }
  return base::http::TlsContext::from_files(configuration.tls_certificate, configuration.tls_key);
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

int wait_for_signal() {
  const sigset_t signals = stop_signals();
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
  return signal;
}

}  // namespace

base::Status serve(const Configuration& configuration) {
  // Before any thread exists, so that all inherit it and the signal waits for wait_for_signal().
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const base::SystemClock clock;
  BASE_TRY_ASSIGN(const auto lock, lock_data(configuration));
  BASE_TRY_ASSIGN(const auto addressing, addressing_of(configuration));
  BASE_TRY_ASSIGN(auto tls, tls_of(configuration));
  BASE_TRY_ASSIGN(const auto metadata, open_metadata(configuration, clock));
  BASE_TRY_ASSIGN(const auto blobs, store::open_blob_folder(configuration.data / "blobs"));
  const auto upstream = upstream::no_upstream();
  const access::Policy policy{.registration = configuration.registration,
                              .anonymous_read = configuration.anonymous_read,
                              .restricted_scopes = configuration.restricted_scopes};
  access::Accounts accounts(*metadata, clock, policy);
  store::Organizations organizations(*metadata);
  store::WebRequests web_requests(*metadata);
  store::Profiles profiles(*metadata);
  BASE_TRY_ASSIGN(const auto sealing,
                  base::crypto::SealingKey::load_or_create(configuration.data / "secret.key"));
  access::SecondFactors second_factors(profiles, sealing, clock);
  store::SigningKeys signing_keys(*metadata);
  access::Signer signer(signing_keys, sealing, clock);
  store::Feed feed(*metadata);
  store::AuditLog audit_log(*metadata);
  api::Auditor auditor(audit_log);
  access::Authority authority(organizations, *metadata, clock, policy);
  base::http::WorkerPool workers(k_workers, k_queue_limit);
  base::http::WorkerPool password_workers(k_password_workers, k_password_queue_limit);
  api::Catalog catalog(*metadata, *upstream, workers, {.public_url = addressing.public_url()});
  base::Places metadata_mebibytes(k_metadata_mebibytes);
  api::Application application({.catalog = catalog,
                                .accounts = accounts,
                                .authority = authority,
                                .organizations = organizations,
                                .web_requests = web_requests,
                                .profiles = profiles,
                                .second_factors = second_factors,
                                .audit_log = audit_log,
                                .auditor = auditor,
                                .signing_keys = signing_keys,
                                .signer = signer,
                                .feed = feed,
                                .metadata = *metadata,
                                .blobs = *blobs,
                                .workers = workers,
                                .password_workers = password_workers,
                                .clock = clock,
                                .addressing = addressing,
                                .metadata_mebibytes = metadata_mebibytes,
                                .max_tarball = configuration.max_tarball});
  base::http::Server server({.listen = {configuration.listen}, .tls = std::move(tls)}, application);
  BASE_TRY(server.start());
  const Collector collector(*metadata, *blobs, clock);
  base::log::info("serving",
                  {{"listen", configuration.listen},
                   {"port", server.ports().front()},
                   {"public_url",
                    addressing.public_url().empty() ? "of each request" : addressing.public_url()},
                   {"store", uses_postgres(configuration) ? "postgresql" : "sqlite"},
                   {"registration", configuration.registration},
                   {"anonymous_read", configuration.anonymous_read}});

  const int signal = wait_for_signal();
  base::log::info("stopping", {{"signal", signal}});
  server.stop(k_grace);
  // Nothing that was accepted is cut off half-way; a login may hand on to the other workers.
  password_workers.stop();
  workers.stop();
  return base::ok();
}

base::Status add_user(const Configuration& configuration,
                      const std::string& name,
                      const base::Secret& password,
                      const std::string& email) {
  const base::SystemClock clock;
  BASE_TRY(base::fs::make_directories(configuration.data, k_folder_mode));
  BASE_TRY_ASSIGN(const auto metadata, open_metadata(configuration, clock));
  access::Accounts accounts(*metadata, clock, {});
  return accounts.add_user(name, password, email);
}

base::Status set_administrator(const Configuration& configuration,
                               const std::string& name,
                               bool administrator) {
  const base::SystemClock clock;
  BASE_TRY(base::fs::make_directories(configuration.data, k_folder_mode));
  BASE_TRY_ASSIGN(const auto metadata, open_metadata(configuration, clock));
  return store::Organizations(*metadata).set_administrator(name, administrator);
}

}  // namespace registry::server
