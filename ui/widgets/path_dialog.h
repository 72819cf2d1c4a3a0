// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFileDialog>
#include <QMenu>
#include <functional>

namespace oodscope::ui {

enum class PathKind { Folder, File };

/// Asks for a folder or file that is there. Not open yet; deletes itself when it closes. `start`: the path to begin at
/// (what follows a '#' names a part of it). `fileFilters`: kinds of files, in QFileDialog's words.
QFileDialog* makePathDialog(PathKind kind, const QString& caption, const QString& start, const QStringList& fileFilters,
                            QWidget* parent);

/// For a button where the system's dialogs choose either folders or files: the two, to choose from.
QMenu* makePathMenu(const std::function<void(PathKind)>& browse, QWidget* parent);

}  // namespace oodscope::ui
