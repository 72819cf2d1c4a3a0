// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/base/error.h"
#include "core/image/preprocess.h"
#include "core/io/json.h"
#include "core/model/tower_checkpoint.h"

namespace oodscope::model {

/// config.json of a timm snapshot folder: the newer form with "pretrained_cfg", or the older flat one.
struct TimmConfig {
    TowerHints hints;  // without the image size
    image::Preprocess preprocess;
};

bool looksLikeTimmConfig(const io::Json& json);
/// `path` is for messages. An architecture whose tensors could be taken for those of another one is refused.
Result<TimmConfig> parseTimmConfig(const io::Json& json, const std::filesystem::path& path);

}  // namespace oodscope::model
