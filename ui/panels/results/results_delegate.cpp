// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/results/results_delegate.h"

#include "ui/models/results_model.h"
#include "ui/widgets/colors.h"

namespace oodscope::ui {

void ResultsDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    const int kind = index.data(ResultsModel::KindRole).toInt();
    if (kind == ResultsModel::SetMean || kind == ResultsModel::ClassMean) option->font.setItalic(true);
    if (index.column() != ResultsModel::Fpr95 || !index.data(ResultsModel::FailsRole).toBool()) return;
    option->text = QStringLiteral("✗ ") + option->text;
    const QColor background = option->palette.color(QPalette::AlternateBase);
    option->palette.setColor(QPalette::Text, legible(verdictColor(Verdict::FalseAccept, option->palette), background));
}

}  // namespace oodscope::ui
