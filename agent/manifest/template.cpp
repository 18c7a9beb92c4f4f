#include "agent/manifest/template.hpp"

#include "agent/manifest/template_parser.hpp"

namespace agent::manifest {

bool has_template(std::string_view text) {
  return text.find(k_open_delimiter) != std::string_view::npos;
}

base::Result<std::string> expand_template(std::string_view text,
                                          const FunctionTable& functions,
                                          const TemplateLimits& limits) {
  if (!has_template(text)) {
    return std::string(text);
  }
  BASE_TRY_ASSIGN(const auto parsed, parse_template(text, functions));
  return evaluate_template(parsed, functions, Value(), limits);
}

}  // namespace agent::manifest
