#pragma once
// Text made safe for other languages, as html, js and urlquery of Go's text/template do it.

#include "agent/manifest/template_format.hpp"

#include <string_view>

namespace agent::manifest {

void append_html(BoundedText& out, std::string_view text);
void append_js(BoundedText& out, std::string_view text);
void append_url_query(BoundedText& out, std::string_view text);

}  // namespace agent::manifest
