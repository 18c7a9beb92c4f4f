#pragma once
// The verbs `slipway config …` on the command line.

#include <functional>

#include "installer/cli/verbs.hpp"

namespace CLI {
class App;
}

namespace installer::cli {

using AddVerb = std::function<CLI::App*(CLI::App& parent,
                                        const char* called,
                                        const char* help,
                                        std::function<ExitCode(Context&)> action)>;

// `options` outlives the parser; it holds what was given.
void add_config_verbs(CLI::App& parent, ConfigOptions& options, const AddVerb& add);

}  // namespace installer::cli
