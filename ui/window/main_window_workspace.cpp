// SPDX-License-Identifier: GPL-3.0-or-later
// How the main window gets a workspace, and what it says of one.
#include <QDir>
#include <QFileInfo>

#include "ui/panels/library/library_panel.h"
#include "ui/widgets/path_dialog.h"
#include "ui/window/main_window.h"
#include "ui/window/start_page.h"

namespace oodscope::ui {

void MainWindow::openWorkspace() {
    QFileDialog* dialog =
        makePathDialog(PathKind::Folder, tr("Open a workspace folder"), m_session->folder(), {}, this);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) { m_session->open(folder); });
    dialog->open();
}

/// A folder without one may be a slip of the pen, or a disk that is not mounted: a workspace is made only when asked
/// for.
void MainWindow::offerWorkspace(const QString& folder) {
    const QString text = !QFileInfo::exists(folder) ? tr("There is no folder %1.")
                         : QDir(folder).isEmpty()   ? tr("%1 is empty, it is no workspace yet.")
                                                    : tr("%1 is not a workspace, it holds other files.");
    m_message->ask(text.arg(folder), {{tr("Make a workspace there"), [this, folder] { m_session->make(folder); }},
                                      {tr("Choose another folder…"), [this] { openWorkspace(); }}});
}

void MainWindow::workspaceOpened(const QString& folder) {
    m_settings->addRecentWorkspace(folder);
    m_library->setWorkspace(m_session->sharedWorkspace());
    fillRecent();
    updateStartPage();
    updateTitle();
    if (m_session->isReadOnly())
        m_message->showMessage(
            MessageBar::Kind::Information,
            tr("%1 is read-only: its results can be looked at and exported, but nothing new can be kept there.")
                .arg(folder),
            QString::fromStdString(m_session->workspace()->writable().error().message));
}

void MainWindow::updateStartPage() {
    m_start->setWorkspace(m_session->folder(), m_library->hasRuns(), m_session->isReadOnly());
}

/// A run needs a workspace that keeps it; asks for one where there is none.
bool MainWindow::hasPlaceForRuns() {
    if (!m_session->workspace()) {
        m_message->showMessage(MessageBar::Kind::Information,
                               tr("A run needs a workspace to keep its results: choose or make a folder first."));
        openWorkspace();
    } else if (m_session->isReadOnly()) {
        m_message->ask(tr("%1 is read-only, a run cannot be kept there.").arg(m_session->folder()),
                       {{tr("Choose another folder…"), [this] { openWorkspace(); }}});
    } else {
        return true;
    }
    return false;
}

}  // namespace oodscope::ui
