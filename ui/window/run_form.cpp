// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/run_form.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <algorithm>
#include <cmath>

#include "core/data/open_dataset.h"
#include "core/embed/reference_folder.h"
#include "core/experiment/sources.h"
#include "core/ood/detector.h"
#include "core/text/prompts.h"

namespace oodscope::ui {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("oodscope::ui", text);
}

const QString kPrefix = QStringLiteral("newRun/");

std::filesystem::path toPath(const QString& text) {
    return {text.toStdString()};
}

bool isDataSource(const QString& path) {
    return data::mayBeDataset(toPath(path)) || experiment::isEmbeddingsFile(toPath(path));
}

void checkData(std::vector<FormProblem>& problems, const QString& field, const QString& what, const QString& path) {
    if (path.isEmpty()) {
        problems.push_back({field, tr("Choose the %1.").arg(what)});
    } else if (!isDataSource(path)) {
        problems.push_back({field, tr("%1: not a folder or file of images or embeddings: %2").arg(what, path)});
    }
}

void checkDetectors(std::vector<FormProblem>& problems, const RunForm& form) {
    if (form.detectors.isEmpty())
        problems.push_back({QStringLiteral("RunDetectors"), tr("Choose at least one detector.")});
    bool needsWords = false;
    for (const QString& key : form.detectors) {
        const auto detector = ood::makeDetector(key.toStdString());
        if (!detector) {
            problems.push_back({QStringLiteral("RunMoreDetectors"), QString::fromStdString(detector.error().message)});
        } else {
            needsWords = needsWords || (*detector)->info().key == "neglabel";
        }
    }
    if (needsWords && form.negativeWordsFile.isEmpty())
        problems.push_back({QStringLiteral("RunNegativeWords"), tr("NegLabel needs a file of negative words.")});
    if (!form.negativeWordsFile.isEmpty() && !QFileInfo(form.negativeWordsFile).isFile())
        problems.push_back(
            {QStringLiteral("RunNegativeWords"), tr("No such file of negative words: %1").arg(form.negativeWordsFile)});
}

}  // namespace

std::vector<FormProblem> formProblems(const RunForm& form) {
    std::vector<FormProblem> problems;
    if (form.model.isEmpty())
        problems.push_back({QStringLiteral("RunModel"), tr("Choose a model: a folder, a file or a name.")});
    checkData(problems, QStringLiteral("RunTrain"), tr("ID train images"), form.train);
    checkData(problems, QStringLiteral("RunIdTest"), tr("ID test images"), form.idTest);
    if (form.ood.isEmpty()) problems.push_back({QStringLiteral("RunOod"), tr("Add at least one set of OOD images.")});
    for (const QString& folder : form.ood)
        checkData(problems, QStringLiteral("RunOod"), tr("OOD images"), folder);
    // Two parts of one folder ("#train", "#test") are two sets.
    const auto same = [](const QString& a, const QString& b) {
        return !a.isEmpty() && experiment::canonicalOr(toPath(a)) == experiment::canonicalOr(toPath(b));
    };
    // One folder of the reference's layout holds both splits.
    if (same(form.train, form.idTest) && !embed::isReferenceFolder(toPath(form.train)))
        problems.push_back({QStringLiteral("RunIdTest"), tr("ID train and ID test are the same.")});
    for (const QString& folder : form.ood)
        if (same(folder, form.idTest) || same(folder, form.train))
            problems.push_back({QStringLiteral("RunOod"), tr("An OOD set is also an ID set: %1").arg(folder)});
    if (!form.promptFile.isEmpty() && !QFileInfo(form.promptFile).isFile())
        problems.push_back({QStringLiteral("RunPrompts"), tr("No such prompt file: %1").arg(form.promptFile)});
    if (!(form.learningRate > 0) || !std::isfinite(form.learningRate))
        problems.push_back({QStringLiteral("RunLearningRate"), tr("The learning rate must be a number above 0.")});
    checkDetectors(problems, form);
    return problems;
}

