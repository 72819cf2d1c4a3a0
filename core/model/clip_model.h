// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>

#include "core/base/error.h"
#include "core/model/clip_config.h"
#include "core/model/model.h"

namespace oodscope::model {

/// The name of the configuration inside a snapshot folder.
inline constexpr const char* kClipConfigName = "open_clip_config.json";

/// Opens an open_clip snapshot folder: reads the configuration, maps the weights and compares their names and shapes
/// with it. Their values are read (and checked for NaN) when the first encoder is made.
Result<std::shared_ptr<const Model>> openClipFolder(const std::filesystem::path& folder, const std::string& name);
/// The same for a checkpoint file, whose folder may hold the tokenizer. `arch`: as ModelInfo has it; `config`: what
/// open_clip_config.json would say.
Result<std::shared_ptr<const Model>> openClipFile(const std::filesystem::path& file, const std::string& name,
                                                  const std::string& arch, const io::Json& config);

}  // namespace oodscope::model
