// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/error.h"
#include "core/model/model.h"

namespace oodscope::model {

/// A TorchScript file as image encoder, by its declaration (see Note [Declared scripts]). Checked here: the declaration
/// and that the file is a whole archive. Each encoder first runs its code on two grey images and checks what it gives.
/// `path`: the file, or its declaration.
Result<std::shared_ptr<const Model>> openScriptModel(const std::filesystem::path& path, Preprocessing preprocessing);

}  // namespace oodscope::model
