// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.h"
#include "core/model/registry.h"

namespace oodscope::model {

/// A line of the list of models: one that the registry knows, one that lies on this machine, or both.
struct ListedModel {
    const RegistryEntry* entry = nullptr;  // null: unknown to the registry
    std::optional<FoundModel> found;       // absent: not on this machine

    const std::string& name() const { return entry != nullptr ? entry->name : found->name; }
    bool usable() const { return found && found->info.has_value(); }
    /// Whether every word of `search` occurs in a name, the architecture, the repository or the folder.
    bool matches(std::string_view search) const;
};

/// The registry in its order, then what else is found (see findModels). A model that is found twice has two lines.
std::vector<ListedModel> listModels(const std::vector<std::filesystem::path>& extraFolders = {},
                                    const std::vector<LocatedModel>& located = {});

}  // namespace oodscope::model
