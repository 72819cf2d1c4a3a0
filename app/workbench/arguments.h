// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QSize>
#include <QString>
#include <memory>
#include <optional>

#include "ui/window/theme.h"

class QCoreApplication;
class QTemporaryDir;

namespace oodscope::workbench {

struct Arguments {
    QString workspace;
    QString evaluation;
    QString screenshot;
    QSize size;
    std::optional<ui::Theme> theme;
    std::shared_ptr<QTemporaryDir> scratch;

    QString scratchSettings() const;
};

/// Before there is an application: whether --help, --version or a picture is wanted, which need no display.
bool needsNoDisplay(int argc, char** argv);
/// Whether there is a display to open a window on, as far as the environment tells.
bool hasDisplay();
/// Ends the program with code 2 and one line for wrong usage; handles --help and --version.
Arguments parseArguments(QCoreApplication& app);

}  // namespace oodscope::workbench
