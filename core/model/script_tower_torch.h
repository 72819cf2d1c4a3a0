// SPDX-License-Identifier: GPL-3.0-or-later
// Private: includes LibTorch. Only .cpp files of core and tests include it.
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/error.h"
#include "core/model/script_config.h"
#include "core/model/vision_tower_torch.h"

namespace oodscope::model {

/// Loads a TorchScript file, which runs code of it (see Note [Declared scripts]), and tries it on two grey images.
/// Floating-point parameters and buffers are converted to the precision; code that holds to another one is an error.
Result<std::unique_ptr<VisionTower>> loadScriptTower(const std::filesystem::path& path, const ScriptConfig& config,
                                                     Device device, Precision precision);

}  // namespace oodscope::model
