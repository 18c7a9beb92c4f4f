#include "registry/core/publish_scanner.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace {

using base::ErrorCode;
using registry::core::AttachmentSink;
using registry::core::PublishScanner;

class CollectingSink final : public AttachmentSink {
 public:
  base::Status begin_attachment(std::string_view key) override {
    name = key;
    return base::ok();
  }
  base::Status attachment_bytes(std::string_view bytes) override {
    data += bytes;
    return base::ok();
  }
  std::string name;
  std::string data;
};

struct Scan {
  std::string text;
  std::string name;
  std::string data;
  std::optional<ErrorCode> error;
};

Scan scan(std::initializer_list<std::string_view> pieces, PublishScanner::Limits limits = {}) {
  CollectingSink sink;
  PublishScanner scanner(sink, limits);
  for (const auto piece : pieces) {
    if (const auto fed = scanner.feed(piece); !fed) {
      return {.error = fed.error().code};
    }
  }
  auto text = scanner.finish();
  if (!text) {
    return {.error = text.error().code};
  }
  return {.text = *text, .name = sink.name, .data = sink.data, .error = {}};
}

const std::string k_attachment_last =  // NOLINT(cert-err58-cpp)
    R"({"name":"n","versions":{"1.0.0":{"x":"_attachments {\"data\":\"eA==\"}"}},)"
    R"("_attachments": {"n-1.0.0.tgz" : {"content_type":"application/octet-stream",)"
    R"("data" : "aGVsbG8g\/+\u0041\u0041","length":9}}})";
const std::string k_attachment_first =  // NOLINT(cert-err58-cpp)
    R"({"_attachments":{"n.tgz":{"data":"aGk"}},"readme":"\\\"","name":"n"})";

TEST_SUITE_BEGIN("registry.core.publish_scanner");

TEST_CASE("the tarball is decoded and the rest is kept, wherever the body is cut") {
  for (std::size_t cut = 0; cut <= k_attachment_last.size(); ++cut) {
    for (const std::size_t second : {cut, (cut + k_attachment_last.size()) / 2}) {
      CAPTURE(cut);
      const std::string_view body = k_attachment_last;

      const auto result =
          scan({body.substr(0, cut), body.substr(cut, second - cut), body.substr(second)});

      REQUIRE_FALSE(result.error.has_value());
      CHECK(result.name == "n-1.0.0.tgz");
      CHECK(result.data == std::string("hello \xFF\xE0\x00", 9));
      CHECK(result.text.find(R"("data" : "","length":9)") != std::string::npos);
      CHECK(result.text.find(R"({\"data\":\"eA==\"})") != std::string::npos);
    }
  }
}

TEST_CASE("attachments may come before the metadata, and padding may be missing") {
  for (std::size_t cut = 0; cut <= k_attachment_first.size(); ++cut) {
    CAPTURE(cut);
    const std::string_view body = k_attachment_first;

    const auto result = scan({body.substr(0, cut), body.substr(cut)});

    REQUIRE_FALSE(result.error.has_value());
    CHECK(result.data == "hi");
    CHECK(result.text == R"({"_attachments":{"n.tgz":{"data":""}},"readme":"\\\"","name":"n"})");
  }
}

TEST_CASE("a body cut short anywhere is refused") {
  for (std::size_t end = 0; end < k_attachment_first.size(); ++end) {
    CAPTURE(end);

    CHECK(scan({std::string_view(k_attachment_first).substr(0, end)}).error.has_value());
  }
}

TEST_CASE("a document without attachments is kept whole") {
  const std::string body = R"({"_rev":"1-a","data":"eA==","versions":{},"_attachments":{}})";

  const auto result = scan({body});

  CHECK(result.text == body);
  CHECK(result.data.empty());
}

TEST_CASE("only the data of an attachment is decoded") {
  for (const char* body : {R"({"x":{"n.tgz":{"data":"?"}}})",
                           R"({"_attachments":{"n.tgz":{"note":"?"}}})",
                           R"({"_attachments":{"n.tgz":{"a":{"data":"?"}}}})",
                           R"({"_attachments":[{"data":"?"}]})",
                           R"([{"_attachments":{"n.tgz":{"data":"?"}}}])",
                           R"({"_attachments":{"n.sigstore":{"data":"{\"plain\":1}"}}})"}) {
    CAPTURE(body);

    const auto result = scan({body});

    CHECK(result.text == body);
    CHECK(result.data.empty());
  }
}

TEST_CASE("what is not base64 is refused") {
  for (const char* data : {"a", "aGk$", "aG=k", "aGk===", "\\u00e9", "a-_b", "aGk\\"}) {
    CAPTURE(data);
    const std::string body = R"({"_attachments":{"n.tgz":{"data":")" + std::string(data) + "\"}}}";

    CHECK(scan({body}).error == ErrorCode::invalid_input);
  }
}

TEST_CASE("a second tarball is refused") {
  const auto result =
      scan({R"({"_attachments":{"a.tgz":{"data":"aGk="},"b.tgz":{"data":"aGk="}}})"});

  CHECK(result.error == ErrorCode::invalid_input);
}

TEST_CASE("limits hold while the body arrives") {
  CHECK(scan({R"({"a":"0123456789"})"}, {.metadata = 10}).error == ErrorCode::too_large);
  CHECK(scan({k_attachment_first}, {.attachment = 1}).error == ErrorCode::too_large);
  CHECK(scan({std::string(300, '[')}).error == ErrorCode::invalid_input);
}

TEST_SUITE_END();

}  // namespace
