#include "installer/cli/completion.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace installer::cli {
namespace {

// A verb's name in words: at most three, of which most have one or two.
struct VerbWords {
  std::string first;
  std::string second;
  std::string third;
};

VerbWords words_in(const std::string& name) {
  const auto space = name.find(' ');
  const auto rest = space == std::string::npos ? std::string() : name.substr(space + 1);
  const auto next = rest.find(' ');
  return {name.substr(0, space),
          rest.substr(0, next),
          next == std::string::npos ? std::string() : rest.substr(next + 1)};
}

// First words, and under each the second ones.
std::map<std::string, std::vector<std::string>> words_of(
    const std::vector<VerbDescription>& verbs) {
  std::map<std::string, std::vector<std::string>> words;
  for (const auto& verb : verbs) {
    const auto [first, second, third] = words_in(verb.name);
    auto& seconds = words[first];
    if (!second.empty() && (seconds.empty() || seconds.back() != second)) {
      seconds.push_back(second);
    }
  }
  return words;
}

std::vector<std::string> option_names(const VerbDescription& verb) {
  std::vector<std::string> names;
  for (const auto& option : verb.options) {
    std::size_t begin = 0;
    while (begin <= option.names.size()) {
      const auto end = std::min(option.names.find(',', begin), option.names.size());
      if (end > begin && option.names[begin] == '-') {
        names.push_back(option.names.substr(begin, end - begin));
      }
      begin = end + 1;
    }
  }
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) {
    all += (all.empty() ? "" : " ") + word;
  }
  return all;
}

// What bash offers after the words of a verb; zsh runs the same function.
std::string bash_case(const VerbDescription& verb) {
  const auto [first, second, third] = words_in(verb.name);
  auto words = option_names(verb);
  if (!third.empty()) {
    words.push_back(third);
  }
  std::string offer = fmt::format("      words=\"{}\"", joined(words));
  if (verb.takes_component) {
    offer += "\n      [[ $current == -* ]] || words=\"$(slipway ps --quiet 2>/dev/null)\"";
  }
  if (verb.takes_file) {
    offer +=
        "\n      [[ $current == -* ]] || { COMPREPLY=($(compgen -f -- \"$current\")); return; }";
  }
  return fmt::format(
      "    \"{}{}{}\")\n{}\n      ;;\n", first, second.empty() ? "" : " ", second, offer);
}

std::string bash_script(const std::vector<VerbDescription>& verbs) {
  std::vector<std::string> first;
  std::string groups;
  for (const auto& [word, second] : words_of(verbs)) {
    first.push_back(word);
    if (!second.empty()) {
      groups += fmt::format(
          "    {})\n      if (( COMP_CWORD == 2 )); then words=\"{}\"; COMPREPLY=($(compgen "
          "-W \"$words\" -- \"$current\")); return; fi\n      verb=\"{} "
          "${{COMP_WORDS[2]}}\"\n      ;;\n",
          word,
          joined(second),
          word);
    }
  }
  std::string cases;
  for (const auto& verb : verbs) {
    cases += bash_case(verb);
  }
  return fmt::format(R"(_slipway() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" words="" verb="${{COMP_WORDS[1]}}"
  COMPREPLY=()
  if (( COMP_CWORD == 1 )); then
    COMPREPLY=($(compgen -W "{}" -- "$current"))
    return
  fi
  case $verb in
{}  esac
  case $verb in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}}
complete -F _slipway slipway
)",
                     joined(first),
                     groups,
                     cases);
}

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char each : text) {
    quoted += each == '\'' || each == '\\' ? std::string("\\") + each : std::string(1, each);
  }
  return quoted + "'";
}

std::string fish_script(const std::vector<VerbDescription>& verbs) {
  std::string text = "complete -c slipway -f\n";
  std::set<std::string> groups;
  for (const auto& verb : verbs) {
    const auto [first, second, third] = words_in(verb.name);
    auto when = fmt::format("__fish_seen_subcommand_from {}", first);
    if (second.empty() || groups.insert(first).second) {
      text += fmt::format("complete -c slipway -n __fish_use_subcommand -a {} -d {}\n",
                          first,
                          fish_quoted(second.empty() ? verb.help : first));
    }
    if (!second.empty()) {
      text += fmt::format(
          "complete -c slipway -n '{}' -a {} -d {}\n", when, second, fish_quoted(verb.help));
    }
    if (!third.empty()) {
      when = fmt::format("__fish_seen_subcommand_from {}", second);
      text += fmt::format(
          "complete -c slipway -n '{}' -a {} -d {}\n", when, third, fish_quoted(verb.help));
    }
    if (verb.takes_component) {
      text +=
          fmt::format("complete -c slipway -n '{}' -a '(slipway ps --quiet 2>/dev/null)'\n", when);
    }
    if (verb.takes_file) {
      text += fmt::format("complete -c slipway -n '{}' -F\n", when);
    }
    for (const auto& option : option_names(verb)) {
      text += option.starts_with("--")
                  ? fmt::format("complete -c slipway -n '{}' -l {}\n", when, option.substr(2))
                  : fmt::format("complete -c slipway -n '{}' -s {}\n", when, option.substr(1));
    }
  }
  return text;
}

}  // namespace

std::optional<std::string> completion_script(std::string_view shell,
                                             const std::vector<VerbDescription>& verbs) {
  if (shell == "bash") {
    return bash_script(verbs);
  }
  if (shell == "zsh") {
    return "#compdef slipway\nautoload -U +X bashcompinit && bashcompinit\n" + bash_script(verbs);
  }
  if (shell == "fish") {
    return fish_script(verbs);
  }
  return std::nullopt;
}

std::string exit_code_table() {
  return "  0    done\n"
         "  1    the operation failed\n"
         "  2    wrong usage\n"
         "  3    the agent does not answer\n"
         "  4    refused: a conflict, a stale plan, another operation\n"
         "  5    not found\n"
         "  6    not permitted\n"
         "  7    invalid input: a manifest, a setting\n"
         "  70   a bug\n"
         "  130  interrupted; an operation under way goes on\n"
         "`slipway exec` ends with the exit code of the program it ran; validate, lint and render "
         "of\n"
         "`slipway manifest` with 0 accepted, 1 refused, 2 a file that cannot be read.\n";
}

std::string reference_markdown(const std::vector<VerbDescription>& verbs) {
  std::string text =
      "# The command line\n\n"
      "Written by `slipway help-markdown`. `slipway` talks to the agent over its socket, as root: "
      "`--socket PATH`, else `SLIPWAY_SOCKET`, else `/run/slipway/agent.sock`. Every verb takes "
      "`--json`: the result is then the API's JSON on standard output, an error too. Errors are "
      "`error: what` and, indented, what to do about it.\n\n"
      "## Exit codes\n\n```\n" +
      exit_code_table() + "```\n";
  for (const auto& verb : verbs) {
    text +=
        fmt::format("\n## slipway {}\n\n{}.\n\n```\n{}\n```\n", verb.name, verb.help, verb.usage);
    if (!verb.options.empty()) {
      text += "\n| option | what |\n| --- | --- |\n";
      for (const auto& option : verb.options) {
        text += fmt::format("| `{}{}` | {} |\n",
                            option.names,
                            option.value.empty() ? "" : " " + option.value,
                            option.help);
      }
    }
  }
  return text;
}

}  // namespace installer::cli
