// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDropEvent>
#include <QStringList>

namespace oodscope::ui {

/// For dragEnterEvent: takes what may hold files or folders.
void acceptFiles(QDragEnterEvent* event);
/// For dropEvent: the paths that were dropped, those on this machine only.
QStringList takeFiles(QDropEvent* event);

}  // namespace oodscope::ui
