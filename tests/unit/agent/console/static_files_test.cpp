#include "agent/console/static_files.hpp"

#include "agent/base/fs/files.hpp"
#include "agent/base/fs/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>

namespace {

using agent::console::StaticFiles;
using base::ErrorCode;
using base::fs::TemporaryDirectory;
using base::fs::write_atomically;
namespace http = base::http;

struct Fixture {
  TemporaryDirectory folder = *TemporaryDirectory::create(std::filesystem::temp_directory_path());

  Fixture() {
    write("index.html", "<!doctype html>" + std::string(2000, ' '));
    write("assets/app-1234.js", std::string(5000, 'x'));
    write("favicon.svg", "<svg/>");
  }
  void write(const std::string& name, const std::string& text) const {
    const auto path = folder.path() / name;
    REQUIRE(base::fs::make_directories(path.parent_path(), 0700));
    REQUIRE(write_atomically(path, text, 0600));
  }
  StaticFiles load() const {
    auto files = StaticFiles::load(folder.path());
    REQUIRE(files);
    return *std::move(files);
  }
};

http::Response get(const StaticFiles& files,
                   const std::string& target,
                   const http::Headers& headers = {}) {
  auto url = http::parse_target(target);
  REQUIRE(url);
  return files.answer({.method = "GET", .url = *std::move(url), .headers = headers});
}

const std::string& bytes_of(const http::Response& response) {
  const auto* bytes = std::get_if<http::SharedBytes>(&response.body);
  REQUIRE(bytes != nullptr);
  return **bytes;
}

bool head_has(const http::Response& response, const std::string& text) {
  return response.head != nullptr && response.head->text.find(text) != std::string::npos;
}

TEST_SUITE_BEGIN("agent.console.static_files");

TEST_CASE("the root, the index and pages of the application are the index, asked for anew") {
  const auto files = Fixture().load();
  for (const std::string target : {"/", "/index.html", "/components", "/components/web"}) {
    CAPTURE(target);
    const auto response = get(files, target);
    CHECK(bytes_of(response).starts_with("<!doctype html>"));
    CHECK(head_has(response, "Cache-Control: no-cache\r\n"));
    CHECK(head_has(response, "Content-Type: text/html; charset=utf-8\r\n"));
  }
}

TEST_CASE("assets are kept by browsers for ever") {
  const auto response = get(Fixture().load(), "/assets/app-1234.js");

  CHECK(head_has(response, "Cache-Control: public, max-age=31536000, immutable\r\n"));
  CHECK(head_has(response, "Content-Type: text/javascript; charset=utf-8\r\n"));
}

TEST_CASE("a missing file is 404 and no page") {
  const auto files = Fixture().load();

  CHECK(get(files, "/assets/none").status == 404);
  CHECK(get(files, "/none.js").status == 404);
}

TEST_CASE("who takes gzip gets it, others the plain bytes") {
  const auto files = Fixture().load();

  const auto packed = get(files, "/assets/app-1234.js", {{"Accept-Encoding", "br, gzip"}});
  const auto plain = get(files, "/assets/app-1234.js");

  CHECK(head_has(packed, "Content-Encoding: gzip\r\n"));
  CHECK(bytes_of(packed).starts_with("\x1f\x8b"));
  CHECK_FALSE(head_has(plain, "Content-Encoding"));
  CHECK(bytes_of(plain) == std::string(5000, 'x'));
  CHECK(head_has(plain, "Vary: Accept-Encoding\r\n"));
}

TEST_CASE("what the browser has already is not sent again") {
  const auto files = Fixture().load();
  const auto& head = get(files, "/favicon.svg").head->text;
  const auto begin = head.find("ETag: ") + 6;
  const auto etag = head.substr(begin, head.find('\r', begin) - begin);

  const auto same = get(files, "/favicon.svg", {{"If-None-Match", etag}});
  const auto other = get(files, "/favicon.svg", {{"If-None-Match", "\"other\""}});

  CHECK(same.status == 304);
  CHECK(other.status == 200);
}

TEST_CASE("every page forbids what the console does not use") {
  const auto response = get(Fixture().load(), "/");

  CHECK(head_has(response, "Content-Security-Policy: default-src 'none'; script-src 'self'"));
  CHECK(head_has(response, "frame-ancestors 'none'"));
  CHECK_FALSE(head_has(response, "unsafe-inline"));
  CHECK(head_has(response, "X-Content-Type-Options: nosniff\r\n"));
  CHECK_FALSE(head_has(response, "Strict-Transport-Security"));
}

TEST_CASE("links and hidden files are not served") {
  const Fixture fixture;
  fixture.write(".secret.txt", "hidden");
  REQUIRE(::symlink("/etc/passwd", (fixture.folder.path() / "passwd.txt").c_str()) == 0);

  const auto files = fixture.load();

  CHECK(get(files, "/.secret.txt").status == 404);
  CHECK(get(files, "/passwd.txt").status == 404);
  CHECK(get(files, "/assets/../../etc/passwd.txt").status == 404);
}

TEST_CASE("a folder without an index is not found") {
  const auto folder = *TemporaryDirectory::create(std::filesystem::temp_directory_path());

  CHECK(StaticFiles::load(folder.path()).error().code == ErrorCode::not_found);
  CHECK(StaticFiles::load("/nonexistent").error().code == ErrorCode::not_found);
}

TEST_SUITE_END();

}  // namespace
