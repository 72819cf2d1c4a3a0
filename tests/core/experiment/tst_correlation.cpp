// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/correlation.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <random>

#include "core/experiment/knn.h"
#include "core/experiment/plot_svg.h"
#include "core/experiment/run.h"

using namespace oodscope;
using namespace oodscope::experiment;
namespace fs = std::filesystem;

namespace {

/// Clouds around one axis per class; the spread decides how good a "model" is. Class -1 lies around the origin.
embed::EmbeddingSet clouds(const std::vector<std::int32_t>& classes, std::size_t each, float spread, unsigned seed) {
    constexpr std::size_t kWidth = 6;
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, spread);
    embed::EmbeddingSet set;
    std::vector<float> values;
    for (const std::int32_t label : classes) {
        for (std::size_t i = 0; i < each; ++i) {
            for (std::size_t d = 0; d < kWidth; ++d)
                values.push_back(normal(generator) + (static_cast<std::int32_t>(d) == label ? 3.0F : 0.0F));
            set.labels.push_back(label);
            set.paths.push_back(std::to_string(label) + "/" + std::to_string(i) + ".png");
        }
    }
    set.embeddings = Matrix::own(set.paths.size(), kWidth, std::move(values));
    if (classes.front() >= 0) set.classNames = {"one", "two", "three"};
    return set;
}

}  // namespace

