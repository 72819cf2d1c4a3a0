// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/progress_text.h"

#include <QCoreApplication>

namespace oodscope::ui {

namespace {

constexpr const char* kTexts[] = {
    QT_TRANSLATE_NOOP("Progress", "opening the model"),
    QT_TRANSLATE_NOOP("Progress", "encoding prompts"),
    QT_TRANSLATE_NOOP("Progress", "encoding the class names"),
    QT_TRANSLATE_NOOP("Progress", "encoding the negative words"),
    QT_TRANSLATE_NOOP("Progress", "training the probe"),
    QT_TRANSLATE_NOOP("Progress", "scoring"),
    QT_TRANSLATE_NOOP("Progress", "looking up neighbours"),
    QT_TRANSLATE_NOOP("Progress", "looking for data sets"),
    QT_TRANSLATE_NOOP("Progress", "drawing the demo world"),
    QT_TRANSLATE_NOOP("Progress", "images"),
    QT_TRANSLATE_NOOP("Progress", "texts"),
    QT_TRANSLATE_NOOP("Progress", "epochs"),
    QT_TRANSLATE_NOOP("Progress", "steps"),
    QT_TRANSLATE_NOOP("Progress", "loss"),
    QT_TRANSLATE_NOOP("Progress", "accuracy"),
};

/// Stages that go on with the name of a data set.
constexpr const char* kStagesOfSets[] = {
    QT_TRANSLATE_NOOP("Progress", "embedding %1"),
    QT_TRANSLATE_NOOP("Progress", "counting %1"),
    QT_TRANSLATE_NOOP("Progress", "waiting for another OODscope that embeds %1"),
};

}  // namespace

QString progressText(const std::string& text) {
    for (const char* known : kTexts)
        if (text == known) return QCoreApplication::translate("Progress", known);
    for (const char* known : kStagesOfSets) {
        const std::string_view pattern(known);
        const std::string_view start = pattern.substr(0, pattern.size() - 2);  // without the "%1"
        if (!text.starts_with(start)) continue;
        return QCoreApplication::translate("Progress", known).arg(QString::fromStdString(text.substr(start.size())));
    }
    return QString::fromStdString(text);
}

}  // namespace oodscope::ui
