// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/model/registry.h"

namespace oodscope::model {

/// The table behind registry().
std::vector<RegistryEntry> registryEntries();

}  // namespace oodscope::model
