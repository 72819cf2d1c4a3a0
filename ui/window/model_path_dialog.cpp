// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/model_path_dialog.h"

#include <QCoreApplication>

namespace oodscope::ui {

QFileDialog* makeModelPathDialog(ModelPath kind, const QString& start, QWidget* parent) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("oodscope::ui", text); };
    const bool folder = kind == ModelPath::Folder;
    auto* dialog = new QFileDialog(parent, folder ? tr("Choose a model folder") : tr("Choose a model file"), start);
    dialog->setObjectName(QStringLiteral("ModelPathDialog"));
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    if (folder)
        dialog->setOption(QFileDialog::ShowDirsOnly);
    else
        dialog->setNameFilters({tr("Checkpoints and TorchScript files (*.safetensors *.pt *.pth *.bin *.tar *.ts "
                                   "*.torchscript)"),
                                tr("All files (*)")});
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    return dialog;
}

}  // namespace oodscope::ui
