#pragma once
// Typed access to the arguments of a template function. Inside this library only.

#include "agent/base/core/result.hpp"
#include "agent/manifest/template_function.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace agent::render {

// The argument as text; numbers and Booleans are printed. Errors: invalid_input for lists and maps.
base::Result<std::string> text_argument(const manifest::FunctionCall& call, std::size_t position);

// A function of one text.
manifest::TemplateFunction text_to_text(std::function<std::string(std::string_view)> compute);

// A function without arguments.
manifest::TemplateFunction constant(manifest::Value value);

}  // namespace agent::render