class TestCorrelation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_folder = m_dir.path().toStdString();
        m_workspace = workspace::Workspace::open(m_folder / "workspace").value();
        for (const float spread : {0.8F, 2.0F, 3.5F, 5.0F})
            evaluate(spread);
    }

    void lineEqualsTheTextbook() {
        const std::vector<double> x{0.5, 0.6, 0.7, 0.9}, y{0.70, 0.74, 0.83, 0.90};
        std::vector<CorrelationPoint> points;
        double sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
        for (std::size_t i = 0; i < x.size(); ++i) {
            points.push_back({"", "", x[i], y[i]});
            sx += x[i], sy += y[i], sxx += x[i] * x[i], sxy += x[i] * y[i], syy += y[i] * y[i];
        }
        const CorrelationFit fit = fitLine("set", points).value();
        const double slope = (4 * sxy - sx * sy) / (4 * sxx - sx * sx);
        const double r = (4 * sxy - sx * sy) / std::sqrt((4 * sxx - sx * sx) * (4 * syy - sy * sy));
        QVERIFY(std::abs(fit.slope - slope) < 1e-12);
        QVERIFY(std::abs(fit.intercept - (sy - slope * sx) / 4) < 1e-12);
        QVERIFY(std::abs(fit.r2 - r * r) < 1e-12);
        points.resize(2);
        QVERIFY(!fitLine("set", points));
        QVERIFY(fitLine("set", std::vector<CorrelationPoint>(3, {"", "", 0.5, 0.7})).error().message.find("same ID") !=
                std::string::npos);
        const CorrelationFit level =
            fitLine("set", {{"", "", 0.1, 0.7}, {"", "", 0.2, 0.7}, {"", "", 0.3, 0.7}}).value();
        QCOMPARE(level.r2, 0.0);
    }

    void storedEvaluationsAreCorrelated() {
        const auto result = correlate(*m_workspace, {}, {}, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        QCOMPARE(result->detector, std::string("msp"));
        QCOMPARE(result->fits.size(), std::size_t{1});
        const CorrelationFit& fit = result->fits.front();
        QCOMPARE(fit.points.size(), std::size_t{4});
        QVERIFY(fit.slope > 0 && fit.r2 > 0.5);
        for (const CorrelationPoint& point : fit.points) {
            const EvaluationPtr evaluation = loadEvaluation(*m_workspace, point.evaluation).value();
            QCOMPARE(point.auroc, evaluation->results[0].metrics.auroc);
            const auto source = [&](const char* role) {
                return embed::importEmbeddings(evaluation->provenance[role]["source"].get<std::string>()).value();
            };
            QCOMPARE(point.accuracy, knnAccuracy(source("id_train"), source("id_test"), 20, {}, {})->top1);
        }
        QVERIFY(correlationTable(*result).find("R2") != std::string::npos);
        const std::string svg = correlationSvg(*result);
        QVERIFY(svg.find("<circle") != std::string::npos && svg.find("nan") == std::string::npos);
        QCOMPARE(correlationJson(*result)["fits"][0]["points"].size(), std::size_t{4});
    }

    /// The axes are 620 × 368 pixels from (80, 48); y = 2x − 0.5 leaves them at x = 0.25 and 0.75.
    void linesEndAtTheAxes() {
        const PlotAxes axes{"", "", "", 0, 1, 0, 1};
        const auto pathOf = [&](std::vector<std::pair<double, double>> line) {
            const std::string svg = scatterPlotSvg(axes, {{"set", {}, std::move(line)}});
            const std::size_t dashes = svg.find(R"(stroke-dasharray)");
            const std::size_t path = svg.rfind("<path d=\"", dashes) + 9;
            return svg.substr(path, svg.find('"', path) - path);
        };
        QCOMPARE(pathOf({{0, -0.5}, {1, 1.5}}), std::string("M235.00 416.00L545.00 48.00"));
        QCOMPARE(pathOf({{0, 0.25}, {1, 0.25}}), std::string("M80.00 324.00L700.00 324.00"));
        QCOMPARE(pathOf({{0, 1.1}, {1, 1.2}}), std::string());
        QCOMPARE(pathOf({}), std::string());
    }

    void choicesAreObeyed() {
        CorrelationOptions options;
        options.accuracy = AccuracyKind::Probe;
        options.detector = "free_energy";
        options.evaluations = {m_ids[0], m_ids[1].substr(0, 12), m_ids[2]};
        const auto result = correlate(*m_workspace, options, {}, {}).value();
        QCOMPARE(result.fits.front().points.size(), std::size_t{3});
        QCOMPARE(result.fits.front().points[0].accuracy, loadEvaluation(*m_workspace, m_ids[0]).value()->probeAccuracy);
        QCOMPARE(result.fits.front().points[0].auroc,
                 loadEvaluation(*m_workspace, m_ids[0]).value()->results[1].metrics.auroc);
    }

    void badChoicesAreNamed() {
        const auto says = [&](auto change, const char* words) {
            CorrelationOptions options;
            change(options);
            const auto result = correlate(*m_workspace, options, {}, {});
            QVERIFY(!result);
            QVERIFY2(result.error().message.find(words) != std::string::npos, result.error().message.c_str());
        };
        says([](auto& o) { o.evaluations = {"zzz"}; }, "zzz");
        says([](auto& o) { o.detector = "oracle"; }, "no detector oracle");
        says([](auto& o) { o.ood = "moon"; }, "moon");
        says([](auto& o) { o.accuracy = AccuracyKind::ZeroShot; }, "no zero-shot accuracy");
        says([&](auto& o) { o.evaluations = {m_ids[0], m_ids[1]}; }, "three");
        QVERIFY(!parseAccuracy("best"));
    }

private:
    void evaluate(float spread) {
        const auto write = [&](const embed::EmbeddingSet& set, const std::string& name) {
            const fs::path file = m_folder / std::to_string(spread) / (name + ".safetensors");
            fs::create_directories(file.parent_path());
            if (!embed::exportEmbeddings(set, file)) qFatal("cannot write");
            return file;
        };
        RunOptions options;
        options.train = write(clouds({0, 1, 2}, 40, spread, 1), "train");
        options.idTest = write(clouds({0, 1, 2}, 60, spread, 2), "test");
        options.ood = {write(clouds({-1}, 80, spread, 3), "far")};
        options.labels = LabelSource::True;
        options.detectors = {"msp", "free_energy"};
        options.probeOptions.epochs = 20;
        options.probeOptions.batchSize = 32;
        options.probeOptions.learningRate = 0.02;
        options.probeOptions.threads = 1;
        const auto evaluation = runEvaluation(*m_workspace, options, {}, {});
        QVERIFY2(evaluation.has_value(), evaluation ? "" : evaluation.error().message.c_str());
        m_ids.push_back((*evaluation)->id);
    }

    QTemporaryDir m_dir;
    fs::path m_folder;
    std::shared_ptr<workspace::Workspace> m_workspace;
    std::vector<std::string> m_ids;
};

QTEST_APPLESS_MAIN(TestCorrelation)
#include "tst_correlation.moc"
