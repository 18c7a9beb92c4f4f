// certificate_verify
#include "agent/base/crypto/certificate_check.hpp"
#include "agent/config/builtin_tests.hpp"

namespace agent::config {

base::Status test_certificate(const TestCall& call) {
  return base::crypto::check_certificate({.certificate_pem = call.argument(0),
                                          .key_pem = base::Secret(call.argument(1)),
                                          .host = call.argument(2),
                                          .authority_pem = call.argument(3)});
}

}  // namespace agent::config
