#pragma once
// A whole registry in this process, on SQLite and a folder of its own, reached over loopback as a
// client would. It trusts what loopback says it forwards.

#include "agent/base/fs/temporary_directory.hpp"
#include "agent/base/http/client.hpp"
#include "agent/base/http/server.hpp"
#include "agent/base/http/worker_pool.hpp"
#include "registry/access/accounts.hpp"
#include "registry/api/addressing.hpp"
#include "registry/api/application.hpp"
#include "registry/api/catalog.hpp"
#include "registry/store/sql_metadata_store.hpp"
#include "registry/upstream/upstream.hpp"
#include "tests/support/agent/base/core/manual_clock.hpp"
#include "tests/support/registry/store/filling_blob_store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace registry {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// A package's tarball: package/package.json and a file or two.
std::string sample_tarball(const std::string& package_json);

// The body of `npm publish`.
std::string publish_body(const std::string& name,
                         const std::string& version,
                         const std::string& tarball,
                         const std::string& tag = "latest");

class RegistryUnderTest {
 public:
  explicit RegistryUnderTest(access::Policy policy = {.registration = true, .anonymous_read = true},
                             std::string public_url = "http://registry.test/npm",
                             std::uint64_t max_tarball = std::uint64_t{1} << 20U);
  ~RegistryUnderTest();
  RegistryUnderTest(const RegistryUnderTest&) = delete;
  RegistryUnderTest& operator=(const RegistryUnderTest&) = delete;
  RegistryUnderTest(RegistryUnderTest&&) = delete;
  RegistryUnderTest& operator=(RegistryUnderTest&&) = delete;

  base::http::ClientResponse request(const std::string& method,
                                     const std::string& path,
                                     HeaderList headers = {},
                                     std::string body = {});
  base::http::ClientResponse get(const std::string& path, HeaderList headers = {}) {
    return request("GET", path, std::move(headers));
  }

  // Creates the user and returns "authorization: Bearer …" for him.
  HeaderList login(const std::string& user);

  base::http::ClientResponse publish(const HeaderList& who,
                                     const std::string& name,
                                     const std::string& version,
                                     const std::string& tag = "latest");

  store::MetadataStore& metadata() { return *metadata_; }
  access::Accounts& accounts() { return *accounts_; }
  store::Organizations& organizations() { return *organizations_; }
  store::FillingBlobStore& blobs() { return *blobs_; }
  base::ManualClock& clock() { return clock_; }
  // One thread, eight places.
  base::Places& metadata_mebibytes() { return metadata_mebibytes_; }
  base::http::WorkerPool& password_workers() { return *password_workers_; }

 private:
  api::Addressing addressing_;
  base::fs::TemporaryDirectory folder_;
  base::ManualClock clock_;
  std::unique_ptr<store::SqlMetadataStore> metadata_;
  std::unique_ptr<store::Organizations> organizations_;
  std::unique_ptr<store::WebRequests> web_requests_;
  std::unique_ptr<store::Profiles> profiles_;
  std::unique_ptr<store::FillingBlobStore> blobs_;
  std::unique_ptr<upstream::Upstream> upstream_;
  std::unique_ptr<access::Accounts> accounts_;
  std::unique_ptr<access::Authority> authority_;
  std::optional<base::crypto::SealingKey> sealing_;
  std::unique_ptr<access::SecondFactors> second_factors_;
  std::unique_ptr<store::SigningKeys> signing_keys_;
  std::unique_ptr<access::Signer> signer_;
  std::unique_ptr<store::Feed> feed_;
  std::unique_ptr<store::AuditLog> audit_log_;
  std::unique_ptr<api::Auditor> auditor_;
  std::unique_ptr<base::http::WorkerPool> workers_;
  base::Places metadata_mebibytes_{4};
  std::unique_ptr<base::http::WorkerPool> password_workers_;
  std::unique_ptr<api::Catalog> catalog_;
  std::unique_ptr<api::Application> application_;
  std::unique_ptr<base::http::Server> server_;
  base::http::Client client_;
};

// "/@s%2fn"
std::string encoded(const std::string& name);
// The value of a field of the answer; empty when it has none.
std::string field(const base::http::ClientResponse& response, std::string_view name);
// `_rev` as a writer reads it.
std::string revision_of(RegistryUnderTest& registry, const std::string& name);

}  // namespace registry
