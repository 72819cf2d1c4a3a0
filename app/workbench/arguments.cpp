// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench/arguments.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QTemporaryDir>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace oodscope::workbench {

namespace {

[[noreturn]] void wrongUsage(const QString& text) {
    std::fprintf(stderr, "oodscope: %s (oodscope --help)\n", qPrintable(text));
    std::exit(2);
}

QSize parseSize(const QString& text) {
    const QStringList parts = text.split(QLatin1Char('x'));
    bool okWidth = false;
    bool okHeight = false;
    const QSize size(parts.value(0).toInt(&okWidth), parts.value(1).toInt(&okHeight));
    if (parts.size() != 2 || !okWidth || !okHeight || size.width() < 200 || size.height() < 200 ||
        size.width() > 16384 || size.height() > 16384)
        wrongUsage(QStringLiteral("--size %1: give WIDTHxHEIGHT, each from 200 to 16384").arg(text));
    return size;
}

}  // namespace

QString Arguments::scratchSettings() const {
    return scratch->filePath(QStringLiteral("settings.ini"));
}

bool needsNoDisplay(int argc, char** argv) {
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument(argv[i]);
        if (argument.starts_with("--screenshot") || argument == "--help" || argument == "-h" ||
            argument == "--version" || argument == "-v")
            return true;
    }
    return false;
}

bool hasDisplay() {
    return !qEnvironmentVariableIsEmpty("DISPLAY") || !qEnvironmentVariableIsEmpty("WAYLAND_DISPLAY") ||
           !qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM");
}

Arguments parseArguments(QCoreApplication& app) {
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral(
        "Workbench for out-of-distribution detection with CLIP. For scripts and clusters see oodscope-cli."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption workspace(QStringLiteral("workspace"), QStringLiteral("Open the workspace in DIR."),
                                       QStringLiteral("DIR"));
    const QCommandLineOption evaluation(QStringLiteral("evaluation"), QStringLiteral("Show the evaluation ID."),
                                        QStringLiteral("ID"));
    const QCommandLineOption screenshot(
        QStringLiteral("screenshot"),
        QStringLiteral("Write a picture of the window to FILE and end; needs no display."), QStringLiteral("FILE.png"));
    const QCommandLineOption size(QStringLiteral("size"), QStringLiteral("Size of the window, for example 1600x1000."),
                                  QStringLiteral("WxH"));
    const QCommandLineOption theme(QStringLiteral("theme"), QStringLiteral("light, dark or system."),
                                   QStringLiteral("THEME"));
    parser.addOptions({workspace, evaluation, screenshot, size, theme});
    if (!parser.parse(app.arguments())) wrongUsage(parser.errorText());
    if (parser.isSet(help)) parser.showHelp(0);
    if (parser.isSet(version)) parser.showVersion();
    if (!parser.positionalArguments().isEmpty())
        wrongUsage(QStringLiteral("unexpected argument '%1'").arg(parser.positionalArguments().front()));

    Arguments arguments;
    arguments.workspace = parser.value(workspace);
    arguments.evaluation = parser.value(evaluation);
    arguments.screenshot = parser.value(screenshot);
    if (parser.isSet(size)) arguments.size = parseSize(parser.value(size));
    if (parser.isSet(theme)) {
        arguments.theme = ui::themeFromKey(parser.value(theme));
        if (ui::themeKey(*arguments.theme) != parser.value(theme))
            wrongUsage(QStringLiteral("--theme %1: give light, dark or system").arg(parser.value(theme)));
    }
    if (!arguments.screenshot.isEmpty() && !arguments.evaluation.isEmpty() && arguments.workspace.isEmpty())
        wrongUsage(QStringLiteral("--evaluation with --screenshot: give the --workspace that has it"));
    if (!arguments.screenshot.isEmpty()) arguments.scratch = std::make_shared<QTemporaryDir>();
    return arguments;
}

}  // namespace oodscope::workbench
