// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/image_info.h"

namespace oodscope::ui {

QString nameAt(const std::vector<std::string>& names, int i) {
    return i >= 0 && i < static_cast<int>(names.size()) ? QString::fromStdString(names[i]) : QString();
}

QString trueClassName(const experiment::Evaluation& evaluation, ImageRef image) {
    const auto* set = scoredSet(evaluation, image.set);
    return set ? nameAt(set->classNames, labelAt(set->trueLabels, image.row)) : QString();
}

QString pseudoClassName(const experiment::Evaluation& evaluation, ImageRef image) {
    const auto* set = scoredSet(evaluation, image.set);
    return set ? nameAt(evaluation.classNames, labelAt(set->pseudoLabels, image.row)) : QString();
}

QString predictedClassName(const experiment::Evaluation& evaluation, ImageRef image) {
    const auto* set = scoredSet(evaluation, image.set);
    return set ? nameAt(evaluation.classNames, labelAt(set->predicted, image.row)) : QString();
}

QString setName(const experiment::Evaluation& evaluation, int set) {
    const auto* scored = scoredSet(evaluation, set);
    return scored ? QString::fromStdString(scored->name) : QString();
}

QString relativePath(const experiment::Evaluation& evaluation, ImageRef image) {
    const auto* set = scoredSet(evaluation, image.set);
    return set ? nameAt(set->paths, image.row) : QString();
}

}  // namespace oodscope::ui
