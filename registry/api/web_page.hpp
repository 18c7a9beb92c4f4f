#pragma once
// The few pages that a person sees in a browser. No script at all; what a browser may load or send
// is said by a strict policy.

#include "agent/base/http/response.hpp"

#include <string>
#include <string_view>

namespace registry::api {

// `text` inside an element or a quoted attribute.
std::string html_text(std::string_view text);

// A page with the title and, below it, `body` in HTML.
base::http::Response web_page(int status, std::string_view title, std::string_view body);

}  // namespace registry::api
