// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/path_dialog.h"

namespace oodscope::ui {

/// Asks where a model lies: a snapshot folder, or a file (checkpoint or TorchScript). Not open yet; deletes itself when
/// it closes. `start`: the path to begin at.
QFileDialog* makeModelPathDialog(PathKind kind, const QString& start, QWidget* parent);

}  // namespace oodscope::ui
