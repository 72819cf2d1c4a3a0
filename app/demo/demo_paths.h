// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

#include "core/base/error.h"

namespace oodscope::demo {

/// The snapshot folder of the tiny CLIP that is shipped: $OODSCOPE_RESOURCES/demo/tiny-clip when that variable is set;
/// else ../share/oodscope/demo/tiny-clip beside the folder of the executable; else that of the source tree.
Result<std::filesystem::path> shippedModelFolder();

}  // namespace oodscope::demo
