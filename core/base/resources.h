// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/files.h"

namespace oodscope {

/// A file or folder that ships with the program: in $OODSCOPE_RESOURCES where that is set, else in share/oodscope
/// beside the program's folder, else in the source tree that it was built from. An error lists where it was looked for.
Result<fs::path> shippedResource(const fs::path& relative);

}  // namespace oodscope
