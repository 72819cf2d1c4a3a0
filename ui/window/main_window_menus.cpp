// SPDX-License-Identifier: GPL-3.0-or-later
// The menus of the main window and what only they do.
#include <QActionGroup>
#include <QApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/panels/gallery/gallery_panel.h"
#include "ui/window/main_window.h"
#include "ui/window/models_dialog.h"
#include "ui/window/selftest_dialog.h"
#include "ui/window/start_page.h"

namespace oodscope::ui {

void MainWindow::createMenus() {
    createFileMenu();
    createViewMenu();
    createHelpMenu();
}

void MainWindow::createFileMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    file->addAction(tr("&Open workspace…"), QKeySequence::Open, this, &MainWindow::openWorkspace);
    m_recentMenu = file->addMenu(tr("Open &recent"));
    file->addSeparator();
    QAction* run = file->addAction(tr("&New run…"), QKeySequence::New, this, &MainWindow::newRun);
    run->setObjectName(QStringLiteral("NewRunAction"));
    QAction* benchmark =
        file->addAction(tr("Run &benchmark…"), QKeySequence(Qt::CTRL | Qt::Key_B), this, &MainWindow::runBenchmark);
    benchmark->setObjectName(QStringLiteral("BenchmarkAction"));
    benchmark->setVisible(static_cast<bool>(m_services.locate));
    QAction* models = file->addAction(tr("&Models…"), this, &MainWindow::showModels);
    models->setObjectName(QStringLiteral("ModelsAction"));
    file->addSeparator();
    file->addAction(tr("&Export pictures…"), this, &MainWindow::choosePictureFolder);
    QAction* report = file->addAction(tr("Export &report…"), this, &MainWindow::chooseReportFile);
    report->setObjectName(QStringLiteral("ExportReportAction"));
    const auto follow = [this, report] { report->setEnabled(m_context->evaluation() && m_services.report); };
    connect(m_context, &EvaluationContext::evaluationChanged, report, follow);
    follow();
    file->addSeparator();
    file->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::createViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    const QStringList order{QStringLiteral("LibraryDock"),   QStringLiteral("InspectorDock"),
                            QStringLiteral("RocDock"),       QStringLiteral("HistogramDock"),
                            QStringLiteral("ConfusionDock"), QStringLiteral("ResultsDock"),
                            QStringLiteral("JobsDock")};
    int number = 1;
    for (const QString& name : order) {
        if (!m_docks.contains(name)) continue;
        QAction* toggle = m_docks[name]->toggleViewAction();
        toggle->setShortcut(QKeySequence(Qt::ALT | static_cast<Qt::Key>(Qt::Key_0 + number++)));
        view->addAction(toggle);
    }
    view->addSeparator();
    QMenu* themes = view->addMenu(tr("&Theme"));
    auto* group = new QActionGroup(this);
    const std::pair<Theme, QString> choices[] = {
        {Theme::System, tr("&System")}, {Theme::Light, tr("&Light")}, {Theme::Dark, tr("&Dark")}};
    for (const auto& [theme, text] : choices) {
        QAction* action = themes->addAction(text);
        action->setCheckable(true);
        action->setChecked(m_settings->theme() == theme);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, theme = theme] { chooseTheme(theme); });
    }
    view->addSeparator();
    QAction* restore = view->addAction(tr("Restore &default layout"), this, &MainWindow::restoreDefaultLayout);
    restore->setObjectName(QStringLiteral("RestoreLayoutAction"));
    QAction* full = view->addAction(tr("&Full screen"), QKeySequence(Qt::Key_F11), this,
                                    [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    full->setObjectName(QStringLiteral("FullScreenAction"));
}

void MainWindow::createHelpMenu() {
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    help->addAction(tr("&Keyboard shortcuts"), QKeySequence::HelpContents, this, &MainWindow::showShortcuts);
    QAction* selftest = help->addAction(tr("Self-&test…"), this, &MainWindow::showSelftest);
    selftest->setObjectName(QStringLiteral("SelftestAction"));
    help->addAction(tr("&About OODscope"), this, &MainWindow::showAbout);
}

void MainWindow::showModels() {
    auto* dialog = new ModelsDialog(m_services, m_jobs, m_settings, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ModelsDialog::useRequested, this, &MainWindow::newRunWith);
    dialog->open();
}

void MainWindow::showSelftest() {
    auto* dialog = new SelftestDialog(m_services, m_jobs, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->open();
}

void MainWindow::chooseTheme(Theme theme) {
    m_settings->setTheme(theme);
    applyTheme(*qApp, theme);
}

void MainWindow::fillRecent() {
    const QStringList recent = m_settings->recentWorkspaces();
    m_start->setRecent(recent);
    m_recentMenu->clear();
    m_recentMenu->setEnabled(!recent.isEmpty());
    for (const QString& folder : recent)
        m_recentMenu->addAction(QDir::toNativeSeparators(folder).replace(QLatin1Char('&'), QStringLiteral("&&")), this,
                                [this, folder] { m_session->open(folder); });
    m_recentMenu->addSeparator();
    m_recentMenu->addAction(tr("Forget these"), this, [this] {
        m_settings->clearRecentWorkspaces();
        fillRecent();
    });
}

/// Where the shortcut of `action` works; empty: in the whole window.
QString MainWindow::placeOf(const QAction& action) const {
    for (const QObject* at = action.parent(); at; at = at->parent()) {
        if (at == m_gallery) return tr("Gallery");
        if (const auto* dock = qobject_cast<const QDockWidget*>(at)) return dock->windowTitle();
    }
    return {};
}

/// Keys and what they do: those of the menus in their order, then those of the panels.
QList<std::pair<QString, QString>> MainWindow::shortcuts() const {
    QList<std::pair<QString, QString>> inMenus;
    QList<std::pair<QString, QString>> inPanels;
    QList<QAction*> actions;
    for (const QAction* menu : menuBar()->actions())
        actions << menu->menu()->actions();
    actions << findChildren<QAction*>();
    for (const QAction* action : std::as_const(actions)) {
        if (action->shortcut().isEmpty() || action->text().isEmpty()) continue;
        const QString place = placeOf(*action);
        const QString keys = action->shortcut().toString(QKeySequence::NativeText);
        const QString text = QString(action->text()).remove(QLatin1Char('&'));
        // The action that shows a dock belongs to the dock, and works everywhere.
        const bool everywhere = place.isEmpty() || place == text;
        const std::pair row{keys, everywhere ? text : tr("%1: %2").arg(place, text)};
        if (!inMenus.contains(row) && !inPanels.contains(row)) (everywhere ? inMenus : inPanels) << row;
    }
    std::ranges::stable_sort(inPanels, {}, &std::pair<QString, QString>::second);
    return inMenus + inPanels;
}

void MainWindow::showShortcuts() {
    auto* dialog = new QDialog(this);
    dialog->setObjectName(QStringLiteral("ShortcutsDialog"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(tr("Keyboard shortcuts"));
    QString rows;
    const auto add = [&](const QString& keys, const QString& what) {
        rows += QStringLiteral("<tr><td style=\"padding-right:24px\"><b>%1</b></td><td>%2</td></tr>")
                    .arg(keys.toHtmlEscaped(), what.toHtmlEscaped());
    };
    for (const auto& [keys, what] : shortcuts())
        add(keys, what);
    add(tr("N, P"), tr("Inspector: next, previous image of the gallery"));
    add(tr("← →"), tr("Histogram: move the threshold (with Shift: faster)"));
    add(tr("Home"), tr("Histogram: threshold at 95 % TPR"));
    add(tr("Esc"), tr("Histogram: clear the score range"));
    add(tr("Mouse wheel"), tr("Plots: zoom; double click: show all"));
    auto* label = new QLabel(QStringLiteral("<table cellspacing=\"4\">%1</table>").arg(rows), dialog);
    label->setObjectName(QStringLiteral("ShortcutsText"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* column = new QVBoxLayout(dialog);
    column->addWidget(label);
    column->addWidget(buttons);
    dialog->open();
}

void MainWindow::showAbout() {
    auto* box = new QMessageBox(this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setWindowTitle(tr("About OODscope"));
    box->setTextFormat(Qt::RichText);
    box->setText(
        tr("<h3>OODscope %1</h3><p>A workbench for out-of-distribution detection with CLIP: embeddings, "
           "pseudo-label probes, scores, and the images behind every number.</p><p>Free software under the GNU "
           "General Public License, version 3 or later. Built with Qt, LibTorch, OpenCV, SQLite and "
           "QCustomPlot. Nothing leaves this machine.</p>")
            .arg(QStringLiteral(OODSCOPE_VERSION)));
    box->open();
}

}  // namespace oodscope::ui
