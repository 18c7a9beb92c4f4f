#include "agent/manifest/language.hpp"

namespace agent::manifest {

std::string_view settings_language() {
  return R"(
type ConfigCommand | A command that makes values for settings. It runs when a release is taken in.
  name text | Its name, for value_cmd and the like.
  cmd text in:random,cert,publicip,echo,raw | What it does.
  args texts | random: length, class of characters; cert: bits, names, addresses; echo: text; raw: words. No templates.
  timeout text | Seconds after which a raw command is given up; 15 by default.
  readonly_rootfs bool | A raw command's container has a read-only root.

type ConfigGroup | A group of the settings screen.
  name text required | Its name.
  title text | Its heading.
  description text | Text under the heading, Markdown.
  test_proc one:TestProc | A button that tests the group's values.
  when text configitemwhen | Whether it is shown: item=value, item!=value, true, false, or a template.
  filters texts exists | Passed on as they are.
  items list:ConfigItem exists | Its settings.

type ConfigItem | A setting.
  name text required | Its name, for ConfigOption; one flat list of names for all groups.
  title text | Its label.
  help_text text | Text under it, Markdown.
  recommended bool | Marked as recommended.
  default text | Taken while no value is set; shown as a placeholder. A template.
  value text | First value, which the admin may change unless it is readonly. A template.
  multi_value texts | First values of a multiple one.
  default_cmd one:ConfigItemCommand | Command that makes the default, again for each release.
  value_cmd one:ConfigItemCommand | Command that makes the value, once.
  data_cmd one:ConfigItemCommand | Command that makes the contents of a file, once.
  readonly bool | Shown, but not to be changed.
  write_once bool | Not to be changed once it has a value.
  when text configitemwhen | Whether it is shown: item=value, item!=value, true, false, or a template.
  type text required configitemtype in:text,textarea,password,bool,select_one,select_many,select,file,label,heading | What it holds and how it looks.
  multiple bool | It may hold several values or files.
  hidden bool | Not shown, but there for templates.
  affix text in:left,right | Two settings share a line.
  props anymap | Attributes of a textarea: rows, cols, wrap.
  required bool | The application does not start without a value, while the setting is shown.
  test_proc one:TestProc | A button that tests the value.
  is_excluded_from_support bool | The value stays out of support bundles.
  filters texts exists | Passed on as they are.
  items list:ConfigChildItem exists | Choices of select_one, select_many and select.

type ConfigChildItem | A choice. Of a select_many each is a setting of its own.
  name text required | Its name, which is the value of the setting.
  title text | Its label.
  recommended bool | Marked as recommended.
  default text | Whether it is chosen by default, of a select_many.
  value text | Whether it is chosen at first, of a select_many.
  when text | Whether it is offered.
  type text | Means nothing; some documents repeat it here.

type ConfigItemCommand | Where a value comes from.
  name text | Name of the command in cmds.
  value_at int | Which of its results, from 0.

type TestProc | A test of settings before they are saved.
  display_name text | Text of the button.
  command text in:resolve_host,regex_match,validate_json,file_exists,certificate_verify,smtp_auth,aws_auth,github_app_auth,ldap_auth,ldap_config_validate | A built-in test.
  custom_command one:CustomCommand | A test of the vendor's own, in place of a built-in one.
  results list:CustomCommandResult | What the outcomes of a custom_command mean.
  timeout uint | Seconds after which it failed; 15 by default.
  arg_fields texts | Settings whose values are its arguments.
  args texts | Further arguments.
  run_on_save text in:true,false | It runs when the settings are saved, which a failure prevents.
  when text configitemwhen | Whether it is offered.
)";
}

}  // namespace agent::manifest
