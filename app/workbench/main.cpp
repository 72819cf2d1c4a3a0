// SPDX-License-Identifier: GPL-3.0-or-later
// The workbench window: oodscope [--workspace DIR] [--evaluation ID] [--screenshot FILE.png …]
#include <QApplication>
#include <QElapsedTimer>
#include <QLibraryInfo>
#include <QLocale>
#include <QTimer>
#include <QTranslator>
#include <cstdio>
#include <memory>

#include "app/workbench/arguments.h"
#include "app/workbench/real_services.h"
#include "core/base/log.h"
#include "ui/window/main_window.h"

namespace {

using namespace oodscope;

void installTranslations(QApplication& app) {
    const auto install = [&app](const QString& name, const QString& folder) {
        auto* translator = new QTranslator(&app);
        // A file without any translation loads all the same; English is better than an empty one.
        if (translator->load(QLocale(), name, QStringLiteral("_"), folder) && !translator->isEmpty())
            app.installTranslator(translator);
        else
            delete translator;
    };
    install(QStringLiteral("qtbase"), QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(QStringLiteral("oodscope"), QStringLiteral(":/i18n"));
}

/// Shows the window, waits until nothing is on its way any more, writes the picture and ends the program.
void takeScreenshot(ui::MainWindow& window, const workbench::Arguments& arguments) {
    constexpr int kStepMs = 100;
    constexpr int kQuietSteps = 8;  // thumbnails arrive in bursts
    constexpr int kLongestMs = 120000;
    auto* timer = new QTimer(&window);
    auto quiet = std::make_shared<int>(0);
    auto clock = std::make_shared<QElapsedTimer>();
    clock->start();
    QObject::connect(timer, &QTimer::timeout, &window, [&window, &arguments, timer, quiet, clock] {
        *quiet = window.isSettled() ? *quiet + 1 : 0;
        if (*quiet < kQuietSteps && clock->elapsed() < kLongestMs) return;
        timer->stop();
        const bool ok = window.grab().save(arguments.screenshot);
        if (!ok) std::fprintf(stderr, "oodscope: cannot write %s\n", qPrintable(arguments.screenshot));
        QCoreApplication::exit(ok ? 0 : 1);
    });
    timer->start(kStepMs);
}

/// Nobody sees a message bar in batch: what goes wrong is one line and ends the program.
void endOnErrors(const ui::WorkspaceSession& session) {
    const auto end = [](const QString& message) {
        std::fprintf(stderr, "oodscope: %s\n", qPrintable(message));
        QCoreApplication::exit(1);
    };
    QObject::connect(&session, &ui::WorkspaceSession::failed, &session, end);
    QObject::connect(&session, &ui::WorkspaceSession::notFound, &session,
                     [end](const QString&, const QString& message) { end(message); });
}

}  // namespace

int main(int argc, char** argv) {
    setUpLogging();
    const bool display = workbench::hasDisplay();
    // Without a display Qt would abort before the arguments are looked at.
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && (!display || workbench::needsNoDisplay(argc, argv)))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("oodscope"));
    QApplication::setApplicationDisplayName(QStringLiteral("OODscope"));
    QApplication::setOrganizationName(QStringLiteral("oodscope"));
    QApplication::setApplicationVersion(QStringLiteral(OODSCOPE_VERSION));
    installTranslations(app);
    const workbench::Arguments arguments = workbench::parseArguments(app);

    if (!display && arguments.screenshot.isEmpty()) {
        std::fputs("oodscope: there is no display. Use oodscope-cli, or oodscope --screenshot FILE.png\n", stderr);
        return 1;
    }

    // A picture for a document must not depend on how this user arranged the window, nor change it.
    const bool picture = !arguments.screenshot.isEmpty();
    auto settings = picture ? std::make_unique<ui::WindowSettings>(arguments.scratchSettings())
                            : std::make_unique<ui::WindowSettings>();
    ui::applyTheme(app, arguments.theme.value_or(settings->theme()));
    ui::MainWindow window(workbench::realServices(), settings.get());
    if (arguments.size.isValid()) {
        window.resize(arguments.size);
        window.restoreDefaultLayout();
    }
    window.show();
    const QString workspace =
        arguments.workspace.isEmpty() && !picture ? settings->lastWorkspace() : arguments.workspace;
    if (!workspace.isEmpty()) window.session()->open(workspace, arguments.evaluation);
    if (picture) {
        endOnErrors(*window.session());
        takeScreenshot(window, arguments);
    }
    return QApplication::exec();
}
