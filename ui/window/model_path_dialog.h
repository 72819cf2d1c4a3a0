// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFileDialog>

namespace oodscope::ui {

enum class ModelPath { Folder, File };

/// Asks where a model lies: a snapshot folder, or a file (checkpoint or TorchScript). Not open yet; deletes itself when
/// it closes. `start`: the path to begin at.
QFileDialog* makeModelPathDialog(ModelPath kind, const QString& start, QWidget* parent);

}  // namespace oodscope::ui
