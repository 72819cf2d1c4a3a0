// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QProcess>
#include <QStringList>
#include <nlohmann/json.hpp>

namespace oodscope::testing {

/// One run of oodscope-cli (OODSCOPE_CLI is its path) or of a shell line that calls it by name.
struct CliRun {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;

    nlohmann::json json() const {
        return nlohmann::json::parse(out.toStdString(), nullptr, /*allow_exceptions=*/false);
    }
};

inline CliRun finish(QProcess& process) {
    constexpr int kLongestMs = 120'000;
    CliRun run;
    if (process.waitForFinished(kLongestMs) && process.exitStatus() == QProcess::NormalExit)
        run.exitCode = process.exitCode();
    run.out = process.readAllStandardOutput();
    run.err = process.readAllStandardError();
    return run;
}

inline CliRun runCli(const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral(OODSCOPE_CLI), arguments);
    return finish(process);
}

/// `line` as a user would paste it: /bin/sh, with the folder of oodscope-cli in front of PATH.
inline CliRun runShell(const QString& line) {
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString folder = QStringLiteral(OODSCOPE_CLI).section(QLatin1Char('/'), 0, -2);
    environment.insert(QStringLiteral("PATH"), folder + QLatin1Char(':') + environment.value(QStringLiteral("PATH")));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral("/bin/sh"), {QStringLiteral("-c"), line});
    return finish(process);
}

}  // namespace oodscope::testing
