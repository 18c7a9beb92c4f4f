#pragma once

#include "agent/base/core/guarded.hpp"
#include "agent/base/core/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace base::log {

// Takes secrets out of text. It knows those it was told, in their exact, URL-encoded and base64
// forms (both alphabets, at any offset inside longer base64), and three places that hold secrets
// by nature: credentials after "Authorization:" and its like, after "Bearer " and "Basic ", and
// the userinfo of a URL. Safe to use from any thread.
class Redactor {
 public:
  // Secrets shorter than four bytes are not looked for: they would blacken half the log.
  void add(std::string_view secret);
  void add(const Secret& secret) { add(std::string_view(secret.reveal())); }

  [[nodiscard]] std::string apply(std::string_view text) const;

 private:
  mutable Guarded<std::vector<std::string>> forms_;  // Longest first.
};

// The redactor of the log. Whoever reads or makes a secret tells it here.
Redactor& redactor();

// Whether a field of that name holds a secret by its name alone: "password", "db_password",
// "X-Registry-Auth".
[[nodiscard]] bool is_secret_key(std::string_view key);

}  // namespace base::log
