// aws_auth: a request that changes nothing, signed with the keys.
#include "agent/base/http/url.hpp"
#include "agent/config/amazon_signature.hpp"
#include "agent/config/builtin_tests.hpp"

#include <fmt/format.h>

#include <array>

namespace agent::config {
namespace {

using base::Error;
using base::ErrorCode;
using base::Status;

struct Service {
  std::string_view name;
  std::string_view query;
};

constexpr std::array<Service, 3> k_services = {
    {{"ec2", "Action=DescribeRegions&Version=2016-11-15"},
     {"s3", ""},
     {"sqs", "Action=ListQueues&Version=2012-11-05"}}};

// "https://host:port" of a service, or of what the admin has in place of S3.
std::string site_of(std::string_view service, const std::string& region, std::string endpoint) {
  if (service != "s3" || endpoint.empty()) {
    return fmt::format("https://{}.{}.amazonaws.com", service, region);
  }
  if (endpoint.find("://") == std::string::npos) {
    endpoint.insert(0, "https://");
  }
  while (endpoint.ends_with('/')) {
    endpoint.pop_back();
  }
  return endpoint;
}

}  // namespace

Status test_amazon(const TestCall& call) {
  const auto wanted = call.argument(2);
  const Service* service = nullptr;
  for (const auto& each : k_services) {
    service = each.name == wanted ? &each : service;
  }
  if (service == nullptr) {
    return wrong(fmt::format("the test's own service {:.40} is none of ec2, s3 and sqs", wanted));
  }
  if (call.argument(0).empty() || call.argument(1).empty()) {
    return wrong("the key's id or the secret key is missing", "Give both.");
  }
  const auto region = call.argument(4).empty() ? std::string("us-east-1") : call.argument(4);
  const auto site = site_of(service->name, region, call.argument(3));
  const AmazonRequest request{.host = site.substr(site.find("://") + 3),
                              .query = std::string(service->query),
                              .service = std::string(service->name),
                              .region = region,
                              .time = call.world.now()};
  HttpAsk ask{
      .url = fmt::format("{}/{}{}", site, service->query.empty() ? "" : "?", service->query),
      .headers = signed_headers(request, call.argument(0), base::Secret(call.argument(1)))};
  BASE_TRY_ASSIGN(const auto reply, call.world.http(ask, call.limits));
  if (reply.status == 200) {
    return base::ok();
  }
  if (reply.status == 401 || reply.status == 403) {
    return wrong(fmt::format("{} refuses these keys", site),
                 reply.body.find("AccessDenied") != std::string::npos ||
                         reply.body.find("UnauthorizedOperation") != std::string::npos
                     ? "The keys are right, but may not do this: give them the permission."
                     : "Check the key's id, the secret key and this machine's clock.");
  }
  return Error{ErrorCode::unavailable,
               fmt::format("{} answers {}", site, reply.status),
               "Check the region, and the endpoint if there is one."};
}

}  // namespace agent::config
