// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/model.h"

namespace oodscope::model {

/// A folder on this machine that holds a model, or looks like one; or a checkpoint file that the registry
/// knows, or a declared TorchScript file.
struct ModelPlace {
    std::string
        name;  // "org/repo" for a folder of the Hugging Face cache, a file's name in the registry, else the folder's
    std::filesystem::path path;

    /// Whether `wanted` is its name, or the part after the last slash.
    bool isCalled(std::string_view wanted) const;
};

std::filesystem::path huggingFaceHub();
/// The located ones, then those under the given folders, $OODSCOPE_MODELS (colon-separated) and the Hugging Face cache.
std::vector<ModelPlace> modelPlaces(const std::vector<std::filesystem::path>& extraFolders,
                                    const std::vector<LocatedModel>& located);
/// `folder` with its name; a repository of the cache stands for its current snapshot.
ModelPlace placeOf(const std::filesystem::path& folder);

}  // namespace oodscope::model
