#pragma once
// The verbs of `slipway`, one function each. Options are as parsed, unchecked.

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "installer/cli/context.hpp"

namespace installer::cli {

ExitCode show_status(Context& context);
ExitCode list_components(Context& context, bool names_only);

struct ApplyOptions {
  std::string file;                   // "-" is standard input; empty: what is installed.
  std::vector<std::string> settings;  // "NAME=VALUE"
  bool plan_only = false;
};
ExitCode apply(Context& context, const ApplyOptions& options);

struct DownOptions {
  bool purge = false;
  bool plan_only = false;
};
ExitCode take_down(Context& context, const DownOptions& options);

ExitCode list_operations(Context& context);
ExitCode show_operation(Context& context, const std::string& id);
ExitCode cancel_operation(Context& context, const std::string& id);

struct LogOptions {
  std::string name;
  bool follow = false;
  bool times = false;
  std::optional<std::uint64_t> tail;
  std::string since;  // RFC 3339; empty: from the beginning.
};
ExitCode show_logs(Context& context, const LogOptions& options);

struct ExecOptions {
  std::string name;
  std::vector<std::string> argv;
  bool tty = false;
  bool input = false;
};
// The program's own exit code when it ran.
int execute(Context& context, const ExecOptions& options);

ExitCode show_events(Context& context);
ExitCode show_version(Context& context);
ExitCode make_login_code(Context& context);
ExitCode load_images(Context& context, const std::vector<std::string>& files);
ExitCode list_images(Context& context);
ExitCode wait_until_ready(Context& context, std::chrono::seconds timeout);

struct ConfigOptions {
  std::vector<std::string> words;   // Names, or NAME=VALUE.
  std::vector<std::string> values;  // "NAME=VALUE", where `words` are names.
  std::vector<std::string> files;   // "NAME=FILE"
  std::string file;                 // "-" is standard input.
  std::string format;               // "json" or "yaml"
  std::string group;
  bool hidden = false;
  bool secrets = false;
  bool skip_tests = false;
  bool skip_misfits = false;  // What is not there or locked is left alone.
  bool apply = false;
  std::optional<std::int64_t> from;  // Versions.
  std::optional<std::int64_t> to;
};
ExitCode list_settings(Context& context, const ConfigOptions& options);
ExitCode get_setting(Context& context, const ConfigOptions& options);
ExitCode set_settings(Context& context, const ConfigOptions& options);
ExitCode unset_settings(Context& context, const ConfigOptions& options);
ExitCode test_settings(Context& context, const ConfigOptions& options);
ExitCode export_settings(Context& context, const ConfigOptions& options);
ExitCode import_settings(Context& context, const ConfigOptions& options);
ExitCode compare_settings(Context& context, const ConfigOptions& options);
ExitCode list_settings_versions(Context& context, const ConfigOptions& options);

struct ManifestOptions {
  std::string file;    // "-" is standard input.
  std::string format;  // Of those that the verb takes.
  std::string scheduler;
  bool compatible = false;  // With the original linter.
  std::string settings;     // Files; empty: none.
  std::string license;
  std::string facts;
  std::string explain;  // A path of the rendering; empty: print the whole.
};
// Work without an agent. Exit codes: 0 without errors, 1 with some, 2 when there is nothing to
// read.
using ManifestVerb = int (*)(Context& context, const ManifestOptions& options);
int validate_manifest(Context& context, const ManifestOptions& options);
int lint_manifest(Context& context, const ManifestOptions& options);
int render_manifest(Context& context, const ManifestOptions& options);
int import_compose_file(Context& context, const ManifestOptions& options);
ExitCode print_schema(Context& context);

// A document that an operator names; "-" is standard input. Errors: as of `base::fs::read_file`.
base::Result<std::string> read_document(const std::string& file);

// For arguments of a path: one segment.
std::string path_segment(const std::string& text);

}  // namespace installer::cli
