// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/results/results_text.h"

#include <QStringList>

namespace oodscope::ui {

namespace {

QStringList headers(const QAbstractItemModel& model) {
    QStringList cells;
    for (int c = 0; c < model.columnCount(); ++c)
        cells << model.headerData(c, Qt::Horizontal).toString();
    return cells;
}

QStringList rowTexts(const QAbstractItemModel& model, int row) {
    QStringList cells;
    for (int c = 0; c < model.columnCount(); ++c)
        cells << model.index(row, c).data().toString();
    return cells;
}

QString csvLine(QStringList cells) {
    for (QString& cell : cells)
        if (cell.contains(QLatin1Char(',')) || cell.contains(QLatin1Char('"')) || cell.contains(QLatin1Char('\n')))
            cell = QLatin1Char('"') + cell.replace(QLatin1Char('"'), QStringLiteral("\"\"")) + QLatin1Char('"');
    return cells.join(QLatin1Char(',')) + QLatin1Char('\n');
}

QString markdownLine(QStringList cells) {
    for (QString& cell : cells)
        cell.replace(QLatin1Char('|'), QStringLiteral("\\|"));
    return QStringLiteral("| ") + cells.join(QStringLiteral(" | ")) + QStringLiteral(" |\n");
}

}  // namespace

QString tableAsCsv(const QAbstractItemModel& model) {
    QString text = csvLine(headers(model));
    for (int r = 0; r < model.rowCount(); ++r)
        text += csvLine(rowTexts(model, r));
    return text;
}

QString tableAsMarkdown(const QAbstractItemModel& model) {
    QString text = markdownLine(headers(model));
    QStringList rule;
    for (int c = 0; c < model.columnCount(); ++c) {
        const auto alignment = model.rowCount() > 0 ? model.index(0, c).data(Qt::TextAlignmentRole).toInt() : 0;
        rule << (alignment & Qt::AlignRight ? QStringLiteral("---:") : QStringLiteral("---"));
    }
    text += markdownLine(rule);
    for (int r = 0; r < model.rowCount(); ++r)
        text += markdownLine(rowTexts(model, r));
    return text;
}

}  // namespace oodscope::ui
