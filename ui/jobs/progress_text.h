// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <string>

namespace oodscope::ui {

/// What core says of its progress (stages, units, names of values) in the user's language; names of data sets, and what
/// is not known here, stay as they are.
QString progressText(const std::string& text);

}  // namespace oodscope::ui
