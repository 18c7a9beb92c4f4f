#pragma once
// The functions that Go's Sprig, version 3, adds to the template language: those that give the same
// for the same arguments, on any host and at any time. The others are there to be refused with the
// reason.

#include "agent/manifest/template_function.hpp"

namespace agent::render::sprig {

void add_functions(manifest::FunctionTable& table);

// Parts of the above, one source file each.
void add_text_functions(manifest::FunctionTable& table);
void add_word_functions(manifest::FunctionTable& table);
void add_layout_functions(manifest::FunctionTable& table);
void add_split_functions(manifest::FunctionTable& table);
void add_number_functions(manifest::FunctionTable& table);
void add_decimal_functions(manifest::FunctionTable& table);
void add_list_functions(manifest::FunctionTable& table);
void add_dict_functions(manifest::FunctionTable& table);
void add_default_functions(manifest::FunctionTable& table);
void add_json_functions(manifest::FunctionTable& table);
void add_encoding_functions(manifest::FunctionTable& table);
void add_date_functions(manifest::FunctionTable& table);
void add_regex_functions(manifest::FunctionTable& table);
void add_semver_functions(manifest::FunctionTable& table);
void add_url_functions(manifest::FunctionTable& table);
void add_path_functions(manifest::FunctionTable& table);

// Names that are refused when they are called.
void add_refused_functions(manifest::FunctionTable& table);

}  // namespace agent::render::sprig
