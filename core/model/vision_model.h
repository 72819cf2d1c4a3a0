// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/base/error.h"
#include "core/model/model.h"
#include "core/model/tower_checkpoint.h"

namespace oodscope::model {

/// The name of the configuration inside a timm snapshot folder.
inline constexpr const char* kTimmConfigName = "config.json";

/// An image tower without a text tower.
struct VisionSource {
    std::string name;
    std::filesystem::path folder;
    std::filesystem::path weights;
    TowerHints hints;  // the image size follows from `preprocess`
    image::Preprocess preprocess;
    Preprocessing preprocessing = Preprocessing::Own;
    std::string arch;  // as ModelInfo has it
};

/// What an image tower says when it is asked for text.
tl::unexpected<Error> noTextTower(const ModelInfo& info);

/// Maps the weights and fits them to their architecture. Their values are read (and checked for NaN) when the first
/// encoder is made.
Result<std::shared_ptr<const Model>> openVisionModel(const VisionSource& source);

}  // namespace oodscope::model
