#include "registry/api/application.hpp"

#include "agent/base/http/url.hpp"
#include "registry/api/answers.hpp"
#include "registry/api/challenge.hpp"
#include "registry/api/routes.hpp"
#include "registry/api/stars.hpp"
#include "registry/core/json_slices.hpp"
#include "registry/core/package_name.hpp"

#include <utility>

namespace registry::api {
namespace {

using access::Permission;
using base::ErrorCode;
using base::http::Exchange;
using base::http::Response;

Response not_found() {
  return error_answer(404, "not found");
}

base::Result<bool> second_factor_demanded(const Call& call) {
  if (!call.identity) {
    return false;
  }
  if (access::needs_second_factor(call.permission, *call.identity, *call.memberships)) {
    return true;
  }
  const bool writes = call.permission == Permission::write_package ||
                      call.permission == Permission::administer_package;
  return writes && call.package != nullptr
             ? access::needs_second_factor(
                   *call.package->package, *call.identity, *call.memberships)
             : base::Result<bool>(false);
}

// What the audit log is for: every attempt to change something, and every read of what not
// everybody may read.
bool is_audited(const Call& call) {
  if (call.permission == Permission::read) {
    return false;
  }
  const auto& method = call.request().method;
  if (method != "GET" && method != "HEAD") {
    return true;
  }
  return call.package != nullptr && call.package->package->restricted;
}

// Clients tell by the field what would help: an account, or another address to come from.
Response refusal(const Call& call, const base::Error& error) {
  auto answer = failure_answer(call.request(), error);
  if (error.reason == access::k_ip_address) {
    answer.headers.add("www-authenticate", "ipaddress");
  } else if (answer.status == 401 && !call.request().headers.has("authorization")) {
    answer.headers.add("www-authenticate", "Bearer");
  }
  return answer;
}

}  // namespace

Application::Application(Services services) : services_(services) {
  add_document_routes(tables_, services_);
  add_tarball_routes(tables_, services_);
  add_publish_routes(tables_, services_);
  add_change_routes(tables_, services_);
  add_tag_routes(tables_, services_);
  add_user_routes(tables_, services_);
  add_profile_routes(tables_, services_);
  add_token_routes(tables_, services_);
  add_organization_routes(tables_, services_);
  add_team_routes(tables_, services_);
  add_access_routes(tables_, services_);
  add_web_login_routes(tables_, services_);
  add_advisory_routes(tables_, services_);
  add_audit_routes(tables_, services_);
  add_feed_routes(tables_, services_);
  add_key_routes(tables_, services_);
  add_search_routes(tables_, services_);
  add_health_routes(tables_, services_);
}

void Application::on_request(std::shared_ptr<Exchange> exchange) {
  const auto& request = exchange->request();
  auto address = services_.addressing.registry(request);
  std::string_view path = request.url.raw_path;
  // A proxy may have taken the path of the address off or not.
  const auto prefix = path_of_url(address);
  if (!prefix.empty() && path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/')) {
    path.remove_prefix(prefix.size());
  }
  const auto segments = core::route_segments(path);
  if (!segments) {
    exchange->respond(not_found());
    return;
  }
  const auto& routes = segments->front() == "-" ? tables_.own : tables_.packages;
  auto match = routes.find(request.method, *segments);
  if (match.route == nullptr) {
    exchange->respond(not_found());
    return;
  }
  begin(*match.route,
        Call{.exchange = std::move(exchange),
             .address = std::move(address),
             .client = services_.addressing.client(request),
             .parameters = std::move(match.parameters),
             .permission = match.route->permission});
}

Response Application::on_protocol_error(int status, std::string_view message) {
  return error_answer(status, message);
}

void Application::submit(base::http::WorkerPool& workers,
                         const std::shared_ptr<Exchange>& exchange,
                         std::function<void()> task) {
  if (!workers.submit(std::move(task))) {
    exchange->respond(error_answer(busy()));
  }
}

// The package is looked up first: of one that everybody may read nobody is asked who he is, so that
// the usual request costs a lookup and no more.
void Application::begin(const Routes::Route& route, Call call) {
  const auto& policy = services_.authority.policy();
  if (access::is_about_organization(call.permission)) {
    const std::string_view name = call.parameters.at("org");
    call.organization = name.substr(name.starts_with('@') ? 1 : 0);
  }
  if (!access::is_about_package(call.permission)) {
    identify(route, std::move(call));
    return;
  }
  auto ready = services_.catalog.ready(call.parameters.at("package"), call.address);
  call.package = std::move(ready.entry);
  call.documents = std::move(ready.documents);
  if (call.permission != Permission::read_package || !policy.anonymous_read) {
    identify(route, std::move(call));
    return;
  }
  const auto go_on = [this, &route](Call known) {
    const auto& entry = known.package;
    if (entry != nullptr && access::is_open_to_all(*entry->package, services_.authority.policy())) {
      run(route, std::move(known));
    } else {
      identify(route, std::move(known));
    }
  };
  if (call.package != nullptr) {
    go_on(std::move(call));
    return;
  }
  auto exchange = call.exchange;
  submit(services_.workers, exchange, [this, go_on, call = std::move(call)]() mutable {
    if (const auto loaded = load(call); !loaded) {
      call.exchange->respond(failure_answer(call.request(), loaded.error()));
      return;
    }
    go_on(std::move(call));
  });
}

void Application::identify(const Routes::Route& route, Call call) {
  const auto authorization = call.request().headers.get("authorization");
  if (call.permission == Permission::open || !authorization) {
    admit(route, std::move(call));
    return;
  }
  if (auto known = services_.accounts.cached_identity(*authorization)) {
    call.identity = std::move(known);
    admit(route, std::move(call));
    return;
  }
  auto exchange = call.exchange;
  auto& workers =
      access::Accounts::may_hash(*authorization) ? services_.password_workers : services_.workers;
  submit(workers, exchange, [this, &route, call = std::move(call)]() mutable {
    auto identity =
        services_.accounts.authenticate(*call.request().headers.get("authorization"), call.client);
    if (!identity) {
      call.exchange->respond(failure_answer(call.request(), identity.error()));
      return;
    }
    call.identity = *std::move(identity);
    admit(route, std::move(call));
  });
}

void Application::admit(const Routes::Route& route, Call call) {
  auto allowed = call.identity ? access::check_token_use(
                                     *call.identity, call.client, services_.clock.wall_time())
                               : base::ok();
  if (allowed) {
    // What can be said without the package is said first: strangers cause no reads of the store.
    allowed = access::check_identity(call.permission, services_.authority.policy(), call.identity);
  }
  if (!allowed) {
    call.exchange->respond(refusal(call, allowed.error()));
    return;
  }
  call.memberships = services_.authority.cached_memberships(call.identity);
  const bool package_known = !access::is_about_package(call.permission) ||
                             (call.package != nullptr && !call.package->package->is_unpublished());
  if (call.memberships != nullptr && package_known &&
      !access::is_about_organization(call.permission)) {
    decide(route, std::move(call));
    return;
  }
  auto exchange = call.exchange;
  submit(services_.workers, exchange, [this, &route, call = std::move(call)]() mutable {
    if (const auto loaded = load(call); !loaded) {
      call.exchange->respond(failure_answer(call.request(), loaded.error()));
      return;
    }
    decide(route, std::move(call));
  });
}

// A package that does not exist is no error here: what it means is for the permission to say.
base::Status Application::load(Call& call) {
  if (access::is_about_package(call.permission) && call.package == nullptr) {
    auto entry = services_.catalog.find(call.parameters.at("package"));
    if (!entry && entry.error().code != ErrorCode::not_found) {
      return std::move(entry).error();
    }
    call.package = entry ? *std::move(entry) : nullptr;
  }
  BASE_TRY_ASSIGN(call.memberships, services_.authority.memberships(call.identity));
  return base::ok();
}

void Application::decide(const Routes::Route& route, Call call) {
  watch(call);
  access::Target target{.organization = call.organization};
  if (access::is_about_package(call.permission)) {
    target.name = call.parameters.at("package");
    target.package = call.package == nullptr ? nullptr : call.package->package.get();
  }
  const auto permitted =
      services_.authority.check(call.permission, call.identity, *call.memberships, target);
  if (!permitted) {
    if (!route.action.takes_stars || permitted.error().code != ErrorCode::forbidden ||
        !may_star(services_, call, target)) {
      call.exchange->respond(refusal(call, permitted.error()));
      return;
    }
    call.only_stars = permitted.error();
    run(route, std::move(call));
    return;
  }
  const auto demanded = second_factor_demanded(call);
  if (!demanded) {
    call.exchange->respond(refusal(call, demanded.error()));
    return;
  }
  if (*demanded) {
    demand_second_factor(route, std::move(call));
    return;
  }
  run(route, std::move(call));
}

void Application::watch(Call& call) const {
  if (!is_audited(call)) {
    return;
  }
  const auto& request = call.request();
  store::AuditEntry entry{
      .time = services_.clock.wall_time().time_since_epoch().count(),
      .user = call.identity ? call.identity->user : std::string(),
      .token = call.identity ? call.identity->token : std::string(),
      .client = call.client,
      .action = core::storable_text(request.method + " " + path_for_log(request.url.raw_path)),
      .package =
          access::is_about_package(call.permission) ? call.parameters.at("package") : std::string(),
      .organization = call.organization};
  const bool durable = request.method != "GET" && request.method != "HEAD";
  call.exchange = services_.auditor.watch(std::move(call.exchange), std::move(entry), durable);
}

void Application::demand_second_factor(const Routes::Route& route, Call call) {
  auto exchange = call.exchange;
  submit(services_.workers, exchange, [this, &route, call = std::move(call)]() mutable {
    const std::string password(call.request().headers.get("npm-otp").value_or(""));
    if (const auto proven = services_.second_factors.check(call.identity->user, password);
        !proven) {
      call.exchange->respond(challenge(services_, call, call.identity->user, proven.error()));
      return;
    }
    run(route, std::move(call));
  });
}

void Application::run(const Routes::Route& route, Call call) {
  const auto& action = route.action;
  if (action.quick) {
    if (auto response = action.quick(call)) {
      call.exchange->respond(*std::move(response));
      return;
    }
  }
  auto exchange = call.exchange;
  if (action.stream) {
    submit(services_.workers, exchange, [&action, call = std::move(call)] { action.stream(call); });
    return;
  }
  const auto answer = [&action](Call ready) {
    auto response = action.answer(ready);
    ready.exchange->respond(response ? *std::move(response)
                                     : failure_answer(ready.request(), response.error()));
  };
  auto& workers = action.hashes ? services_.password_workers : services_.workers;
  if (action.max_body == 0 || !call.request().has_body()) {
    submit(
        workers, exchange, [answer, call = std::move(call)]() mutable { answer(std::move(call)); });
    return;
  }
  exchange->read_body(
      action.max_body,
      [&workers, answer, call = std::move(call)](base::Result<std::string> body) mutable {
        if (!body) {
          call.exchange->respond(error_answer(body.error()));
          return;
        }
        call.body = *std::move(body);
        auto waiting = call.exchange;
        submit(workers, waiting, [answer, call = std::move(call)]() mutable {
          answer(std::move(call));
        });
      });
}

}  // namespace registry::api
