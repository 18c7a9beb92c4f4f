#include "installer/cli/command_line_config.hpp"

#include <CLI/CLI.hpp>

namespace installer::cli {
namespace {

using Verb = ExitCode (*)(Context&, const ConfigOptions&);

class Family {
 public:
  Family(CLI::App& parent, ConfigOptions& options, const AddVerb& add)
      : app_(*parent.add_subcommand("config", "Settings of what is installed")),
        options_(options),
        add_(add) {
    app_.require_subcommand(1);
  }

  CLI::App* verb(const char* called, const char* help, Verb action) {
    return add_(app_, called, help, [this_options = &options_, action](Context& context) {
      return action(context, *this_options);
    });
  }

  void add_looking() {
    auto* list = verb("ls", "Settings with their values", list_settings);
    list->add_option("--group", options_.group, "Only this group")->type_name("NAME");
    list->add_flag("--hidden", options_.hidden, "Hidden ones too");
    words(*verb("get", "The value of one setting", get_setting), "NAME", "Its name")->expected(1);
    auto* compare = verb("diff", "What was saved and is not applied", compare_settings);
    compare->add_option("--from", options_.from, "From this version; else what runs")
        ->type_name("VERSION");
    compare->add_option("--to", options_.to, "To this version; else the last")
        ->type_name("VERSION");
    verb("versions", "Who saved what, latest first", list_settings_versions);
  }

  void add_changing() {
    auto* set = verb("set", "Give settings other values", set_settings);
    words(*set, "NAME=VALUE", "Its value; - is standard input")->required(false);
    from_file(*set);
    saving(*set);
    auto* unset = verb("unset", "Give settings their defaults back", unset_settings);
    words(*unset, "NAME", "Its name");
    saving(*unset);
  }

  void add_testing() {
    auto* test = verb("test", "Run the tests of the manifest on settings", test_settings);
    words(*test, "NAME", "Of these settings; without any, and without --group, all")
        ->required(false);
    test->add_option("--group", options_.group, "A group's own test")->type_name("NAME");
    test->add_option("--set", options_.values, "With this value, which is not saved")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    from_file(*test);
  }

  void add_exchange() {
    auto* out = verb("export", "Settings as JSON, as the original writes them", export_settings);
    out->add_flag("--hidden", options_.hidden, "Hidden ones too");
    out->add_flag("--with-secrets", options_.secrets, "Passwords and hidden ones too, IN CLEAR");
    auto* in = verb("import", "Take settings from what export wrote", import_settings);
    in->add_option("FILE", options_.file, "- is standard input")->required()->type_name("");
    in->add_option("--format", options_.format, "json, or yaml")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"json", "yaml"}))
        ->default_val("json");
    saving(*in);
  }

 private:
  CLI::Option* words(CLI::App& verb, const char* called, const char* help) {
    return verb.add_option(called, options_.words, help)->required()->type_name("");
  }

  void from_file(CLI::App& verb) {
    verb.add_option("--from-file", options_.files, "Value, or contents, from a file")
        ->type_name("NAME=FILE")
        ->allow_extra_args(false);
  }

  void saving(CLI::App& verb) {
    verb.add_flag("--skip-tests", options_.skip_tests, "Without the tests that run on save");
    verb.add_flag("--apply", options_.apply, "Apply them at once, and wait for the end");
  }

  CLI::App& app_;
  ConfigOptions& options_;
  const AddVerb& add_;
};

}  // namespace

void add_config_verbs(CLI::App& parent, ConfigOptions& options, const AddVerb& add) {
  Family family(parent, options, add);
  family.add_looking();
  family.add_changing();
  family.add_testing();
  family.add_exchange();
}

}  // namespace installer::cli
