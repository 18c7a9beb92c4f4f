#pragma once
// The registry's HTTP interface: a table of routes, each with its permission, and the dispatcher
// that checks it once before anything of the route runs.

#include "agent/base/core/clock.hpp"
#include "agent/base/core/places.hpp"
#include "agent/base/http/router.hpp"
#include "agent/base/http/server.hpp"
#include "agent/base/http/worker_pool.hpp"
#include "registry/access/accounts.hpp"
#include "registry/access/authority.hpp"
#include "registry/access/second_factors.hpp"
#include "registry/access/signer.hpp"
#include "registry/api/addressing.hpp"
#include "registry/api/auditor.hpp"
#include "registry/api/catalog.hpp"
#include "registry/store/blob_store.hpp"
#include "registry/store/feed.hpp"
#include "registry/store/metadata_store.hpp"
#include "registry/store/organizations.hpp"
#include "registry/store/profiles.hpp"
#include "registry/store/web_requests.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace registry::api {

// What the routes work with. All of it outlives the application.
struct Services {
  Catalog& catalog;
  access::Accounts& accounts;
  access::Authority& authority;
  store::Organizations& organizations;
  store::WebRequests& web_requests;
  store::Profiles& profiles;
  access::SecondFactors& second_factors;
  store::AuditLog& audit_log;
  Auditor& auditor;
  store::SigningKeys& signing_keys;
  access::Signer& signer;
  store::Feed& feed;
  store::MetadataStore& metadata;
  store::BlobStore& blobs;
  base::http::WorkerPool& workers;
  base::http::WorkerPool& password_workers;  // Few, so that hashing leaves room for all else.
  const base::Clock& clock;
  const Addressing& addressing;
  // Of bodies whose JSON is large, a place for each mebibyte beyond the first: it is held in
  // memory, and all publishers together must not take more than there is.
  base::Places& metadata_mebibytes;
  std::uint64_t max_tarball = std::uint64_t{512} << 20U;
};

// One request on its way through a route.
struct Call {
  std::shared_ptr<base::http::Exchange> exchange;
  std::string address;  // Of the registry as this client reaches it; empty when it names none.
  std::string client;   // The address that the client itself has.
  base::http::PathParameters parameters;
  access::Permission permission = access::Permission::open;  // The route's.
  // What the dispatcher has found out for the permission. On routes that anybody may use nobody is
  // asked who he is.
  std::optional<access::Identity> identity;
  access::MembershipsPtr memberships;
  // Of routes about a package. There is one, but for those that may create it.
  EntryPtr package;
  DocumentsPtr documents;    // Its documents under `address`, when they were ready.
  std::string organization;  // Of routes about an organisation, without "@".
  std::string body;
  // What keeps the caller from writing the package, on a route that takes stars from all its
  // readers.
  std::optional<base::Error> only_stars;

  [[nodiscard]] const base::http::Request& request() const { return exchange->request(); }
};

struct Action {
  // Tried first, on the event loop: must not block. Nothing: `answer` is needed.
  std::function<std::optional<base::http::Response>(const Call&)> quick;
  // Runs on a worker and may block.
  std::function<base::Result<base::http::Response>(Call&)> answer;
  // In place of `answer`: takes the body as it arrives and responds itself. Runs on a worker.
  std::function<void(const Call&)> stream;
  std::size_t max_body = 0;  // Read before `answer`; 0 for routes without a body.
  bool hashes = false;       // `answer` checks a password.
  // Whoever may read the package and change something may call it, to star the package: see
  // Call::only_stars.
  bool takes_stars = false;
};

using Routes = base::http::Router<access::Permission, Action>;

// `/-/…` never names a package, so the registry's own routes are looked up apart from packages'.
struct RouteTables {
  Routes own;
  Routes packages;
};

class Application final : public base::http::Handler {
 public:
  explicit Application(Services services);

  void on_request(std::shared_ptr<base::http::Exchange> exchange) override;
  base::http::Response on_protocol_error(int status, std::string_view message) override;

 private:
  // The stages of a request, each of which answers it or hands it on. Only `load` may block.
  void begin(const Routes::Route& route, Call call);
  void identify(const Routes::Route& route, Call call);
  void admit(const Routes::Route& route, Call call);
  base::Status load(Call& call);
  void decide(const Routes::Route& route, Call call);
  // Lets the audit log see the answer, of calls that it is for.
  void watch(Call& call) const;
  void demand_second_factor(const Routes::Route& route, Call call);
  void run(const Routes::Route& route, Call call);
  static void submit(base::http::WorkerPool& workers,
                     const std::shared_ptr<base::http::Exchange>& exchange,
                     std::function<void()> task);

  Services services_;
  RouteTables tables_;
};

}  // namespace registry::api
