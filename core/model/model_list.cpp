// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_list.h"

#include <algorithm>

#include "core/base/text_util.h"

namespace oodscope::model {
bool ListedModel::matches(std::string_view search) const {
    std::string all = name();
    if (entry != nullptr) {
        for (const std::string& alias : entry->aliases)
            all += " " + alias;
        all += " " + entry->architecture + " " + entry->repository + " " + entry->file;
    }
    if (found) all += " " + found->name + " " + found->folder.string();
    if (usable()) all += " " + found->info->architecture;
    all = toLowerAscii(all);
    return std::ranges::all_of(split(toLowerAscii(search), ' '),
                               [&](const std::string& word) { return all.find(word) != std::string::npos; });
}

std::vector<ListedModel> listModels(const std::vector<std::filesystem::path>& extraFolders,
                                    const std::vector<LocatedModel>& located) {
    std::vector<FoundModel> found = findModels(extraFolders, located);
    std::vector<ListedModel> listed;
    for (const RegistryEntry& entry : registry()) {
        const std::size_t before = listed.size();
        for (FoundModel& model : found) {
            if (!model.name.empty() && entry.isCalled(model.name)) {
                listed.push_back({&entry, std::move(model)});
                model.name.clear();
            }
        }
        if (listed.size() == before) listed.push_back({&entry, std::nullopt});
    }
    for (FoundModel& model : found) {
        if (!model.name.empty()) listed.push_back({nullptr, std::move(model)});
    }
    return listed;
}

}  // namespace oodscope::model
