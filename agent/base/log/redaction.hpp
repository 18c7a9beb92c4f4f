#pragma once

#include "agent/base/core/guarded.hpp"
#include "agent/base/core/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace base::log {

// Takes secrets out of text. It knows those it was told, in their exact, URL-encoded, JSON-escaped
// and base64 forms (both alphabets, at any offset inside longer base64), and places that hold
// secrets by nature: the userinfo of a URL, what follows "Bearer " and "Basic ", and values of
// headers, JSON members and NAME=value pairs whose name says so. Safe to use from any thread.
class Redactor {
 public:
  // Secrets shorter than four bytes are not looked for: they would blacken half the log.
  void add(std::string_view secret);
  void add(const Secret& secret) { add(std::string_view(secret.reveal())); }

  [[nodiscard]] std::string apply(std::string_view text) const;

 private:
  struct Form {
    std::string text;
    bool base64 = false;  // Then the base64 around it goes too.
  };
  mutable Guarded<std::vector<Form>> forms_;  // Longest first, so that none hides a longer one.
};

// The redactor of the log. Whoever reads or makes a secret tells it here.
Redactor& redactor();

// Whether a field of that name holds a secret by its name alone: "password", "db_password",
// "X-Registry-Auth".
[[nodiscard]] bool is_secret_key(std::string_view key);

}  // namespace base::log
