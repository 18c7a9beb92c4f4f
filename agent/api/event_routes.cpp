#include "agent/api/json_views.hpp"
#include "agent/api/routes.hpp"

#include <nlohmann/json.hpp>

namespace agent::api {
namespace {

using access::Permission;
using base::http::LocalResponse;
using base::http::ResponseWriter;

constexpr std::chrono::seconds k_heartbeat{15};

// One reader of the stream.
class EventStream {
 public:
  EventStream(const Services& services, const Caller& caller)
      : services_(services), token_(caller.token) {}

  bool run(ResponseWriter& writer) {
    const auto subscriber = services_.events.subscribe();
    bool open = writer.write(look());
    while (open && signed_in()) {
      const auto event = subscriber->next(writer.stop(), k_heartbeat);
      switch (event.kind) {
        case StreamEvent::Kind::text:
          open = writer.write(*event.text);
          break;
        case StreamEvent::Kind::look:
          open = writer.write(look());
          break;
        case StreamEvent::Kind::quiet:
          open = writer.write(": nothing happened\n\n");
          break;
        case StreamEvent::Kind::lost:
        case StreamEvent::Kind::ended:
          return true;
      }
    }
    return true;
  }

 private:
  // The whole picture at first and whenever other containers are there; else the status alone.
  std::string look() {
    const auto components = services_.lifecycle.components();
    const auto status = services_.status.make(services_.lifecycle.status(), components);
    std::vector<std::string> names;
    names.reserve(components.size());
    for (const auto& component : components) {
      names.push_back(component.name);
    }
    if (std::exchange(told_, true) && names == names_) {
      return server_sent_event("status", base::data::canonical(status));
    }
    names_ = std::move(names);
    return server_sent_event(
        "snapshot",
        base::data::canonical({{"status", status}, {"components", list_of(components)}}));
  }

  // A session that has ended must not go on looking.
  bool signed_in() { return token_.empty() || services_.access.peek(token_).has_value(); }

  Services services_;
  base::Secret token_;
  bool told_ = false;
  std::vector<std::string> names_;
};

}  // namespace

std::vector<Route> event_routes(const Services& services) {
  return {
      {"GET",
       "/api/v1/events",
       Permission::view,
       [services](const Incoming& incoming) {
         const auto stream = std::make_shared<EventStream>(services, incoming.caller);
         return LocalResponse{
             .headers = {{"Content-Type", "text/event-stream"}},
             .stream = [stream](ResponseWriter& writer) { return stream->run(writer); }};
       }},
  };
}

}  // namespace agent::api
