// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "app/cli/commands.h"
#include "core/experiment/evaluation_store.h"
#include "core/io/scores_file.h"
#include "core/ood/auroc_interval.h"

namespace oodscope::cli {
namespace {

struct Options {
    std::string id;
    std::string ood;
    std::string convention = "plp";
};

std::string text(const ood::OodMetrics& m, const ood::AurocInterval& interval) {
    return fmt::format(
        "AUROC      {:8.4f} %  (95 % interval {:.4f} to {:.4f}, DeLong)\n"
        "FPR95      {:8.4f} %  (convention {}, at TPR {:.4f} %, threshold {:.6g})\n"
        "AUPR-in    {:8.4f} %  (trapezoid; average precision {:.4f} %)\n"
        "AUPR-out   {:8.4f} %  (trapezoid; average precision {:.4f} %)\n"
        "scores     {} ID, {} OOD, {} tied; ID is the positive class\n",
        100 * m.auroc, 100 * interval.low, 100 * interval.high, 100 * m.fpr95, ood::conventionName(m.convention),
        100 * m.realisedTpr, m.threshold95, 100 * m.auprIn, 100 * m.averagePrecisionIn, 100 * m.auprOut,
        100 * m.averagePrecisionOut, m.idCount, m.oodCount, m.ties);
}

Status run(const Context& context, const Options& options) {
    auto convention = ood::parseConvention(options.convention);
    if (!convention) return failFrom(convention);
    auto id = io::readScores(options.id);
    if (!id) return failFrom(id);
    auto ood = io::readScores(options.ood);
    if (!ood) return failFrom(ood);
    auto metrics = ood::computeMetrics(*id, *ood, *convention);
    if (!metrics) return failFrom(metrics);
    auto interval = ood::aurocInterval(*id, *ood);
    if (!interval) return failFrom(interval);
    nlohmann::json json = experiment::toJson(*metrics);
    json["auroc_low"] = interval->low;
    json["auroc_high"] = interval->high;
    context.print(json, text(*metrics, *interval));
    return {};
}

}  // namespace

void addMetricsCommand(CLI::App& app, Context& context, Action& chosen) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("metrics", "AUROC, FPR95 and AUPR of two score files; needs no model");
    command->add_option("--id", options->id, "Scores of in-distribution images: .npy or one number a line")->required();
    command->add_option("--ood", options->ood, "Scores of OOD images; higher means more in-distribution")->required();
    command
        ->add_option("--convention", options->convention,
                     "How FPR95 is read off the curve: plp, mcm, ninco, openood or torch_uncertainty")
        ->capture_default_str();
    context.addOutputOptions(*command);
    onChosen(*command, chosen, [&context, options] { return run(context, *options); });
}

}  // namespace oodscope::cli
