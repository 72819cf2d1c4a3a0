// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/window/services.h"

namespace oodscope::workbench {

/// The use cases of core, as the window calls them.
ui::Services realServices();

}  // namespace oodscope::workbench
