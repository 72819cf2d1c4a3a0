// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/base/matrix.h"
#include "core/model/model.h"
#include "core/text/prompts.h"

namespace oodscope::experiment {

/// Class vectors [C, P] of `names` under `prompts` (method.md section 3), from the model's text tower on `device`.
/// Kept in `cacheFolder` under a content key; an empty folder keeps nothing. Error: the model has no text tower.
Result<Matrix> textClassVectors(const model::Model& model, const std::vector<std::string>& names,
                                const text::PromptSet& prompts, model::Device device,
                                const std::filesystem::path& cacheFolder);

}  // namespace oodscope::experiment
