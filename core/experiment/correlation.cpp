// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/correlation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "core/embed/embedding_store.h"
#include "core/experiment/evaluation.h"
#include "core/experiment/knn.h"
#include "core/experiment/plot_svg.h"
#include "core/experiment/run.h"
#include "core/experiment/sources.h"

namespace oodscope::experiment {
namespace {

using workspace::Artefact;
using workspace::ArtefactKind;
using workspace::Workspace;

constexpr std::size_t kFewestPoints = 3;  // two always lie on a line
constexpr std::array kKinds{std::pair{AccuracyKind::Knn, std::string_view("knn")},
                            std::pair{AccuracyKind::Probe, std::string_view("probe")},
                            std::pair{AccuracyKind::ZeroShot, std::string_view("zero-shot")}};

Result<std::vector<std::string>> idsOf(const Workspace& workspace, const std::vector<std::string>& prefixes) {
    std::vector<std::string> ids;
    for (const std::string& prefix : prefixes) {
        auto row = workspace.findByPrefix(prefix);
        if (!row) return failFrom(row);
        if (row->kind != ArtefactKind::Evaluation)
            return fail(ErrorCode::InvalidArgument, prefix + ": is no evaluation");
        ids.push_back(std::move(row->key));
    }
    if (!prefixes.empty()) return ids;
    auto rows = workspace.list(ArtefactKind::Evaluation);
    if (!rows) return failFrom(rows);
    std::ranges::transform(*rows, std::back_inserter(ids), &Artefact::key);
    return ids;
}

/// The evaluations that `prefixes` name; without any, all that have an ID accuracy of their own: not other programs'
/// scores, and not those whose ID side is the training set.
Result<std::vector<EvaluationPtr>> loadAll(const Workspace& workspace, const std::vector<std::string>& prefixes) {
    const auto ids = idsOf(workspace, prefixes);
    if (!ids) return failFrom(ids);
    std::vector<EvaluationPtr> evaluations;
    for (const std::string& id : *ids) {
        auto evaluation = loadEvaluation(workspace, id);
        if (!evaluation) return failFrom(evaluation);
        const nlohmann::json& made = (*evaluation)->provenance;
        const bool skipped = made.contains("reference_defect_id_train") || made.contains("imported");
        if (!skipped || !prefixes.empty()) evaluations.push_back(*evaluation);
    }
    return evaluations;
}

/// The embeddings that an evaluation was made from: the workspace's, or the file that its provenance names.
Result<embed::EmbeddingSet> embeddingsOf(const Workspace& workspace, const Evaluation& evaluation, const char* role) {
    const nlohmann::json none = nlohmann::json::object();
    const nlohmann::json& source = evaluation.provenance.contains(role) ? evaluation.provenance[role] : none;
    const auto text = [&](const char* name) {
        return source.contains(name) && source[name].is_string() ? source[name].get<std::string>() : std::string();
    };
    auto stored = embed::EmbeddingStore(workspace.embeddingsFolder()).load(text("key"));
    if (stored) return std::move(stored->set);
    if (const std::filesystem::path file = text("source"); !file.empty() && isEmbeddingsFile(file))
        return loadEmbeddingsFile(file);
    return fail(ErrorCode::NotFound, evaluation.id + " (" + evaluation.title + "): its embeddings (" + role +
                                         ") are gone: " + stored.error().message);
}

/// Accuracies by key of the embeddings: evaluations that differ in the detector alone share them.
class Accuracies {
public:
    Accuracies(const Workspace& workspace, AccuracyKind kind, std::stop_token stop, const ProgressFn& progress)
        : m_workspace(workspace), m_kind(kind), m_stop(std::move(stop)), m_progress(progress) {}

