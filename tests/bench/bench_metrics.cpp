// SPDX-License-Identifier: GPL-3.0-or-later
// bench_metrics ID.npy OOD.npy [RESAMPLES]: milliseconds for ROC, AUROC and FPR95 of two score files, for all metrics
// with the DeLong interval, for a whole measurement (the OOD scores dealt to six sets of 20 classes, near and far), and
// seconds for the bootstrap; one JSON line. bench_metrics.py runs it beside scikit-learn.
// Processor time: both sides work on one thread (the bootstrap on all), and on a busy machine the wall clock says
// little.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "core/experiment/measuring.h"
#include "core/io/scores_file.h"
#include "core/ood/auroc_interval.h"
#include "core/ood/bootstrap.h"
#include "core/ood/fpr_conventions.h"
#include "core/ood/metrics.h"
#include "core/ood/score_counts.h"

using namespace oodscope;

namespace {

template <class Work>
double bestSeconds(int runs, Work work) {
    double best = 1e9;
    for (int i = 0; i < runs; ++i) {
        const std::clock_t begin = std::clock();
        work();
        best = std::min(best, double(std::clock() - begin) / CLOCKS_PER_SEC);
    }
    return best;
}

std::vector<double> scoresOrExit(const char* path) {
    auto scores = io::readScores(path);
    if (scores) return *std::move(scores);
    fmt::print(stderr, "{}\n", scores.error().message);
    std::exit(1);
}

/// One detector; scores of the file dealt to `sets` OOD sets with `classes` classes each.
experiment::Evaluation dealt(const std::vector<double>& id, const std::vector<double>& ood, std::size_t sets,
                             std::size_t classes) {
    experiment::Evaluation evaluation;
    evaluation.detectorKeys = {"msp"};
    evaluation.idTest.name = "id";
    evaluation.idTest.paths.resize(id.size());
    evaluation.idTest.scores = {id};
    for (std::size_t s = 0; s < sets; ++s) {
        experiment::ScoredSet set;
        set.name = std::to_string(s);
        set.group = s % 2 == 0 ? experiment::OodGroup::Near : experiment::OodGroup::Far;
        set.classNames.resize(classes);
        set.scores.resize(1);
        for (std::size_t i = s; i < ood.size(); i += sets) {
            set.trueLabels.push_back(static_cast<std::int32_t>(set.scores[0].size() % classes));
            set.scores[0].push_back(ood[i]);
        }
        set.paths.resize(set.scores[0].size());
        evaluation.ood.push_back(std::move(set));
    }
    return evaluation;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        fmt::print(stderr, "usage: bench_metrics ID.npy OOD.npy [RESAMPLES]\n");
        return 2;
    }
    const auto id = scoresOrExit(argv[1]);
    const auto ood = scoresOrExit(argv[2]);
    ood::RocCurve curve;
    double auroc = 0;
    ood::FprReading reading;
    const double three = bestSeconds(7, [&] {
        const auto counts = ood::countScores(id, ood);
        curve = ood::rocFrom(*counts);
        auroc = ood::aurocFrom(*counts);
        reading = ood::readFpr(*counts, ood::FprConvention::Plp, ood::kUsualTpr);
    });
    const double all = bestSeconds(3, [&] {
        const auto counts = ood::countScores(id, ood);
        (void)ood::metricsFrom(*counts, ood::FprConvention::Plp);
        (void)ood::intervalFrom(*counts);
    });
    const experiment::Evaluation evaluation = dealt(id, ood, 6, 20);
    const double measuring =
        bestSeconds(2, [&] { (void)experiment::measure(evaluation, ood::FprConvention::Plp, {}); });
    ood::BootstrapOptions options;
    options.resamples = argc > 3 ? std::atoi(argv[3]) : 0;
    double resampling = 0;
    if (options.resamples > 0) resampling = bestSeconds(1, [&] { (void)ood::bootstrap(id, ood, options, {}); });
    fmt::print(
        R"({{"roc_ms": {}, "all_ms": {}, "measure_ms": {}, "bootstrap_s": {}, "vertices": {}, "auroc": {}, "fpr95": {}}})"
        "\n",
        three * 1e3, all * 1e3, measuring * 1e3, resampling, curve.fpr.size(), auroc, reading.fpr);
    return 0;
}
