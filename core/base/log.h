// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <spdlog/spdlog.h>

namespace oodscope {

/// Sends the log to standard error (standard output is for results) at the level of $OODSCOPE_LOG (default: warn).
void setUpLogging();

}  // namespace oodscope
