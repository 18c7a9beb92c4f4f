#pragma once
// The predicates that look at the document as a whole: whether what is named is there. They keep
// the original's habits, such as all subscriptions being reported when one of them is wrong.

#include "agent/manifest/lint/predicate.hpp"

namespace agent::manifest::lint {

Predicate admin_command_target_missing();
Predicate monitor_target_missing(std::string path);
Predicate subscription_target_missing();
Predicate volumes_from_missing();
Predicate volumes_from_not_subscribed();
Predicate container_names_repeat();
Predicate requirement_ids_repeat();
Predicate option_missing();  // Of templates.
Predicate when_option_missing();
Predicate refers_to_itself();  // Of an item.

}  // namespace agent::manifest::lint
