#include "tests/support/registry/api/registry_under_test.hpp"

#include "agent/base/archive/tar_writer.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "registry/core/json_slices.hpp"
#include "registry/store/schema.hpp"
#include "registry/store/sqlite.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace registry {

std::string sample_tarball(const std::string& package_json) {
  const auto tarball = base::archive::tar_bytes(
      [&](base::archive::TarWriter& writer) -> base::Status {
        BASE_TRY(writer.add_file("package/package.json", package_json));
        return writer.add_file("package/i.js", "module.exports = 1;\n");
      },
      base::archive::Compression::gzip);
  REQUIRE(tarball);
  return *tarball;
}

std::string publish_body(const std::string& name,
                         const std::string& version,
                         const std::string& tarball,
                         const std::string& tag) {
  return fmt::format(
      R"({{"_id":"{0}","name":"{0}","dist-tags":{{"{1}":"{2}"}},"versions":{{"{2}":{{"name":"{0}",)"
      R"("version":"{2}","description":"A sample","readme":"# {0}","readmeFilename":"README.md"}}}},)"
      R"("access":null,"_attachments":{{"{0}-{2}.tgz":{{"content_type":)"
      R"("application/octet-stream","data":"{3}","length":{4}}}}}}})",
      name,
      tag,
      version,
      base::crypto::base64_encode(tarball),
      tarball.size());
}

RegistryUnderTest::RegistryUnderTest(access::Policy policy,
                                     std::string public_url,
                                     std::uint64_t max_tarball)
    : addressing_(std::move(public_url), *api::TrustedProxies::parse("127.0.0.1")),
      folder_(base::fs::TemporaryDirectory::create("/tmp").operator*()) {
  auto database = store::sqlite_database(folder_.path() / "registry.db");
  REQUIRE(store::migrate_schema(*database));
  metadata_ = std::make_unique<store::SqlMetadataStore>(std::move(database));
  auto blobs = store::open_blob_folder(folder_.path() / "blobs");
  REQUIRE(blobs);
  blobs_ = std::make_unique<store::FillingBlobStore>(*std::move(blobs));
  upstream_ = upstream::no_upstream();
  accounts_ = std::make_unique<access::Accounts>(*metadata_, clock_, policy);
  organizations_ = std::make_unique<store::Organizations>(*metadata_);
  web_requests_ = std::make_unique<store::WebRequests>(*metadata_);
  profiles_ = std::make_unique<store::Profiles>(*metadata_);
  auto key = base::crypto::SealingKey::load_or_create(folder_.path() / "secret.key");
  REQUIRE(key);
  sealing_ = *std::move(key);
  second_factors_ = std::make_unique<access::SecondFactors>(*profiles_, *sealing_, clock_);
  signing_keys_ = std::make_unique<store::SigningKeys>(*metadata_);
  signer_ = std::make_unique<access::Signer>(*signing_keys_, *sealing_, clock_);
  feed_ = std::make_unique<store::Feed>(*metadata_);
  authority_ = std::make_unique<access::Authority>(*organizations_, *metadata_, clock_, policy);
  audit_log_ = std::make_unique<store::AuditLog>(*metadata_);
  auditor_ = std::make_unique<api::Auditor>(*audit_log_);
  workers_ = std::make_unique<base::http::WorkerPool>(4, 1000);
  password_workers_ = std::make_unique<base::http::WorkerPool>(1, 8);
  catalog_ =
      std::make_unique<api::Catalog>(*metadata_,
                                     *upstream_,
                                     *workers_,
                                     api::Catalog::Options{.public_url = addressing_.public_url()});
  application_ =
      std::make_unique<api::Application>(api::Services{.catalog = *catalog_,
                                                       .accounts = *accounts_,
                                                       .authority = *authority_,
                                                       .organizations = *organizations_,
                                                       .web_requests = *web_requests_,
                                                       .profiles = *profiles_,
                                                       .second_factors = *second_factors_,
                                                       .audit_log = *audit_log_,
                                                       .auditor = *auditor_,
                                                       .signing_keys = *signing_keys_,
                                                       .signer = *signer_,
                                                       .feed = *feed_,
                                                       .metadata = *metadata_,
                                                       .blobs = *blobs_,
                                                       .workers = *workers_,
                                                       .password_workers = *password_workers_,
                                                       .clock = clock_,
                                                       .addressing = addressing_,
                                                       .metadata_mebibytes = metadata_mebibytes_,
                                                       .max_tarball = max_tarball});
  server_ = std::make_unique<base::http::Server>(
      base::http::ServerOptions{.listen = {"127.0.0.1:0"}}, *application_);
  REQUIRE(server_->start());
}

RegistryUnderTest::~RegistryUnderTest() {
  server_->stop();
  password_workers_->stop();
  workers_->stop();
}

base::http::ClientResponse RegistryUnderTest::request(const std::string& method,
                                                      const std::string& path,
                                                      HeaderList headers,
                                                      std::string body) {
  auto response =
      client_.send({.method = method,
                    .url = fmt::format("http://127.0.0.1:{}{}", server_->ports().front(), path),
                    .headers = std::move(headers),
                    .body = std::move(body)});
  REQUIRE_MESSAGE(response.has_value(), method << " " << path);
  return *std::move(response);
}

HeaderList RegistryUnderTest::login(const std::string& user) {
  const auto issued =
      accounts_->login(user, base::Secret("secret"), user + "@example.org", "127.0.0.1");
  REQUIRE(issued);
  return {{"authorization", "Bearer " + issued->token}};
}

base::http::ClientResponse RegistryUnderTest::publish(const HeaderList& who,
                                                      const std::string& name,
                                                      const std::string& version,
                                                      const std::string& tag) {
  const auto tarball =
      sample_tarball(fmt::format(R"({{"name":"{}","version":"{}"}})", name, version));
  return request("PUT", encoded(name), who, publish_body(name, version, tarball, tag));
}

std::string encoded(const std::string& name) {
  const auto slash = name.find('/');
  return slash == std::string::npos ? "/" + name
                                    : "/" + name.substr(0, slash) + "%2f" + name.substr(slash + 1);
}

std::string field(const base::http::ClientResponse& response, std::string_view name) {
  return response.header(name).value_or("");
}

std::string revision_of(RegistryUnderTest& registry, const std::string& name) {
  const auto document = registry.get(encoded(name) + "?write=true");
  const auto members = core::members_of(document.body);
  REQUIRE(members);
  return core::string_of(core::find(*members, "_rev")).value_or("");
}

}  // namespace registry
