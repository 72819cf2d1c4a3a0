// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/results/results_text.h"

#include <QStringList>

#include "ui/models/results_model.h"

namespace oodscope::ui {

namespace {

QStringList headers(const QAbstractItemModel& model) {
    QStringList cells;
    for (int c = 0; c < model.columnCount(); ++c)
        cells << model.headerData(c, Qt::Horizontal).toString();
    return cells;
}

QStringList rowTexts(const QAbstractItemModel& model, int row, const QModelIndex& parent = {}) {
    QStringList cells;
    for (int c = 0; c < model.columnCount(); ++c)
        cells << model.index(row, c, parent).data(ResultsModel::PlainTextRole).toString();
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

QString childrenAsCsv(const QAbstractItemModel& model, const QString& name) {
    const QStringList heads = headers(model);
    QString text = csvLine(heads.mid(0, 2) + QStringList{name} + heads.mid(2));
    for (int r = 0; r < model.rowCount(); ++r) {
        const QModelIndex above = model.index(r, 0);
        const QStringList first = rowTexts(model, r).mid(0, 2);
        for (int child = 0; child < model.rowCount(above); ++child) {
            const QStringList cells = rowTexts(model, child, above);
            text += csvLine(first + cells.mid(0, 1) + cells.mid(2));
        }
    }
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
