#include "agent/render/sprig/functions.hpp"

#include "agent/render/sprig/arguments.hpp"

#include <array>
#include <string>

namespace agent::render::sprig {
namespace {

struct Refusal {
  std::string_view name;
  std::string_view reason;
  std::string_view hint;
};

constexpr std::string_view k_random = "it would give something else each time";
constexpr std::string_view k_use_command =
    "Let the value of a setting be made once: value_cmd with the command random or cert.";
constexpr std::string_view k_environment = "the agent's environment is not the application's";
constexpr std::string_view k_use_setting = "Ask for it with a setting: ConfigOption.";
constexpr std::string_view k_now = "it would give something else each time";
constexpr std::string_view k_use_now = "Now and NowFmt give the time of the rendering.";

constexpr std::array<Refusal, 26> k_refused = {
    {{"ago", k_now, k_use_now},
     {"bcrypt", k_random, k_use_command},
     {"buildCustomCert", "certificates are made by commands of settings", k_use_command},
     {"decryptAES", "the password would stand in the manifest", k_use_setting},
     {"derivePassword", "the password would stand in the manifest", k_use_command},
     {"encryptAES", k_random, k_use_command},
     {"env", k_environment, k_use_setting},
     {"expandenv", k_environment, k_use_setting},
     {"genCA", k_random, k_use_command},
     {"genCAWithKey", k_random, k_use_command},
     {"genPrivateKey", k_random, k_use_command},
     {"genSelfSignedCert", k_random, k_use_command},
     {"genSelfSignedCertWithKey", k_random, k_use_command},
     {"genSignedCert", k_random, k_use_command},
     {"genSignedCertWithKey", k_random, k_use_command},
     {"getHostByName", "the answer depends on the network", k_use_setting},
     {"htpasswd", k_random, k_use_command},
     {"now", k_now, k_use_now},
     {"randAlpha", k_random, k_use_command},
     {"randAlphaNum", k_random, k_use_command},
     {"randAscii", k_random, k_use_command},
     {"randBytes", k_random, k_use_command},
     {"randInt", k_random, k_use_command},
     {"randNumeric", k_random, k_use_command},
     {"shuffle", k_random, k_use_command},
     {"uuidv4", k_random, k_use_command}}};

}  // namespace

void add_refused_functions(FunctionTable& table) {
  for (const auto& refusal : k_refused) {
    table[std::string(refusal.name)] =
        function("v*", [&refusal](const FunctionCall& /*call*/) -> Result<Value> {
          return base::Error{
              base::ErrorCode::invalid_input,
              "not in a manifest, whose rendering must be the same for the same settings: " +
                  std::string(refusal.reason),
              std::string(refusal.hint),
              "template"};
        });
  }
}

void add_functions(FunctionTable& table) {
  add_text_functions(table);
  add_word_functions(table);
  add_layout_functions(table);
  add_split_functions(table);
  add_number_functions(table);
  add_decimal_functions(table);
  add_list_functions(table);
  add_dict_functions(table);
  add_default_functions(table);
  add_json_functions(table);
  add_encoding_functions(table);
  add_date_functions(table);
  add_regex_functions(table);
  add_semver_functions(table);
  add_url_functions(table);
  add_path_functions(table);
  add_refused_functions(table);
}

}  // namespace agent::render::sprig
