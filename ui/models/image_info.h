// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// Names of one image's classes; empty where it has none (no label, no text tower, index out of range).
QString trueClassName(const experiment::Evaluation& evaluation, ImageRef image);
QString pseudoClassName(const experiment::Evaluation& evaluation, ImageRef image);
QString predictedClassName(const experiment::Evaluation& evaluation, ImageRef image);

QString setName(const experiment::Evaluation& evaluation, int set);
/// Relative to the root of its set.
QString relativePath(const experiment::Evaluation& evaluation, ImageRef image);

/// Entry i of `labels`, -1 where there is none.
inline int labelAt(const std::vector<std::int32_t>& labels, int i) {
    return i >= 0 && i < static_cast<int>(labels.size()) ? labels[static_cast<std::size_t>(i)] : -1;
}
QString nameAt(const std::vector<std::string>& names, int i);

}  // namespace oodscope::ui
