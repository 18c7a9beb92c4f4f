#include "registry/api/application.hpp"

#include "agent/base/http/url.hpp"
#include "registry/api/answers.hpp"
#include "registry/api/routes.hpp"
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

}  // namespace

Application::Application(Services services) : services_(services) {
  add_document_routes(tables_, services_);
  add_tarball_routes(tables_, services_);
  add_publish_routes(tables_, services_);
  add_change_routes(tables_, services_);
  add_tag_routes(tables_, services_);
  add_user_routes(tables_, services_);
  add_token_routes(tables_, services_);
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
  identify(*match.route,
           Call{.exchange = std::move(exchange),
                .address = std::move(address),
                .client = services_.addressing.client(request),
                .parameters = std::move(match.parameters)});
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

void Application::identify(const Routes::Route& route, Call call) {
  if (!access::needs_identity(route.permission, services_.accounts.policy())) {
    admit(route, std::move(call));
    return;
  }
  const auto authorization = call.request().headers.get("authorization");
  if (!authorization) {
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
  const auto& policy = services_.accounts.policy();
  // What can be said without the package is said first: strangers do not cause reads of the store.
  auto permitted = access::check_permission(route.permission, policy, call.identity, nullptr);
  if (!permitted) {
    auto answer = error_answer(permitted.error());
    if (!call.request().headers.has("authorization")) {
      answer.headers.add("www-authenticate", "Bearer");
    }
    call.exchange->respond(std::move(answer));
    return;
  }
  if (route.permission != Permission::change_package) {
    run(route, std::move(call));
    return;
  }
  auto exchange = call.exchange;
  submit(services_.workers, exchange, [this, &route, call = std::move(call)]() mutable {
    auto entry = services_.catalog.find(call.parameters.at("package"));
    if (!entry && entry.error().code != ErrorCode::not_found) {
      call.exchange->respond(failure_answer(call.request(), entry.error()));
      return;
    }
    call.package = entry ? *std::move(entry) : nullptr;
    const auto* package = call.package == nullptr ? nullptr : call.package->package.get();
    const auto owns = access::check_permission(
        route.permission, services_.accounts.policy(), call.identity, package);
    if (!owns) {
      call.exchange->respond(error_answer(owns.error()));
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
