// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/dropped_files.h"

#include <QMimeData>
#include <QUrl>

namespace oodscope::ui {

void acceptFiles(QDragEnterEvent* event) {
    if (event->mimeData()->hasUrls()) event->acceptProposedAction();
}

QStringList takeFiles(QDropEvent* event) {
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls())
        if (url.isLocalFile()) paths << url.toLocalFile();
    event->acceptProposedAction();
    return paths;
}

}  // namespace oodscope::ui
