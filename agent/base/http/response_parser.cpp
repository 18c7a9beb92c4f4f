#include "agent/base/http/response_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <string>

namespace base::http {
namespace beast = boost::beast;

class ResponseParser::Impl final : public beast::http::basic_parser<false> {
 public:
  explicit Impl(Expect expect) {
    header_limit(64U * 1024U);
    body_limit(boost::none);
    eager(false);
    skip(expect == Expect::no_body);
  }

  int status = 0;
  Headers headers;
  const std::function<void(std::string_view)>* take = nullptr;

 private:
  void on_request_impl(beast::http::verb /*verb*/,
                       beast::string_view /*method*/,
                       beast::string_view /*target*/,
                       int /*version*/,
                       beast::error_code& /*error*/) override {}

  void on_response_impl(int code,
                        beast::string_view /*reason*/,
                        int /*version*/,
                        beast::error_code& /*error*/) override {
    status = code;
  }

  void on_field_impl(beast::http::field /*name*/,
                     beast::string_view name_text,
                     beast::string_view value,
                     beast::error_code& /*error*/) override {
    if (!head_done_) {
      headers.add(std::string(name_text), std::string(value));
    }
  }

  void on_header_impl(beast::error_code& /*error*/) override { head_done_ = true; }

  void on_body_init_impl(const boost::optional<std::uint64_t>& /*length*/,
                         beast::error_code& /*error*/) override {}

  std::size_t on_body_impl(beast::string_view body, beast::error_code& /*error*/) override {
    (*take)({body.data(), body.size()});
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t /*size*/,
                            beast::string_view /*extensions*/,
                            beast::error_code& /*error*/) override {}

  std::size_t on_chunk_body_impl(std::uint64_t /*remain*/,
                                 beast::string_view body,
                                 beast::error_code& /*error*/) override {
    (*take)({body.data(), body.size()});
    return body.size();
  }

  void on_finish_impl(beast::error_code& /*error*/) override {}

  bool head_done_ = false;
};

ResponseParser::ResponseParser(Expect expect) : expect_(expect) {
  renew();
}
ResponseParser::~ResponseParser() = default;

void ResponseParser::renew() {
  impl_ = std::make_unique<Impl>(expect_);
}

ResponseParser::Outcome ResponseParser::parse(std::string_view input,
                                              std::size_t& consumed,
                                              const std::function<void(std::string_view)>& take) {
  consumed = 0;
  while (!impl_->is_done() && consumed < input.size()) {
    const auto rest = input.substr(consumed);
    impl_->take = &take;
    beast::error_code error;
    consumed += impl_->put(boost::asio::const_buffer(rest.data(), rest.size()), error);
    if (error == beast::http::error::need_more) {
      return Outcome::need_more;
    }
    if (error) {
      return Outcome::fault;
    }
    if (impl_->is_done() && impl_->status < 200) {
      renew();
    }
  }
  return impl_->is_done() ? Outcome::done : Outcome::need_more;
}

ResponseParser::Outcome ResponseParser::end() {
  if (!impl_->got_some() || impl_->is_done()) {
    return impl_->is_done() ? Outcome::done : Outcome::fault;
  }
  beast::error_code error;
  impl_->put_eof(error);
  return error ? Outcome::fault : Outcome::done;
}

bool ResponseParser::head_done() const {
  return impl_->is_header_done() && impl_->status >= 200;
}

int ResponseParser::status() const {
  return impl_->status;
}

const Headers& ResponseParser::headers() const {
  return impl_->headers;
}

std::optional<std::uint64_t> ResponseParser::content_length() const {
  const auto length = impl_->content_length();
  return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

}  // namespace base::http
