// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "app/cli/context.h"

namespace oodscope::cli {

/// --convention, with `convention` as its default.
void addConventionOption(CLI::App& command, std::string& convention);
/// --tpr
void addLevelsOption(CLI::App& command, std::vector<double>& levels);

}  // namespace oodscope::cli
