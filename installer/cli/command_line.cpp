#include "installer/cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>

#include "installer/cli/command_line_config.hpp"
#include "installer/cli/verbs.hpp"

namespace installer::cli {
namespace {

constexpr const char* k_components = "COMPONENT";  // Marks arguments for completion.

}  // namespace

struct CommandLine::State {
  CLI::App app{"Installs and looks after the application on this machine."};
  std::string socket;
  bool json = false;
  std::function<int(Context&)> run;

  std::string name;
  std::string id;
  std::string shell;
  bool names_only = false;
  bool plan_down = false;
  ApplyOptions apply;
  DownOptions down;
  LogOptions logs;
  ExecOptions exec;
  std::vector<std::string> files;
  ManifestOptions manifest;
  ConfigOptions config;
  long timeout = 300;

  using Action = std::function<ExitCode(Context&)>;

  CLI::App* verb(CLI::App& parent, const char* called, const char* help, Action action) {
    auto* added = parent.add_subcommand(called, help);
    added->add_flag("--json", json, "Print the result as JSON");
    if (action) {
      added->callback([this, action = std::move(action)] {
        run = [action](Context& context) { return number_of(action(context)); };
      });
    }
    return added;
  }

  void add_looking();
  void add_changing();
  void add_streams();
  void add_images();
  void add_operations();
  CLI::App* manifest_verb(CLI::App& parent,
                          const char* called,
                          const char* help,
                          ManifestVerb action);
  void add_manifest();
  void add_help(CommandLine& line);
};

void CommandLine::State::add_looking() {
  verb(app, "status", "State of application, engine, agent and host", show_status);
  auto* ps = verb(app, "ps", "One row per container", [this](Context& context) {
    return list_components(context, names_only);
  });
  ps->add_flag("-q,--quiet", names_only, "Only the names");
  verb(app, "version", "Versions of this command and of the agent", show_version);
  verb(app, "login-code", "A new one-time code for the console, valid 24 hours", make_login_code);
  auto* wait = verb(app, "wait", "Wait until every container is ready", [this](Context& context) {
    return wait_until_ready(context, std::chrono::seconds(timeout));
  });
  wait->add_option("--timeout", timeout, "Seconds after which to give up")
      ->type_name("SECONDS")
      ->check(CLI::Range(0, 86'400))
      ->capture_default_str();
}

void CommandLine::State::add_changing() {
  auto* up = verb(app,
                  "apply",
                  "Install a manifest, or change to it, and wait for the end",
                  [this](Context& context) { return cli::apply(context, apply); });
  up->add_option("FILE", apply.file, "Manifest; - is standard input; none: what is installed")
      ->type_name("");
  up->add_option("--set", apply.settings, "Value of a setting, may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  up->add_flag("--plan-only", apply.plan_only, "Only say what would be done");
  auto* plan = verb(app, "plan", "Say what would be done, and why", [this](Context& context) {
    apply.plan_only = true;
    down.plan_only = true;
    return plan_down ? take_down(context, down) : cli::apply(context, apply);
  });
  auto* file = plan->add_option(
      "FILE", apply.file, "Manifest; - is standard input; none: what is installed");
  file->type_name("");
  plan->add_option("--set", apply.settings, "Value of a setting, may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  auto* plans_down = plan->add_flag("--down", plan_down, "Plan to take the application down");
  plans_down->excludes(file);
  plan->add_flag("--purge", down.purge, "With --down: volumes and settings go too")
      ->needs(plans_down);
  auto* take =
      verb(app, "down", "Remove containers and networks; volumes stay", [this](Context& context) {
        return take_down(context, down);
      });
  take->add_flag("--purge", down.purge, "Volumes and settings go too: ALL DATA IS LOST");
  take->add_flag("--plan-only", down.plan_only, "Only say what would be done");
}

void CommandLine::State::add_streams() {
  auto* log = verb(app, "logs", "The log of a container", [this](Context& context) {
    return show_logs(context, logs);
  });
  log->add_option("NAME", logs.name, "Container, or component with one")
      ->required()
      ->type_name("")
      ->group(k_components);
  log->add_flag("-f,--follow", logs.follow, "Go on with what comes");
  log->add_flag("-t,--timestamps", logs.times, "With times");
  log->add_option("--tail", logs.tail, "Only the last lines")->type_name("LINES");
  log->add_option("--since", logs.since, "Only from this time on, as in 2026-11-24T04:27:00Z")
      ->type_name("TIME");
  auto* in = verb(app, "exec", "Run a program in a container", nullptr);
  in->callback([this] { run = [this](Context& context) { return execute(context, exec); }; });
  in->add_option("NAME", exec.name, "Container, or component with one")
      ->required()
      ->type_name("")
      ->group(k_components);
  in->add_option("ARGV", exec.argv, "Program and arguments, after --")->required()->type_name("");
  in->add_flag("-t,--tty", exec.tty, "With a terminal");
  in->add_flag("-i,--interactive", exec.input, "Hand standard input on; -t does too");
  verb(app, "events", "What changes, as it changes", show_events);
}

void CommandLine::State::add_images() {
  auto* images = app.add_subcommand("images", "Images of the application");
  images->require_subcommand(1);
  verb(*images,
       "load",
       "Load archives of images into the engine",
       [this](Context& context) { return load_images(context, files); })
      ->add_option("FILE", files, "docker-archive")
      ->required()
      ->type_name("");
  verb(*images, "list", "Images of what is installed", list_images);
}

void CommandLine::State::add_operations() {
  auto* operation = app.add_subcommand("operation", "What was done and what is under way");
  operation->require_subcommand(1);
  verb(*operation, "list", "Operations, latest first", list_operations);
  verb(*operation,
       "show",
       "An operation with its steps",
       [this](Context& context) { return show_operation(context, id); })
      ->add_option("ID", id, "Its number")
      ->required()
      ->type_name("");
  verb(*operation,
       "cancel",
       "Stop an operation and go back to what was before",
       [this](Context& context) { return cancel_operation(context, id); })
      ->add_option("ID", id, "Its number")
      ->required()
      ->type_name("");
}

CLI::App* CommandLine::State::manifest_verb(CLI::App& parent,
                                            const char* called,
                                            const char* help,
                                            ManifestVerb action) {
  auto* added = verb(parent, called, help, nullptr);
  added->add_option("FILE", manifest.file, "Manifest; - is standard input")
      ->required()
      ->type_name("");
  added->callback([this, action] {
    run = [this, action](Context& context) { return action(context, manifest); };
  });
  return added;
}

void CommandLine::State::add_manifest() {
  auto* family = app.add_subcommand("manifest", "Look at a manifest; the agent is not needed");
  family->require_subcommand(1);
  manifest_verb(*family, "validate", "Say whether a manifest is accepted", validate_manifest)
      ->add_option("--format", manifest.format, "text, or json as --json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}))
      ->default_val("text");
  auto* lint = manifest_verb(*family, "lint", "Look for mistakes in a manifest", lint_manifest);
  lint->add_option("--format", manifest.format, "text, junit, sarif, or json as --json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "junit", "sarif"}))
      ->default_val("text");
  lint->add_option("--scheduler", manifest.scheduler, "What will run it")
      ->type_name("SCHEDULER")
      ->check(CLI::IsMember({"native", "swarm", "kubernetes"}))
      ->default_val("native");
  lint->add_flag("--compat", manifest.compatible, "The original linter's results, quirks included");
  auto* render = manifest_verb(*family, "render", "Print what would run", render_manifest);
  const auto file_option = [render](const char* called, std::string& into, const char* help) {
    render->add_option(called, into, help)->type_name("FILE");
  };
  file_option("--settings", manifest.settings, "Values of settings, as an export writes them");
  file_option("--license", manifest.license, "Fields of a licence, JSON");
  file_option("--facts", manifest.facts, "Facts of the host and the release, JSON");
  render->add_option("--explain", manifest.explain, "Say where a value of the rendering comes from")
      ->type_name("PATH");
  auto* import = family->add_subcommand("import", "Turn other formats into a manifest");
  import->require_subcommand(1);
  manifest_verb(*import,
                "compose",
                "Turn a Compose file into a manifest, and say what it could not carry over",
                import_compose_file)
      ->get_option("FILE")
      ->description("Compose file; - is standard input");
  verb(*family, "schema", "JSON Schema of the language, for editors", print_schema);
}

void CommandLine::State::add_help(CommandLine& line) {
  auto* completion = app.add_subcommand("completion", "Completion script for a shell");
  completion->add_option("SHELL", shell, "bash, zsh or fish")
      ->required()
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([this, &line] {
    run = [this, &line](Context& /*context*/) {
      Output::raw(completion_script(shell, line.describe()).value_or(""));
      return 0;
    };
  });
  auto* markdown = app.add_subcommand("help-markdown", "This command's documentation as Markdown");
  markdown->callback([this, &line] {
    run = [&line](Context& /*context*/) {
      Output::raw(reference_markdown(line.describe()));
      return 0;
    };
  });
}

CommandLine::CommandLine(std::string default_socket) : state_(std::make_unique<State>()) {
  auto& app = state_->app;
  app.name("slipway");
  app.require_subcommand(1);
  app.footer("Exit codes:\n" + exit_code_table());
  state_->socket = std::move(default_socket);
  app.add_option("--socket", state_->socket, "The agent's socket, also SLIPWAY_SOCKET")
      ->type_name("PATH")
      ->capture_default_str();
  state_->add_looking();
  state_->add_changing();
  state_->add_streams();
  state_->add_images();
  state_->add_operations();
  add_config_verbs(app,
                   state_->config,
                   [this](CLI::App& parent, const char* called, const char* help, auto action) {
                     return state_->verb(parent, called, help, std::move(action));
                   });
  state_->add_manifest();
  state_->add_help(*this);
}

CommandLine::~CommandLine() = default;

Parsed CommandLine::parse(int argc, const char* const* argv) {
  Parsed parsed;
  try {
    state_->app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // It asks for a verb although there is a word that is none.
    const auto unknown = state_->app.remaining(/*recurse=*/true);
    parsed.exit_code = number_of(ExitCode::wrong_usage);
    if (unknown.empty()) {
      static_cast<void>(state_->app.exit(error));
      return parsed;
    }
    std::cerr << fmt::format("error: {} is no {} of slipway\n  {}\n",
                             unknown.front(),
                             unknown.front().starts_with('-') ? "option" : "verb",
                             "See slipway --help.");
    return parsed;
  } catch (const CLI::ParseError& error) {
    parsed.exit_code =
        state_->app.exit(error) == 0 ? number_of(ExitCode::done) : number_of(ExitCode::wrong_usage);
    return parsed;
  }
  parsed.socket = state_->socket;
  parsed.format = state_->json ? Format::json : Format::text;
  parsed.run = state_->run;
  return parsed;
}

std::string CommandLine::help() const {
  return state_->app.help();
}

namespace {

std::string positional_usage(const CLI::Option& option) {
  const auto name = option.get_single_name() + (option.get_items_expected_max() > 1 ? "..." : "");
  return option.get_required() ? name : "[" + name + "]";
}

VerbDescription describe_verb(const CLI::App& verb, const std::string& name) {
  VerbDescription described{
      .name = name, .usage = "slipway " + name, .help = verb.get_description()};
  std::string positionals;
  bool has_options = false;
  for (const auto* option : verb.get_options()) {
    if (option->get_positional()) {
      positionals += (name == "exec" && option->get_single_name() == "ARGV" ? " -- " : " ") +
                     positional_usage(*option);
      described.takes_component |= option->get_group() == k_components;
      described.takes_file |= option->get_single_name() == "FILE";
      described.options.push_back({option->get_single_name(), "", option->get_description()});
    } else if (option->get_name() != "--help") {
      has_options = true;
      described.options.push_back(
          {option->get_name(false, true),
           option->get_items_expected_max() == 0 ? "" : option->get_type_name(),
           option->get_description()});
    }
  }
  described.usage += (has_options ? " [OPTIONS]" : "") + positionals;
  return described;
}

// A verb, or those of a family.
void describe_verbs(const CLI::App& verb,
                    const std::string& name,
                    std::vector<VerbDescription>& verbs) {
  const auto inner = verb.get_subcommands({});
  for (const auto* each : inner) {
    describe_verbs(*each, name + " " + each->get_name(), verbs);
  }
  if (inner.empty()) {
    verbs.push_back(describe_verb(verb, name));
  }
}

}  // namespace

std::vector<VerbDescription> CommandLine::describe() const {
  std::vector<VerbDescription> verbs;
  for (const auto* verb : state_->app.get_subcommands({})) {
    describe_verbs(*verb, verb->get_name(), verbs);
  }
  return verbs;
}

}  // namespace installer::cli