    Result<double> of(const Evaluation& evaluation) {
        const double stored = m_kind == AccuracyKind::Probe ? evaluation.probeAccuracy : evaluation.zeroShotAccuracy;
        if (m_kind == AccuracyKind::Knn) return knn(evaluation);
        if (stored >= 0) return stored;
        return fail(ErrorCode::InvalidArgument, evaluation.id + " (" + evaluation.title + "): has no " +
                                                    std::string(accuracyName(m_kind)) + " accuracy");
    }

private:
    Result<double> knn(const Evaluation& evaluation) {
        auto train = embeddingsOf(m_workspace, evaluation, "id_train");
        if (!train) return failFrom(train);
        auto test = embeddingsOf(m_workspace, evaluation, "id_test");
        if (!test) return failFrom(test);
        const std::string key = embeddingsKey(*train) + embeddingsKey(*test);
        if (const auto known = m_known.find(key); known != m_known.end()) return known->second;
        const std::size_t k = std::min(kKnnVoters, train->size());
        auto result = knnAccuracy(*train, *test, k, m_stop, m_progress);
        if (!result) return fail(result.error().code, evaluation.title + ": " + result.error().message);
        return m_known[key] = result->top1;
    }

    const Workspace& m_workspace;
    AccuracyKind m_kind;
    std::stop_token m_stop;
    const ProgressFn& m_progress;
    std::map<std::string, double> m_known;
};

Result<std::string> commonDetector(const std::vector<EvaluationPtr>& evaluations, const std::string& wanted) {
    const auto has = [](const Evaluation& evaluation, const std::string& key) {
        return std::ranges::find(evaluation.detectorKeys, key) != evaluation.detectorKeys.end();
    };
    const std::vector<std::string> candidates =
        wanted.empty() ? evaluations.front()->detectorKeys : std::vector<std::string>{wanted};
    for (const std::string& key : candidates) {
        const auto lacking = std::ranges::find_if(evaluations, [&](const auto& e) { return !has(*e, key); });
        if (lacking == evaluations.end()) return key;
        if (!wanted.empty())
            return fail(ErrorCode::InvalidArgument,
                        (*lacking)->id + " (" + (*lacking)->title + "): has no detector " + wanted);
    }
    return fail(ErrorCode::InvalidArgument, "the evaluations have no detector in common: name some of them");
}

PlotAxes axesFor(const Correlation& correlation) {
    double xMin = 1, xMax = 0, yMin = 1, yMax = 0;
    for (const CorrelationFit& fit : correlation.fits) {
        for (const CorrelationPoint& point : fit.points) {
            xMin = std::min(xMin, point.accuracy);
            xMax = std::max(xMax, point.accuracy);
            yMin = std::min(yMin, point.auroc);
            yMax = std::max(yMax, point.auroc);
        }
    }
    const double xMargin = 0.05 * (xMax - xMin) + 0.005;
    const double yMargin = 0.05 * (yMax - yMin) + 0.005;
    return {fmt::format("OOD AUROC ({}) over ID accuracy", correlation.detector),
            fmt::format("ID accuracy ({})", accuracyName(correlation.accuracy)),
            "AUROC",
            xMin - xMargin,
            xMax + xMargin,
            yMin - yMargin,
            yMax + yMargin};
}

}  // namespace

std::string_view accuracyName(AccuracyKind kind) {
    return std::ranges::find(kKinds, kind, &std::pair<AccuracyKind, std::string_view>::first)->second;
}

Result<AccuracyKind> parseAccuracy(std::string_view name) {
    for (const auto& [kind, text] : kKinds) {
        if (text == name) return kind;
    }
    return fail(ErrorCode::InvalidArgument, std::string(name) + ": knn, probe or zero-shot");
}

Result<CorrelationFit> fitLine(const std::string& ood, std::vector<CorrelationPoint> points) {
    if (points.size() < kFewestPoints)
        return fail(ErrorCode::InvalidArgument,
                    ood + ": " + std::to_string(points.size()) + " evaluations; a correlation needs at least three");
    const auto n = static_cast<double>(points.size());
    double x = 0, y = 0;
    for (const CorrelationPoint& point : points) {
        x += point.accuracy / n;
        y += point.auroc / n;
    }
    double xx = 0, xy = 0, yy = 0;
    for (const CorrelationPoint& point : points) {
        xx += (point.accuracy - x) * (point.accuracy - x);
        xy += (point.accuracy - x) * (point.auroc - y);
        yy += (point.auroc - y) * (point.auroc - y);
    }
    if (!(xx > 0)) return fail(ErrorCode::InvalidArgument, ood + ": all evaluations have the same ID accuracy");
    CorrelationFit fit{ood, std::move(points), xy / xx, y - xy / xx * x, 0, 0};
    // Equal AUROCs lie on a level line that explains nothing.
    fit.pearson = yy > 0 ? xy / std::sqrt(xx * yy) : 0;
    fit.r2 = fit.pearson * fit.pearson;
    return fit;
}

Result<Correlation> correlate(const Workspace& workspace, const CorrelationOptions& options, std::stop_token stop,
                              const ProgressFn& progress) {
    auto evaluations = loadAll(workspace, options.evaluations);
    if (!evaluations) return failFrom(evaluations);
    if (evaluations->empty()) return fail(ErrorCode::NotFound, workspace.folder().string() + ": holds no evaluation");
    auto detector = commonDetector(*evaluations, options.detector);
    if (!detector) return failFrom(detector);
    Accuracies accuracies(workspace, options.accuracy, std::move(stop), progress);
    std::map<std::string, std::vector<CorrelationPoint>> points;
    for (const EvaluationPtr& evaluation : *evaluations) {
        auto accuracy = accuracies.of(*evaluation);
        if (!accuracy) return failFrom(accuracy);
        for (const DetectorResult& result : evaluation->results) {
            if (result.detector != *detector || (!options.ood.empty() && result.ood != options.ood)) continue;
            points[result.ood].push_back({evaluation->id, evaluation->title, *accuracy, result.metrics.auroc});
        }
    }
    Correlation correlation{*detector, options.accuracy, {}};
    for (auto& [ood, list] : points) {
        if (options.ood.empty() && list.size() < kFewestPoints) continue;
        auto fit = fitLine(ood, std::move(list));
        if (!fit) return failFrom(fit);
        correlation.fits.push_back(std::move(*fit));
    }
    if (!correlation.fits.empty()) return correlation;
    return fail(ErrorCode::InvalidArgument, options.ood.empty()
                                                ? "no OOD set has three evaluations, which a correlation needs"
                                                : options.ood + ": no evaluation has this OOD set");
}

nlohmann::json correlationJson(const Correlation& correlation) {
    nlohmann::json json{{"detector", correlation.detector},
                        {"accuracy", accuracyName(correlation.accuracy)},
                        {"fits", nlohmann::json::array()}};
    for (const CorrelationFit& fit : correlation.fits) {
        nlohmann::json points = nlohmann::json::array();
        for (const CorrelationPoint& point : fit.points)
            points.push_back({{"evaluation", point.evaluation},
                              {"title", point.title},
                              {"accuracy", point.accuracy},
                              {"auroc", point.auroc}});
        json["fits"].push_back({{"ood", fit.ood},
                                {"r2", fit.r2},
                                {"pearson", fit.pearson},
                                {"slope", fit.slope},
                                {"intercept", fit.intercept},
                                {"points", std::move(points)}});
    }
    return json;
}

std::string correlationTable(const Correlation& correlation) {
    std::string text = fmt::format("ID accuracy ({}) against OOD AUROC ({})\n", accuracyName(correlation.accuracy),
                                   correlation.detector);
    for (const CorrelationFit& fit : correlation.fits) {
        text += fmt::format("\n{}: R2 {:.4f}, AUROC = {:.4f} {} {:.4f} accuracy, {} evaluations\n", fit.ood, fit.r2,
                            fit.intercept, fit.slope < 0 ? "-" : "+", std::abs(fit.slope), fit.points.size());
        for (const CorrelationPoint& point : fit.points)
            text += fmt::format("  {:6.2f} %  {:6.2f} %  {}  {}\n", 100 * point.accuracy, 100 * point.auroc,
                                point.evaluation.substr(0, 12), point.title);
    }
    return text;
}

std::string correlationSvg(const Correlation& correlation) {
    const PlotAxes axes = axesFor(correlation);
    std::vector<ScatterSeries> series;
    for (const CorrelationFit& fit : correlation.fits) {
        ScatterSeries one{fmt::format("{}  R2 {:.3f}", fit.ood, fit.r2), {}, {}};
        for (const CorrelationPoint& point : fit.points)
            one.points.push_back({point.accuracy, point.auroc, point.title});
        for (const double x : {axes.xMin, axes.xMax})
            one.line.emplace_back(x, fit.intercept + fit.slope * x);
        series.push_back(std::move(one));
    }
    return scatterPlotSvg(axes, series);
}

}  // namespace oodscope::experiment
