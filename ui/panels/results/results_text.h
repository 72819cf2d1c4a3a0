// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractItemModel>
#include <QString>

namespace oodscope::ui {

/// A table model, or the top level of a tree, as text: what is shown, with its headers. CSV is quoted where needed.
QString tableAsCsv(const QAbstractItemModel& model);
QString tableAsMarkdown(const QAbstractItemModel& model);
/// The second level of a tree as CSV: the first two columns of the row above, the first column of the row itself under
/// the header `name`, and its columns from the third on.
QString childrenAsCsv(const QAbstractItemModel& model, const QString& name);

}  // namespace oodscope::ui
