// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/io/json.h"

namespace oodscope::model {

/// "model_cfg" of open_clip 3.3 for an architecture's name ("ViT-B-16", "ViT-B-16-quickgelu", "convnext_base_w"), for
/// checkpoints that come without a configuration.
std::optional<io::Json> clipArchitecture(std::string_view name);
std::vector<std::string> clipArchitectureNames();

}  // namespace oodscope::model
