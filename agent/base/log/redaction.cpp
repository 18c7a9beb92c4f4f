#include "agent/base/log/redaction.hpp"

#include "agent/base/log/secret_forms.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <optional>

namespace base::log {
namespace {

constexpr std::string_view k_stars = "***";
constexpr std::size_t k_shortest_secret = 4;

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool is_alphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

bool is_base64(char c) {
  return is_alphanumeric(c) || is_one_of(c, "+/-_=");
}

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

void replace_form(std::string& text, std::string_view form, bool base64) {
  for (auto at = text.find(form); at != std::string::npos;
       at = text.find(form, at + k_stars.size())) {
    auto end = at + form.size();
    if (base64) {
      while (at > 0 && is_base64(text[at - 1])) {
        --at;
      }
      while (end < text.size() && is_base64(text[end])) {
        ++end;
      }
    }
    text.replace(at, end - at, k_stars);
  }
}

// "scheme://user:password@host": what stands between the slashes and the last @ of the authority.
void hide_userinfo(std::string& text) {
  for (auto at = text.find("://"); at != std::string::npos; at = text.find("://", at)) {
    at += 3;
    const auto end = std::min(text.find_first_of("/?#\"'<> \t\r\n", at), text.size());
    const auto separator = std::string_view(text).substr(0, end).rfind('@');
    if (separator != std::string_view::npos && separator > at) {
      text.replace(at, separator - at, k_stars);
    }
  }
}

// "Bearer abc…", "Basic abc…". Eight characters at least: "basic usage" is no credential.
void hide_schemes(std::string& text) {
  static constexpr std::size_t k_shortest_credential = 8;
  for (const std::string_view scheme : {"bearer ", "basic "}) {
    const auto haystack = lower_case(text);
    // From the end, so that a replacement does not move what is still to be looked at.
    for (auto at = haystack.rfind(scheme); at != std::string::npos;
         at = at == 0 ? std::string::npos : haystack.rfind(scheme, at - 1)) {
      const auto begin = at + scheme.size();
      auto end = begin;
      while (end < text.size() && (is_base64(text[end]) || is_one_of(text[end], ".~"))) {
        ++end;
      }
      if (end - begin >= k_shortest_credential) {
        text.replace(begin, end - begin, k_stars);
      }
    }
  }
}

// The name that ends right before the separator at `at`: Name: or "name": or NAME=.
struct Name {
  std::string_view text;
  bool quoted = false;
};

Name name_before(std::string_view text, std::size_t at) {
  auto end = at;
  while (end > 0 && text[end - 1] == ' ') {
    --end;
  }
  const bool quoted = end > 0 && is_one_of(text[end - 1], "\"'");
  // In JSON inside JSON the quote is escaped.
  while (end > 0 && is_one_of(text[end - 1], "\"'\\")) {
    --end;
  }
  auto begin = end;
  while (begin > 0 && (is_alphanumeric(text[begin - 1]) || is_one_of(text[begin - 1], "_-"))) {
    --begin;
  }
  return {.text = text.substr(begin, end - begin), .quoted = quoted};
}

// The end of the value that begins at `begin`. A header's goes to the end of its line, for some
// hold spaces and commas.
std::size_t value_end(std::string_view text, std::size_t begin, bool header) {
  return std::min(text.find_first_of(header ? "\r\n" : " \t\r\n&;,\"'}", begin), text.size());
}

// The end of a quoted value whose opening quote has `escapes` backslashes before it: none in JSON,
// one in JSON inside a string of JSON, three a level deeper. There a quote closes when the run of
// backslashes before it has that length, or is longer by escaped backslashes of the value, which
// come in multiples of twice as many and two; any other run belongs to a quote of the value.
std::size_t quoted_end(std::string_view text, std::size_t begin, char quote, std::size_t escapes) {
  for (auto end = text.find(quote, begin); end != std::string_view::npos;
       end = text.find(quote, end + 1)) {
    std::size_t run = 0;
    while (run < end - begin && text[end - 1 - run] == '\\') {
      ++run;
    }
    if (run % (2 * (escapes + 1)) == escapes) {
      return end - escapes;
    }
  }
  return text.size();
}

bool is_header(std::string_view name) {
  const auto folded = lower_case(name);
  return folded == "authorization" || folded == "proxy-authorization" || folded == "cookie" ||
         folded == "set-cookie" || folded == "x-registry-auth" || folded == "npm-otp";
}

// Values of members, pairs and headers whose name tells that they are secret. A word before a colon
// in running text ("unexpected token: x") is none of them.
void hide_named_values(std::string& text) {
  for (auto at = text.find_first_of(":="); at != std::string::npos;
       at = text.find_first_of(":=", at + 1)) {
    const auto name = name_before(text, at);
    const bool header = text[at] == ':' && !name.quoted;
    if (name.text.empty() || (header ? !is_header(name.text) : !is_secret_key(name.text))) {
      continue;
    }
    auto begin = std::min(text.find_first_not_of(" \t", at + 1), text.size());
    std::size_t escapes = 0;
    while (begin < text.size() && text[begin] == '\\') {
      ++begin;
      ++escapes;
    }
    std::size_t end = 0;
    if (begin < text.size() && is_one_of(text[begin], "\"'")) {
      const char quote = text[begin++];
      end = quoted_end(text, begin, quote, escapes);
    } else {
      end = value_end(text, begin, header);
    }
    if (end > begin) {
      text.replace(begin, end - begin, k_stars);
      at = begin + k_stars.size() - 1;
    }
  }
}

}  // namespace

void Redactor::add(std::string_view secret) {
  if (secret.size() < k_shortest_secret) {
    return;
  }
  auto forms = forms_.lock();
  const auto insert = [&](std::string text, bool base64) {
    const auto same = [&](const Form& form) { return form.text == text; };
    if (std::none_of(forms->begin(), forms->end(), same)) {
      forms->push_back({.text = std::move(text), .base64 = base64});
    }
  };
  for (auto& text : internal::plain_forms(secret)) {
    insert(std::move(text), false);
  }
  for (auto& text : internal::base64_forms(secret)) {
    insert(std::move(text), true);
  }
  std::stable_sort(forms->begin(), forms->end(), [](const Form& left, const Form& right) {
    return left.text.size() > right.text.size();
  });
}

std::string Redactor::apply(std::string_view text) const {
  std::string result(text);
  {
    auto forms = forms_.lock();
    for (const auto& form : *forms) {
      replace_form(result, form.text, form.base64);
    }
  }
  hide_userinfo(result);
  hide_schemes(result);
  hide_named_values(result);
  return result;
}

Redactor& redactor() {
  // Never destroyed: other threads may log until the very end.
  static auto* const k_redactor = new Redactor;
  return *k_redactor;
}

bool is_secret_key(std::string_view key) {
  static constexpr std::array<std::string_view, 10> k_words{"password",
                                                            "passwd",
                                                            "passphrase",
                                                            "secret",
                                                            "token",
                                                            "authorization",
                                                            "cookie",
                                                            "credential",
                                                            "private_key",
                                                            "api_key"};
  auto folded = lower_case(key);
  std::replace(folded.begin(), folded.end(), '-', '_');
  // npm's _auth and Docker's X-Registry-Auth.
  return folded.ends_with("_auth") || std::any_of(k_words.begin(), k_words.end(), [&](auto word) {
           return folded.find(word) != std::string::npos;
         });
}

}  // namespace base::log