Result<experiment::RunOptions> toRunOptions(const RunForm& form) {
    experiment::RunOptions options;
    options.opening.located = form.located;
    options.model = form.model.toStdString();
    // The user said of this file which model it holds when it was located; the file itself may not.
    for (const model::LocatedModel& located : form.located)
        if (!located.name.empty() && located.path == toPath(form.model)) options.opening.architecture = located.name;
    options.train = toPath(form.train);
    options.idTest = toPath(form.idTest);
    for (const QString& folder : form.ood)
        options.ood.push_back(toPath(folder));
    if (!form.promptFile.isEmpty()) {
        auto prompts = text::readPrompts(toPath(form.promptFile));
        if (!prompts) return failFrom(prompts);
        options.prompts = std::move(*prompts);
    }
    options.labels = form.labels;
    options.detectors.clear();
    for (const QString& key : form.detectors)
        options.detectors.push_back(key.toStdString());
    if (!form.negativeWordsFile.isEmpty()) {
        auto words = text::readClassNames(toPath(form.negativeWordsFile));
        if (!words) return failFrom(words);
        options.negativeWords = std::move(*words);
    }
    options.zeroShot = form.zeroShot;
    options.extract.devices = form.devices;
    options.extract.precision = form.precision;
    options.extract.batchSize = form.imageBatch;
    options.probeOptions.epochs = form.epochs;
    options.probeOptions.batchSize = form.batchSize;
    options.probeOptions.learningRate = form.learningRate;
    if (!form.devices.empty()) options.probeOptions.device = form.devices.front();
    return options;
}

RunForm loadForm(const WindowSettings& settings) {
    const RunForm defaults;
    RunForm form;
    const auto value = [&](const char* key, const QVariant& fallback) {
        return settings.value(kPrefix + QLatin1String(key), fallback);
    };
    form.model = value("model", {}).toString();
    form.train = value("train", {}).toString();
    form.idTest = value("idTest", {}).toString();
    form.ood = value("ood", {}).toStringList();
    form.promptFile = value("prompts", {}).toString();
    const bool trueLabels = value("labels", {}).toString() == QStringLiteral("true");
    form.labels = trueLabels ? experiment::LabelSource::True : experiment::LabelSource::Pseudo;
    if (const auto precision =
            model::parsePrecision(value("precision", QStringLiteral("fp32")).toString().toStdString()))
        form.precision = *precision;
    form.imageBatch = std::clamp(value("imageBatch", defaults.imageBatch).toInt(), 1, 4096);
    form.epochs = std::clamp(value("epochs", defaults.epochs).toInt(), 1, 100000);
    form.batchSize = std::clamp(value("batchSize", defaults.batchSize).toInt(), 1, 1 << 20);
    form.learningRate = value("learningRate", defaults.learningRate).toDouble();
    form.detectors = value("detectors", defaults.detectors).toStringList();
    form.negativeWordsFile = value("negativeWords", {}).toString();
    form.zeroShot = value("zeroShot", defaults.zeroShot).toBool();
    return form;
}

void saveForm(const RunForm& form, WindowSettings& settings) {
    const auto set = [&](const char* key, const QVariant& value) {
        settings.setValue(kPrefix + QLatin1String(key), value);
    };
    set("model", form.model);
    set("train", form.train);
    set("idTest", form.idTest);
    set("ood", form.ood);
    set("prompts", form.promptFile);
    set("labels", form.labels == experiment::LabelSource::True ? QStringLiteral("true") : QStringLiteral("pseudo"));
    const auto precision = model::precisionName(form.precision);
    set("precision", QString::fromUtf8(precision.data(), static_cast<qsizetype>(precision.size())));
    set("imageBatch", form.imageBatch);
    set("epochs", form.epochs);
    set("batchSize", form.batchSize);
    set("learningRate", form.learningRate);
    set("detectors", form.detectors);
    set("negativeWords", form.negativeWordsFile);
    set("zeroShot", form.zeroShot);
}

}  // namespace oodscope::ui
