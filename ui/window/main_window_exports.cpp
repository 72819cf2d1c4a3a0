// SPDX-License-Identifier: GPL-3.0-or-later
// What a user takes out of the window: pictures, a report, the command of a result.
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QDockWidget>
#include <QFileDialog>

#include "core/experiment/explain.h"
#include "ui/window/main_window.h"

namespace oodscope::ui {

int MainWindow::exportPictures(const QString& folder) const {
    int written = 0;
    const auto save = [&](const QString& name, QWidget* widget) {
        if (widget->grab().save(QDir(folder).filePath(name + QStringLiteral(".png")))) ++written;
    };
    save(QStringLiteral("window"), const_cast<MainWindow*>(this));
    for (auto it = m_docks.begin(); it != m_docks.end(); ++it)
        if (it.value()->widget()->isVisible()) save(it.key().chopped(4).toLower(), it.value()->widget());
    return written;
}

void MainWindow::choosePictureFolder() {
    auto* dialog = new QFileDialog(this, tr("Choose a folder for the pictures"));
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& folder) {
        const int written = exportPictures(folder);
        if (written > 0)
            m_message->showMessage(MessageBar::Kind::Information,
                                   tr("%n pictures in %1", nullptr, written).arg(folder));
        else
            m_message->showError(tr("Could not write pictures into %1. Is the folder writable?").arg(folder));
    });
    dialog->open();
}

void MainWindow::chooseReportFile() {
    auto* dialog = new QFileDialog(this, tr("Export report"), {}, tr("HTML page (*.html)"));
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("html"));
    dialog->selectFile(QStringLiteral("report.html"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, this, &MainWindow::exportReport);
    dialog->open();
}

void MainWindow::exportReport(const QString& page) {
    const auto evaluation = m_context->evaluation();
    const auto workspace = m_session->sharedWorkspace();
    if (!evaluation || !workspace || !m_services.report) return;
    m_jobs->start<std::filesystem::path>(
        tr("Report"),
        [report = m_services.report, workspace, evaluation, path = std::filesystem::path(page.toStdString())](
            std::stop_token, const ProgressFn&) -> Result<std::filesystem::path> {
            if (auto written = report(*workspace, *evaluation, path); !written) return failFrom(written);
            return path;
        },
        this,
        [this](Result<std::filesystem::path> written) {
            if (written)
                m_message->showMessage(MessageBar::Kind::Information,
                                       tr("Report in %1").arg(QString::fromStdString(written->string())));
            else
                m_message->showError(QString::fromStdString(written.error().message));
        });
}

void MainWindow::copyCommand() {
    const auto& evaluation = m_context->evaluation();
    if (!evaluation || m_session->workspace() == nullptr) return;
    const auto commands = experiment::commandsOf(*evaluation, *m_session->workspace());
    if (commands.empty()) {
        m_message->showError(tr("The record of this evaluation does not tell how to make it again."));
        return;
    }
    QApplication::clipboard()->setText(QString::fromStdString(experiment::shellLine(commands)));
    m_message->showMessage(MessageBar::Kind::Information,
                           tr("The command that makes this evaluation again was copied."));
}

}  // namespace oodscope::ui
