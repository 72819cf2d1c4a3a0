// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "core/experiment/run.h"
#include "core/model/device.h"
#include "ui/window/window_settings.h"

namespace oodscope::ui {

/// What the new-run dialog asks for, as plain values.
struct RunForm {
    QString model;
    std::vector<model::LocatedModel> located;  // where models lie that are named and not in the usual places
    QString train;
    QString idTest;
    QStringList ood;
    QString promptFile;  // empty: the reference's five
    experiment::LabelSource labels = experiment::LabelSource::Pseudo;
    std::vector<model::Device> devices{model::Device{}};
    model::Precision precision = model::Precision::Fp32;
    int imageBatch = 32;
    int epochs = 100;
    int batchSize = 256;
    double learningRate = 1e-3;
    // Keys, with options or without: "knn:k=5".
    QStringList detectors{QStringLiteral("msp"), QStringLiteral("free_energy"), QStringLiteral("max_logit")};
    QString negativeWordsFile;  // empty: none
    bool zeroShot = true;
};

/// One problem of a field, named by the object name of its widget.
struct FormProblem {
    QString field;
    QString text;
};

/// What is wrong, cheapest checks only: missing values, paths that are not there. Empty: worth asking core.
std::vector<FormProblem> formProblems(const RunForm& form);

/// Error: the file of prompts or of negative words cannot be read.
Result<experiment::RunOptions> toRunOptions(const RunForm& form);

RunForm loadForm(const WindowSettings& settings);
void saveForm(const RunForm& form, WindowSettings& settings);

}  // namespace oodscope::ui
