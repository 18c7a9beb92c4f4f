#include "agent/base/http/request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

namespace base::http {
namespace beast = boost::beast;

namespace {

using ErrorCodeOut = beast::error_code;

constexpr std::size_t k_usual_fields = 8;
// What BodySink promises; more than that can have come while nobody took it.
constexpr std::size_t k_largest_piece = 65'536;
// A chunk's head with its extensions, and the trailer section, must fit into this.
constexpr std::size_t k_chunk_head_limit = 16'384;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

// Whether the request line is well-formed but for the number of the version.
bool names_version(std::string_view head) {
  const auto line = head.substr(0, head.find('\r'));
  const auto last = line.substr(line.rfind(' ') + 1);
  return std::count(line.begin(), line.end(), ' ') == 2 && last.size() == 8 &&
         last.starts_with("HTTP/") && last[6] == '.';
}

void refuse(ErrorCodeOut& error) {
  error = beast::http::error::bad_field;
}

}  // namespace

class RequestParser::Impl final : public beast::http::basic_parser<true> {
 public:
  explicit Impl(Limits limits_in) : limits(limits_in) {
    header_limit(static_cast<std::uint32_t>(limits.head_bytes + 4));
    body_limit(boost::none);
    eager(false);
    request.headers.reserve(k_usual_fields);
  }

  bool scan(std::string_view input, std::size_t& head_end);
  bool finish_request();
  bool set_fault(int status, std::string_view message) {
    fault = {.status = status, .message = message};
    return false;
  }

  Limits limits;
  Request request;
  ParseFault fault;
  std::size_t scanned = 0;  // Up to here the head was looked through.
  int version = 11;
  bool expects_continue = false;
  bool head_done = false;
  const std::function<bool(std::string_view)>* take = nullptr;
  bool wants_more = true;

 private:
  bool take_absolute_target();

  void on_request_impl(beast::http::verb /*verb*/,
                       beast::string_view method,
                       beast::string_view target,
                       int version_in,
                       ErrorCodeOut& /*error*/) override {
    request.method = view(method);
    request.target = view(target);
    version = version_in;
  }

  void on_response_impl(int /*code*/,
                        beast::string_view /*reason*/,
                        int /*version*/,
                        ErrorCodeOut& /*error*/) override {}

  void on_field_impl(beast::http::field name,
                     beast::string_view name_text,
                     beast::string_view value,
                     ErrorCodeOut& error) override {
    if (head_done) {
      return;  // Trailers: nobody here wants them.
    }
    if (request.headers.size() == limits.head_fields) {
      error = beast::http::error::header_limit;
      return;
    }
    if (name == beast::http::field::content_length &&
        (request.headers.has("content-length") ||
         view(value).find(',') != std::string_view::npos)) {
      return refuse(error);
    }
    if (name == beast::http::field::transfer_encoding &&
        (version == 10 || !equal_ignoring_case(view(value), "chunked"))) {
      return refuse(error);
    }
    if (name == beast::http::field::host) {
      if (request.headers.has("host")) {
        return refuse(error);
      }
      request.host = view(value);
    }
    if (name == beast::http::field::expect) {
      expects_continue = equal_ignoring_case(view(value), "100-continue");
    }
    request.headers.add(std::string(view(name_text)), std::string(view(value)));
  }

  void on_header_impl(ErrorCodeOut& /*error*/) override { head_done = true; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         ErrorCodeOut& /*error*/) override {}

  std::size_t on_body_impl(beast::string_view body, ErrorCodeOut& /*error*/) override {
    wants_more = (*take)(view(body));
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t /*size*/,
                            beast::string_view /*extensions*/,
                            ErrorCodeOut& /*error*/) override {}

  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/,
                                 beast::string_view body,
                                 ErrorCodeOut& /*error*/) override {
    wants_more = (*take)(view(body));
    return body.size();
  }

  void on_finish_impl(ErrorCodeOut& /*error*/) override {}
};

// Finds the end of the head, and refuses line ends that Beast would mend. False: incomplete, or
// faulty.
bool RequestParser::Impl::scan(std::string_view input, std::size_t& head_end) {
  while (true) {
    const auto feed = input.find('\n', scanned);
    if (feed == std::string_view::npos) {
      scanned = input.size();
      return false;
    }
    if (feed == 0 || input[feed - 1] != '\r') {
      return set_fault(400, "a line of the request head does not end with CR LF");
    }
    if (feed >= 3 && input[feed - 2] == '\n') {
      head_end = feed + 1;
      return true;
    }
    if (feed + 1 == input.size()) {
      scanned = feed;  // Whether the line is folded, the next byte says.
      return false;
    }
    if (input[feed + 1] == ' ' || input[feed + 1] == '\t') {
      return set_fault(400, "a field of the request head is folded over several lines");
    }
    scanned = feed + 1;
  }
}

