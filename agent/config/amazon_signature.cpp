#include "agent/config/amazon_signature.hpp"

#include "agent/base/crypto/digest.hpp"
#include "agent/base/crypto/encoding.hpp"
#include "agent/base/crypto/mac.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

namespace agent::config {

std::vector<std::pair<std::string, std::string>> signed_headers(const AmazonRequest& request,
                                                                const std::string& key_id,
                                                                const base::Secret& secret_key) {
  using base::crypto::hmac_sha256;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(request.time);
  const auto utc = fmt::gmtime(std::chrono::system_clock::to_time_t(seconds));
  const auto time = fmt::format("{:%Y%m%dT%H%M%SZ}", utc);
  const auto day = time.substr(0, 8);
  const auto body_hash = base::crypto::sha256_hex("");
  constexpr const char* k_signed = "host;x-amz-content-sha256;x-amz-date";
  const auto canonical =
      fmt::format("GET\n/\n{}\nhost:{}\nx-amz-content-sha256:{}\nx-amz-date:{}\n\n{}\n{}",
                  request.query,
                  request.host,
                  body_hash,
                  time,
                  k_signed,
                  body_hash);
  const auto scope = fmt::format("{}/{}/{}/aws4_request", day, request.region, request.service);
  const auto to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, base::crypto::sha256_hex(canonical));
  auto key = hmac_sha256("AWS4" + secret_key.reveal(), day);
  for (const std::string& part : {request.region, request.service, std::string("aws4_request")}) {
    key = hmac_sha256(key, part);
  }
  const auto signature = base::crypto::hex_encode(hmac_sha256(key, to_sign));
  return {{"x-amz-date", time},
          {"x-amz-content-sha256", body_hash},
          {"Authorization",
           fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                       key_id,
                       scope,
                       k_signed,
                       signature)}};
}

}  // namespace agent::config
