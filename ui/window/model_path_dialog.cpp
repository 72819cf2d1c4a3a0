// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/model_path_dialog.h"

#include <QCoreApplication>

namespace oodscope::ui {

QFileDialog* makeModelPathDialog(PathKind kind, const QString& start, QWidget* parent) {
    const auto tr = [](const char* text) { return QCoreApplication::translate("oodscope::ui", text); };
    const QString caption = kind == PathKind::Folder ? tr("Choose a model folder") : tr("Choose a model file");
    const QStringList files{tr("Checkpoints and TorchScript files (*.safetensors *.pt *.pth *.bin *.tar *.ts "
                               "*.torchscript)"),
                            tr("All files (*)")};
    QFileDialog* dialog = makePathDialog(kind, caption, start, files, parent);
    dialog->setObjectName(QStringLiteral("ModelPathDialog"));
    return dialog;
}

}  // namespace oodscope::ui