// "http://host:port/path" is what a proxy is asked; a server has to understand it as well, and then
// the authority in it outranks the Host field (RFC 9112 3.2.2).
bool RequestParser::Impl::take_absolute_target() {
  const std::string_view target = request.target;
  const auto mark = target.find("://");
  const auto scheme = target.substr(0, std::min(mark, target.size()));
  if (mark == std::string_view::npos ||
      !(equal_ignoring_case(scheme, "http") || equal_ignoring_case(scheme, "https"))) {
    return set_fault(400, "the request target is neither a path nor an http URL");
  }
  const auto rest = target.substr(mark + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.find('@') != std::string_view::npos) {
    return set_fault(400, "the request target has no valid host");
  }
  request.host = authority;
  std::string path(rest.substr(authority.size()));
  if (path.empty() || path.front() != '/') {
    path.insert(0, "/");
  }
  request.target = std::move(path);
  return true;
}

bool RequestParser::Impl::finish_request() {
  const auto length = content_length();
  request.chunked = chunked();
  if (length) {
    request.content_length = *length;
  }
  if (!request.headers.has("host") && version == 11) {
    return set_fault(400, "the request has no Host field");
  }
  if (request.target == "*" && request.method == "OPTIONS") {
    request.url.raw_path = request.url.path = "*";
  } else {
    if (request.target.front() != '/' && !take_absolute_target()) {
      return false;
    }
    auto url = http::parse_target(request.target);  // Beast's own is nearer.
    if (!url) {
      return set_fault(400, "the request target is not a valid path and query");
    }
    request.url = *std::move(url);
  }
  // Only what an authority can consist of: the name may end up in links and logs.
  const bool plain = std::all_of(request.host.begin(), request.host.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::strchr(".-_:[]~%", c) != nullptr;
  });
  return plain || set_fault(400, "the Host field is no host name");
}

RequestParser::RequestParser(Limits limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestParser::~RequestParser() = default;

RequestParser::Outcome RequestParser::parse_head(std::string_view input, std::size_t& consumed) {
  // An empty line before a request is what some old clients send after a body.
  const std::size_t skipped = input.starts_with("\r\n") ? 2 : 0;
  const auto head = input.substr(skipped);
  std::size_t size = 0;
  const bool complete = impl_->scan(head, size);
  if (complete ? size > impl_->limits.head_bytes : head.size() >= impl_->limits.head_bytes) {
    impl_->set_fault(431, "the request head is too large");
    return Outcome::fault;
  }
  if (!complete) {
    return impl_->fault.message.empty() ? Outcome::need_more : Outcome::fault;
  }
  ErrorCodeOut error;
  const auto used = impl_->put(boost::asio::const_buffer(head.data(), size), error);
  if (error == beast::http::error::header_limit) {
    impl_->set_fault(431, "the request head has too many fields");
    return Outcome::fault;
  }
  if (error == beast::http::error::bad_version && names_version(head)) {
    impl_->set_fault(505, "the HTTP version is not 1.0 or 1.1");
    return Outcome::fault;
  }
  if (error || used != size || !impl_->is_header_done()) {
    impl_->set_fault(400, "the request head is malformed");
    return Outcome::fault;
  }
  if (!impl_->finish_request()) {
    return Outcome::fault;
  }
  consumed = skipped + size;
  return Outcome::done;
}

RequestParser::Outcome RequestParser::parse_body(
    std::string_view input,
    std::size_t& consumed,
    const std::function<bool(std::string_view)>& take) {
  consumed = 0;
  impl_->take = &take;
  impl_->wants_more = true;
  while (!impl_->is_done() && impl_->wants_more && consumed < input.size()) {
    const auto rest = input.substr(consumed, k_largest_piece);
    const bool cut = rest.size() < input.size() - consumed;
    ErrorCodeOut error;
    const auto count = impl_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    consumed += count;
    if (error == beast::http::error::need_more) {
      if (cut && count > 0) {
        continue;  // The head of a chunk lay across the cut.
      }
      if (input.size() - consumed >= k_chunk_head_limit) {
        impl_->set_fault(400, "a chunk of the request body has an overlong head");
        return Outcome::fault;
      }
      break;
    }
    if (error) {
      impl_->set_fault(400, "the chunks of the request body are malformed");
      return Outcome::fault;
    }
  }
  return impl_->is_done() ? Outcome::done : Outcome::need_more;
}

Request& RequestParser::request() noexcept {
  return impl_->request;
}

bool RequestParser::keep_alive() const {
  return impl_->keep_alive();
}

bool RequestParser::is_http_1_0() const {
  return impl_->version == 10;
}

bool RequestParser::expects_continue() const {
  return impl_->expects_continue && impl_->version == 11;
}

bool RequestParser::is_chunked() const {
  return impl_->chunked();
}

std::uint64_t RequestParser::remaining() const {
  return impl_->chunked() ? std::numeric_limits<std::uint64_t>::max()
                          : impl_->content_length_remaining().value_or(0);
}

const ParseFault& RequestParser::fault() const noexcept {
  return impl_->fault;
}

}  // namespace base::http
