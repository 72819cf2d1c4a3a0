// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/pictures.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/base/files.h"
#include "core/experiment/contact_sheet.h"
#include "core/experiment/plot_svg.h"
#include "core/experiment/scoring.h"
#include "core/image/decode.h"
#include "core/io/csv.h"

namespace oodscope::experiment {
namespace {

constexpr std::size_t kRocPoints = 2000;
constexpr std::size_t kBins = 60;
constexpr std::size_t kWorst = 48;
constexpr int kColumns = 12;
constexpr int kTile = 96;

/// One image of one set, for ranking mistakes.
struct Ranked {
    const ScoredSet* set = nullptr;
    std::size_t row = 0;
    double score = 0;
};

const DetectorResult* findResult(const Evaluation& evaluation, const std::string& ood) {
    const auto found = std::ranges::find_if(evaluation.results, [&](const DetectorResult& result) {
        return result.detector == evaluation.detectorKeys.front() && result.ood == ood;
    });
    return found == evaluation.results.end() ? nullptr : &*found;
}

Status writeRoc(const Evaluation& evaluation, const fs::path& file) {
    PlotAxes axes{"ROC, " + evaluation.detectorKeys.front(), "False positive rate (OOD accepted as ID)",
                  "True positive rate (ID accepted)"};
    std::vector<PlotSeries> series;
    for (const ScoredSet& ood : evaluation.ood) {
        auto roc = ood::rocCurve(evaluation.idTest.scores.front(), ood.scores.front());
        if (!roc) return failFrom(roc);
        const DetectorResult* result = findResult(evaluation, ood.name);
        PlotSeries line;
        line.label =
            result == nullptr ? ood.name : fmt::format("{}  AUROC {:.2f} %", ood.name, 100 * result->metrics.auroc);
        const std::size_t step = std::max<std::size_t>(1, roc->fpr.size() / kRocPoints);
        for (std::size_t i = 0; i < roc->fpr.size(); i += step)
            line.points.emplace_back(roc->fpr[i], roc->tpr[i]);
        line.points.emplace_back(1.0, 1.0);
        series.push_back(std::move(line));
    }
    return writeFileAtomically(file, linePlotSvg(axes, series, /*filled=*/false, nullptr));
}

/// Density per bin as a step line.
PlotSeries histogram(const std::string& label, const std::vector<double>& scores, double low, double high) {
    std::vector<double> density(kBins, 0.0);
    const double width = (high - low) / kBins;
    for (const double score : scores) {
        const auto bin = static_cast<std::size_t>(std::clamp((score - low) / width, 0.0, kBins - 1.0));
        density[bin] += 1.0 / (static_cast<double>(scores.size()) * width);
    }
    PlotSeries series{fmt::format("{} ({})", label, scores.size()), {}};
    for (std::size_t i = 0; i < kBins; ++i) {
        series.points.emplace_back(low + width * static_cast<double>(i), density[i]);
        series.points.emplace_back(low + width * static_cast<double>(i + 1), density[i]);
    }
    return series;
}

Status writeHistogram(const Evaluation& evaluation, double threshold, const fs::path& file) {
    std::vector<const ScoredSet*> sets{&evaluation.idTest};
    for (const ScoredSet& ood : evaluation.ood)
        sets.push_back(&ood);
    double low = threshold;
    double high = threshold;
    for (const ScoredSet* set : sets) {
        const auto [least, most] = std::ranges::minmax(set->scores.front());
        low = std::min(low, least);
        high = std::max(high, most);
    }
    if (low == high) high = low + 1;
    PlotAxes axes{"Scores; dashed: threshold at 95 % TPR",
                  evaluation.detectorKeys.front() + " score (higher = more in-distribution)",
                  "density",
                  low,
                  high,
                  0,
                  0};
    std::vector<PlotSeries> series;
    for (const ScoredSet* set : sets)
        series.push_back(histogram(set->name, set->scores.front(), low, high));
    for (const PlotSeries& line : series) {
        for (const auto& point : line.points)
            axes.yMax = std::max(axes.yMax, point.second);
    }
    return writeFileAtomically(file, linePlotSvg(axes, series, /*filled=*/true, &threshold));
}

Status writeConfusion(const Evaluation& evaluation, const fs::path& file) {
    const ScoredSet& train = evaluation.train;
    if (train.pseudoLabels.empty() || train.classNames.empty()) return {};
    const auto counts =
        labelConfusion(train.trueLabels, train.pseudoLabels, train.classNames.size(), evaluation.classNames.size());
    return writeFileAtomically(file, heatMapSvg("True class (rows) against pseudo label (columns), ID train",
                                                train.classNames, evaluation.classNames, counts));
}

/// The mistakes of `sets` at the threshold, the most certain first.
std::vector<Ranked> worst(const std::vector<const ScoredSet*>& sets, double threshold, bool falseAccepts) {
    std::vector<Ranked> mistakes;
    for (const ScoredSet* set : sets) {
        for (std::size_t row = 0; row < set->size(); ++row) {
            const double score = set->scores.front()[row];
            if ((score >= threshold) == falseAccepts) mistakes.push_back({set, row, score});
        }
    }
    std::ranges::stable_sort(mistakes, [&](const Ranked& a, const Ranked& b) {
        return falseAccepts ? a.score > b.score : a.score < b.score;
    });
    return mistakes;
}

Status writeMistakes(const Evaluation& evaluation, const std::vector<Ranked>& mistakes, const fs::path& stem) {
    std::string csv = "set,path,score,predicted\n";
    std::vector<fs::path> files;
    for (const Ranked& mistake : mistakes) {
        const std::vector<std::int32_t>& predicted = mistake.set->predicted;  // may be unknown for imported scores
        const std::int32_t label = predicted.empty() ? -1 : predicted[mistake.row];
        const std::vector<std::string> row{mistake.set->name, mistake.set->paths[mistake.row],
                                           fmt::format("{:.17g}", mistake.score),
                                           label < 0 ? "" : evaluation.classNames[static_cast<std::size_t>(label)]};
        csv += io::csvRow(row);
        if (files.size() < kWorst && !mistake.set->root.empty())
            files.push_back(mistake.set->root / mistake.set->paths[mistake.row]);
    }
    if (auto written = writeFileAtomically(stem.string() + ".csv", csv); !written) return written;
    if (files.empty()) return {};
    return image::encodeFile(contactSheet(files, kColumns, kTile), stem.string() + ".png");
}

}  // namespace

Status writePictures(const Evaluation& evaluation, const fs::path& folder) {
    if (evaluation.detectorKeys.empty() || evaluation.ood.empty() || evaluation.results.empty())
        return fail(ErrorCode::InvalidArgument, "the evaluation has no scores to draw");
    const double threshold = evaluation.results.front().metrics.threshold95;
    std::vector<const ScoredSet*> oodSets;
    for (const ScoredSet& ood : evaluation.ood)
        oodSets.push_back(&ood);
    if (auto done = writeRoc(evaluation, folder / "roc.svg"); !done) return done;
    if (auto done = writeHistogram(evaluation, threshold, folder / "scores.svg"); !done) return done;
    if (auto done = writeConfusion(evaluation, folder / "pseudo-label-confusion.svg"); !done) return done;
    if (auto done = writeMistakes(evaluation, worst(oodSets, threshold, true), folder / "false-accepts"); !done)
        return done;
    return writeMistakes(evaluation, worst({&evaluation.idTest}, threshold, false), folder / "false-rejects");
}

}  // namespace oodscope::experiment
