// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "app/cli/metric_options.h"
#include "core/experiment/class_table.h"
#include "core/experiment/evaluation_store.h"
#include "core/experiment/paired_text.h"
#include "core/experiment/scoring.h"
#include "core/io/labels_file.h"
#include "core/io/scores_file.h"
#include "core/ood/auroc_interval.h"
#include "core/ood/bootstrap.h"
#include "core/ood/paired_delong.h"

namespace oodscope::cli {
namespace {

struct Options {
    std::string id;
    std::string ood;
    std::string convention = "plp";
    std::vector<double> tpr;
    std::string oodLabels;
    std::string idLabels;
    std::string idPredicted;
    std::vector<std::string> compare;  // ID file, OOD file
    int bootstrap = 0;
    std::uint64_t seed = 42;
};

/// What is measured, and what of it is written so far.
struct Report {
    std::vector<double> id;
    std::vector<double> ood;
    ood::FprConvention convention = ood::FprConvention::Plp;
    nlohmann::json json;
    std::string text;
};

Status addMetrics(Report& report) {
    const auto metrics = ood::computeMetrics(report.id, report.ood, report.convention);
    if (!metrics) return failFrom(metrics);
    const auto interval = ood::aurocInterval(report.id, report.ood);
    if (!interval) return failFrom(interval);
    const ood::OodMetrics& m = *metrics;
    report.json = experiment::toJson(m);
    report.json["auroc_low"] = interval->low;
    report.json["auroc_high"] = interval->high;
    report.text = fmt::format(
        "AUROC      {:8.4f} %  (95 % interval {:.4f} to {:.4f}, DeLong)\n"
        "FPR95      {:8.4f} %  (convention {}, at TPR {:.4f} %, threshold {:.6g})\n"
        "AUPR-in    {:8.4f} %  (trapezoid; average precision {:.4f} %)\n"
        "AUPR-out   {:8.4f} %  (trapezoid; average precision {:.4f} %)\n"
        "det. error {:8.4f} %  (least of (1 - TPR + FPR) / 2 over all thresholds)\n"
        "scores     {} ID, {} OOD, {} tied; {} is the positive class\n",
        100 * m.auroc, 100 * interval->low, 100 * interval->high, 100 * m.fpr95, ood::conventionName(m.convention),
        100 * m.realisedTpr, m.threshold95, 100 * m.auprIn, 100 * m.averagePrecisionIn, 100 * m.auprOut,
        100 * m.averagePrecisionOut, 100 * m.detectionError, m.idCount, m.oodCount, m.ties,
        ood::oodIsPositive(m.convention) ? "OOD" : "ID");
    return {};
}

/// Classes are matched by name: the two files may number them differently.
Status addAccuracy(Report& report, const std::string& labelFile, const std::string& predictedFile) {
    const auto labels = io::readLabels(labelFile);
    if (!labels) return failFrom(labels);
    const auto predicted = io::readLabels(predictedFile);
    if (!predicted) return failFrom(predicted);
    const auto fits = [&](const io::Labels& read, const std::string& file) -> Status {
        if (read.labels.size() == report.id.size()) return {};
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{}: holds {} classes for {} ID scores", file, read.labels.size(), report.id.size()));
    };
    if (auto good = fits(*labels, labelFile); !good) return good;
    if (auto good = fits(*predicted, predictedFile); !good) return good;
    const double accuracy =
        experiment::accuracy(experiment::mapLabels(predicted->labels, predicted->names, labels->names), labels->labels);
    if (accuracy < 0) return fail(ErrorCode::InvalidArgument, labelFile + ": no ID score has a class");
    report.json["id_accuracy"] = accuracy;
    report.text += fmt::format("accuracy   {:8.4f} %  (ID, predicted against true class)\n", 100 * accuracy);
    return {};
}

Status addLevels(Report& report, const std::vector<double>& levels) {
    const auto readings = ood::fprAtTpr(report.id, report.ood, report.convention, levels);
    if (!readings) return failFrom(readings);
    report.json["fpr_at_tpr"] = experiment::fprJson(levels, *readings);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        const ood::FprReading& at = (*readings)[i];
        report.text += fmt::format("{:<10} {:8.4f} %  (at TPR {:.4f} %, threshold {:.6g})\n",
                                   fmt::format("FPR{:g}", 100 * levels[i]), 100 * at.fpr, 100 * at.tpr, at.threshold);
    }
    return {};
}

Status addBootstrap(Report& report, const Options& options, std::stop_token stop) {
    ood::BootstrapOptions with;
    with.resamples = options.bootstrap;
    with.seed = options.seed;
    with.convention = report.convention;
    const auto result = ood::bootstrap(report.id, report.ood, with, std::move(stop));
    if (!result) return failFrom(result);
    const auto range = [](const ood::Percentiles& p) { return nlohmann::json{{"low", p.low}, {"high", p.high}}; };
    report.json["bootstrap"] = {{"resamples", options.bootstrap},
                                {"seed", options.seed},
                                {"auroc", range(result->auroc)},
                                {"fpr95", range(result->fpr)}};
    report.text +=
        fmt::format("bootstrap  AUROC {:.4f} to {:.4f} %, FPR95 {:.4f} to {:.4f} %  (95 % of {} resamples)\n",
                    100 * result->auroc.low, 100 * result->auroc.high, 100 * result->fpr.low, 100 * result->fpr.high,
                    options.bootstrap);
    return {};
}

Status addClasses(Report& report, const std::string& file) {
    const auto labels = io::readLabels(file);
    if (!labels) return failFrom(labels);
    const auto breakdown =
        ood::classBreakdown(report.id, report.ood, labels->labels, labels->names.size(), report.convention);
    if (!breakdown) return fail(breakdown.error().code, file + ": " + breakdown.error().message);
    report.json["mean_over_classes"] = experiment::meanJson(*breakdown);
    report.json["per_class"] = experiment::classesJson(*breakdown, labels->names);
    report.text += "\nMean over OOD classes: " + experiment::meanLine(*breakdown) + "\n\n" +
                   experiment::classTable(*breakdown, labels->names);
    return {};
}

Status addComparison(Report& report, const std::vector<std::string>& files) {
    const auto id = io::readScores(files[0]);
    if (!id) return failFrom(id);
    const auto ood = io::readScores(files[1]);
    if (!ood) return failFrom(ood);
    const auto test = ood::pairedDelong({report.id, report.ood}, {*id, *ood});
    if (!test) return failFrom(test);
    report.json["compare"] = experiment::toJson(*test);
    report.text += fmt::format("\nA: the scores above; B: {}, {}\n", files[0], files[1]) + experiment::text(*test);
    return {};
}

Status run(const Context& context, const Options& options) {
    Report report;
    const auto convention = ood::parseConvention(options.convention);
    if (!convention) return failFrom(convention);
    report.convention = *convention;
    auto id = io::readScores(options.id);
    if (!id) return failFrom(id);
    report.id = std::move(*id);
    auto ood = io::readScores(options.ood);
    if (!ood) return failFrom(ood);
    report.ood = std::move(*ood);
    if (auto done = addMetrics(report); !done) return done;
    if (!options.idLabels.empty()) {
        if (auto done = addAccuracy(report, options.idLabels, options.idPredicted); !done) return done;
    }
    if (!options.tpr.empty()) {
        if (auto done = addLevels(report, options.tpr); !done) return done;
    }
    if (options.bootstrap != 0) {
        if (auto done = addBootstrap(report, options, context.stop()); !done) return done;
    }
    if (!options.oodLabels.empty()) {
        if (auto done = addClasses(report, options.oodLabels); !done) return done;
    }
    if (!options.compare.empty()) {
        if (auto done = addComparison(report, options.compare); !done) return done;
    }
    context.printMade(report.json, report.text);
    return {};
}

}  // namespace

void addMetricsCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("metrics", "AUROC, FPR95 and AUPR of two score files; needs no model");
    command->add_option("--id", options->id, "Scores of in-distribution images: .npy or one number a line")->required();
    command->add_option("--ood", options->ood, "Scores of OOD images; higher means more in-distribution")->required();
    addConventionOption(*command, options->convention);
    addLevelsOption(*command, options->tpr);
    command->add_option("--ood-labels", options->oodLabels,
                        "Class of each OOD score (.npy, or one name a line): each class on its own, and the unweighted "
                        "mean over classes, as NINCO does");
    CLI::Option* idLabels = command->add_option("--id-labels", options->idLabels, "True class of each ID score");
    command->add_option("--id-predicted", options->idPredicted, "Predicted class of each: gives the ID accuracy")
        ->needs(idLabels);
    idLabels->needs(command->get_option("--id-predicted"));
    command
        ->add_option("--compare", options->compare,
                     "ID and OOD scores of a second detector for the same images: paired DeLong test")
        ->expected(2);
    command->add_option("--bootstrap", options->bootstrap,
                        "Resamples (1000 is usual) for bootstrap intervals of AUROC and FPR95");
    command->add_option("--seed", options->seed, "Seed of the bootstrap")->capture_default_str();
    context.addOutputOptions(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
