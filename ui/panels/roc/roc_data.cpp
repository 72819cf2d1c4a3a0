// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/roc/roc_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

namespace {

const experiment::DetectorResult* findResult(const experiment::Evaluation& evaluation, const std::string& detector,
                                             const std::string& ood) {
    for (const auto& result : evaluation.results)
        if (result.detector == detector && result.ood == ood) return &result;
    return nullptr;
}

Result<RocSeries> oneSeries(std::span<const double> id, std::span<const double> ood, std::string name, int set,
                            const ood::OodMetrics* known) {
    auto curve = ood::rocCurve(id, ood);
    if (!curve) return failFrom(curve);
    RocSeries series{std::move(name), set, thinCurve(*curve, kRocPoints, ood.size()), 0, 0, ood.size()};
    if (known) {
        series.auroc = known->auroc;
        series.fpr95 = known->fpr95;
        return series;
    }
    const auto metrics = ood::computeMetrics(id, ood);
    if (!metrics) return failFrom(metrics);
    series.auroc = metrics->auroc;
    series.fpr95 = metrics->fpr95;
    return series;
}

}  // namespace

ood::RocCurve thinCurve(const ood::RocCurve& curve, std::size_t limit, std::size_t oodCount) {
    const std::size_t n = curve.fpr.size();
    if (n <= limit || limit < 8) return curve;
    const double smallest = 0.5 / static_cast<double>(std::max<std::size_t>(oodCount, 1));
    const double decades = std::max(1e-9, -std::log10(smallest));
    const auto place = [&](std::size_t i) {
        const double logFpr = 1 + std::log10(std::max(curve.fpr[i], smallest)) / decades;
        return curve.fpr[i] + curve.tpr[i] + logFpr;  // rises from 0 to 3 along the curve
    };
    const double step = 3.0 / (static_cast<double>(limit - 4) / 2);
    ood::RocCurve out;
    const auto keep = [&](std::size_t i) {
        out.threshold.push_back(curve.threshold[i]);
        out.fpr.push_back(curve.fpr[i]);
        out.tpr.push_back(curve.tpr[i]);
    };
    keep(0);
    std::size_t last = 0;
    double lastPlace = place(0);
    for (std::size_t i = 1; i < n; ++i) {
        const double here = place(i);
        if (here - lastPlace < step && i + 1 != n) continue;
        if (i - 1 > last) keep(i - 1);  // both ends of a long straight piece
        keep(i);
        last = i;
        lastPlace = here;
    }
    return out;
}

Result<std::vector<RocSeries>> rocSeries(const experiment::Evaluation& evaluation, int detector, std::stop_token stop) {
    std::vector<RocSeries> all;
    const auto id = setScores(evaluation, kIdTestSet, detector);
    const std::string key = evaluation.detectorKeys.at(static_cast<std::size_t>(detector));
    std::vector<double> pooled;
    for (std::size_t i = 0; i < evaluation.ood.size(); ++i) {
        if (stop.stop_requested()) return cancelled();
        const int set = kFirstOodSet + static_cast<int>(i);
        const auto scores = setScores(evaluation, set, detector);
        const auto* known = findResult(evaluation, key, evaluation.ood[i].name);
        auto series = oneSeries(id, scores, evaluation.ood[i].name, set, known ? &known->metrics : nullptr);
        if (!series) return failFrom(series);
        pooled.insert(pooled.end(), scores.begin(), scores.end());
        all.push_back(std::move(*series));
    }
    if (evaluation.ood.size() < 2) return all;
    auto series = oneSeries(id, pooled, {}, -1, nullptr);
    if (!series) return failFrom(series);
    all.push_back(std::move(*series));
    return all;
}

std::string rocCsv(const std::vector<RocSeries>& series) {
    std::string csv = "set,threshold,fpr,tpr\n";
    for (const auto& s : series) {
        std::string name = s.set < 0 ? "all OOD sets" : s.name;
        if (name.find_first_of(",\"\n") != std::string::npos) {
            std::string quoted = "\"";
            for (const char c : name)
                quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
            name = quoted + "\"";
        }
        for (std::size_t i = 0; i < s.curve.fpr.size(); ++i)
            csv += fmt::format("{},{},{},{}\n", name, s.curve.threshold[i], s.curve.fpr[i], s.curve.tpr[i]);
    }
    return csv;
}

}  // namespace oodscope::ui
