// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QString>

namespace oodscope::ui {

/// A table model as text: what is shown, with its headers. CSV is quoted where needed.
QString tableAsCsv(const QAbstractItemModel& model);
QString tableAsMarkdown(const QAbstractItemModel& model);

}  // namespace oodscope::ui
