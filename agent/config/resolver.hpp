#pragma once
// One resolution under way: finds values on demand, since templates of settings use each other.
// Inside this library only.

#include "agent/config/settings.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace agent::config {

// Labels and headings only show text.
constexpr bool can_have_value(manifest::ItemType type) {
  return type != manifest::ItemType::label && type != manifest::ItemType::heading;
}

class Resolver {
 public:
  explicit Resolver(const ResolveRequest& request);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  Resolution run();

 private:
  // An item, or a child of a select_many, which is a setting of its own.
  struct Option {
    const manifest::Group* group = nullptr;
    const manifest::Item* item = nullptr;
    const manifest::ChildItem* child = nullptr;

    [[nodiscard]] const manifest::Text& value() const {
      return child != nullptr ? child->value : item->value;
    }
    [[nodiscard]] const manifest::Text& default_value() const {
      return child != nullptr ? child->default_value : item->default_value;
    }
    [[nodiscard]] manifest::ItemType type() const {
      return child != nullptr ? manifest::ItemType::boolean : item->type;
    }
  };

  void collect_options();
  void settle(const std::string& name, const Option& option);
  void apply_changes();
  void apply_change(const std::string& name, const Option& option, const Change& change);
  void misfit(std::string code, const std::string& item, std::string message);
  static std::string change_fault(const Option& option, const Change& change, std::string& code);
  void run_commands();
  void run_commands_of(const std::string& name, const Option& option);
  void run_reference(const std::string& item,
                     const manifest::CommandReference& reference,
                     std::optional<std::string>& result);
  const StoredItem* stored_item(std::string_view name) const;
  bool is_locked(const std::string& name, const Option& option) const;
  base::Result<std::string> expand(const manifest::Text& text);
  base::Result<std::string> value_of(const std::string& name);
  base::Result<std::string> compute(const std::string& name, const Option& option);
  base::Result<std::string> fallback_of(const std::string& name, const Option& option);
  std::vector<std::string> multiple_values(const std::string& name, const Option& option);
  std::string data_of(const std::string& name) const;
  bool is_visible(const std::string& name, const Option& option);
  bool holds(const std::string& name, const manifest::Text& when);
  void check_required(const std::string& name, const Option& option);
  void fail(std::string code, std::string item, std::string message);

  const ResolveRequest& request_;
  manifest::FunctionTable functions_;
  std::map<std::string, Option, std::less<>> options_;
  // Failures too: each of a long chain would walk the chain again.
  std::map<std::string, base::Result<std::string>, std::less<>> values_;
  std::map<std::string, Origin, std::less<>> origins_;
  std::set<std::string, std::less<>> in_progress_;
  std::size_t spent_ = 0;  // Steps of all templates, which share one limit.
  Resolution outcome_;
};

}  // namespace agent::config
