#include "agent/config/form.hpp"

#include "agent/config/condition.hpp"
#include "agent/config/test_procedure.hpp"
#include "agent/manifest/template.hpp"

#include <algorithm>
#include <utility>

namespace agent::config {
namespace {

using manifest::ItemType;

class FormMaker {
 public:
  FormMaker(const ResolvedSettings& settings, const manifest::FunctionTable& functions)
      : settings_(settings), functions_(manifest::builtin_functions()) {
    functions_.insert(functions.begin(), functions.end());
    functions_.merge(setting_functions(settings));
  }

  FormGroup group(const manifest::Group& from, HiddenItems hidden) {
    FormGroup made{.name = from.name.value,
                   .title = text(from.title),
                   .description = text(from.description),
                   .test = test(from.test_procedure)};
    for (const auto& item : from.items) {
      if (item.hidden && hidden == HiddenItems::leave_out) {
        continue;
      }
      made.items.push_back(this->item(item));
      made.visible |= made.items.back().visible;
    }
    return made;
  }

 private:
  std::string text(const manifest::Text& from) {
    auto expanded = manifest::expand_template(from.value, functions_, {.spent = &spent_});
    return expanded ? *std::move(expanded) : from.value;
  }

  std::optional<FormTest> test(const std::optional<base::data::YamlNode>& node) {
    if (!node) {
      return std::nullopt;
    }
    const auto procedure = read_test_procedure(*node);
    if (!procedure) {
      return std::nullopt;
    }
    return FormTest{
        .title = text({.value = procedure->title}),
        .on_save = manifest::parse_boolean(text({.value = procedure->on_save})).value_or(false)};
  }

  bool is_visible(const manifest::ChildItem& child) {
    const auto value_of = [this](const std::string& name) -> base::Result<std::string> {
      return resolved(name).value;
    };
    const auto verdict = holds(text(child.when), value_of);
    return !verdict || *verdict;
  }

  const ResolvedItem& resolved(const std::string& name) const {
    static const ResolvedItem k_none;
    const auto found = settings_.items.find(name);
    return found == settings_.items.end() ? k_none : found->second;
  }

  FormItem item(const manifest::Item& from) {
    const auto& value = resolved(from.name.value);
    FormItem made{.name = from.name.value,
                  .type = from.type,
                  .title = text(from.title),
                  .help_text = text(from.help_text),
                  .origin = value.origin,
                  .has_value = !value.value.empty() || !value.data.empty(),
                  .secret = value.secret,
                  .visible = value.visible,
                  .hidden = from.hidden,
                  .readonly = from.readonly,
                  .write_once = from.write_once,
                  .locked = value.locked,
                  .required = from.required,
                  .recommended = from.recommended,
                  .multiple = from.multiple,
                  .excluded_from_support = from.excluded_from_support,
                  .affix = from.affix.value,
                  .test = test(from.test_procedure)};
    if (!value.secret) {
      add_values(from, value, made);
    }
    if (from.properties) {
      for (const auto& entry : from.properties->entries) {
        made.properties[entry.key] = entry.value.text;
      }
    }
    for (const auto& child : from.items) {
      made.choices.push_back(choice(from, child));
    }
    return made;
  }

  static void add_values(const manifest::Item& from, const ResolvedItem& value, FormItem& made) {
    const bool has_none = from.type == ItemType::label || from.type == ItemType::heading ||
                          from.type == ItemType::select_many;
    if (!has_none) {
      made.value = value.value;
      made.multi_value = value.multi_value;
      made.default_value = value.default_value;
    }
    if (from.type != ItemType::file) {
      return;
    }
    if (value.multi_data.empty() && !value.data.empty()) {
      made.files.push_back({.name = value.value, .size = value.data.size()});
    }
    for (std::size_t at = 0; at < value.multi_data.size(); ++at) {
      made.files.push_back(
          {.name = at < value.multi_value.size() ? value.multi_value[at] : std::string(),
           .size = value.multi_data[at].size()});
    }
  }

  FormChoice choice(const manifest::Item& item, const manifest::ChildItem& child) {
    FormChoice made{.name = child.name.value,
                    .title = text(child.title),
                    .recommended = child.recommended,
                    .visible = is_visible(child)};
    if (item.type == ItemType::select_many) {
      const auto& value = resolved(child.name.value);
      made.value = value.value;
      made.default_value = value.default_value;
      made.origin = value.origin;
      made.visible = value.visible;
    }
    return made;
  }

  const ResolvedSettings& settings_;
  manifest::FunctionTable functions_;
  std::size_t spent_ = 0;
};

}  // namespace

std::vector<FormGroup> make_form(const manifest::Manifest& manifest,
                                 const ResolvedSettings& settings,
                                 const manifest::FunctionTable& functions,
                                 HiddenItems hidden) {
  FormMaker maker(settings, functions);
  std::vector<FormGroup> groups;
  for (const auto& group : manifest.groups) {
    groups.push_back(maker.group(group, hidden));
  }
  return groups;
}

}  // namespace agent::config
