// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/path_dialog.h"

#include <QCoreApplication>
#include <QFileInfo>

namespace oodscope::ui {

namespace {
QString tr(const char* text) {
    return QCoreApplication::translate("oodscope::ui", text);
}
}  // namespace

QFileDialog* makePathDialog(PathKind kind, const QString& caption, const QString& start, const QStringList& fileFilters,
                            QWidget* parent) {
    const QString there = QFileInfo::exists(start) ? start : start.section(QLatin1Char('#'), 0, 0);
    auto* dialog = new QFileDialog(parent, caption, there);
    if (kind == PathKind::Folder) {
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setOption(QFileDialog::ShowDirsOnly);
    } else {
        dialog->setFileMode(QFileDialog::ExistingFile);
        if (!fileFilters.isEmpty()) dialog->setNameFilters(fileFilters);
    }
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

QMenu* makePathMenu(const std::function<void(PathKind)>& browse, QWidget* parent) {
    auto* menu = new QMenu(parent);
    menu->addAction(tr("F&older…"), parent, [browse] { browse(PathKind::Folder); });
    menu->addAction(tr("&File…"), parent, [browse] { browse(PathKind::File); });
    return menu;
}

}  // namespace oodscope::ui
