// SPDX-License-Identifier: GPL-3.0-or-later
// The main job on embeddings files: no model, true labels, supervised probe.
#include <QTemporaryDir>
#include <QtTest>
#include <algorithm>
#include <cmath>
#include <random>

#include "core/experiment/pictures.h"
#include "core/experiment/result_table.h"
#include "core/experiment/run.h"
#include "core/experiment/seed_runs.h"
#include "core/ood/metrics.h"

using namespace oodscope;
using namespace oodscope::experiment;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kWidth = 8;

/// Gaussian clouds around one axis per class; class -1 lies around the origin.
embed::EmbeddingSet clouds(const std::vector<std::int32_t>& classes, std::size_t each, unsigned seed) {
    std::mt19937 generator(seed);
    std::normal_distribution<float> normal(0, 0.6F);
    embed::EmbeddingSet set;
    std::vector<float> values;
    for (const std::int32_t label : classes) {
        for (std::size_t i = 0; i < each; ++i) {
            for (std::size_t d = 0; d < kWidth; ++d)
                values.push_back(normal(generator) + (static_cast<std::int32_t>(d) == label ? 4.0F : 0.0F));
            set.labels.push_back(label);
            set.paths.push_back(std::to_string(label) + "/" + std::to_string(i) + ".png");
        }
    }
    set.embeddings = Matrix::own(set.paths.size(), kWidth, std::move(values));
    return set;
}

}  // namespace

class TestRun : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
        write(clouds({0, 1, 2}, 40, 1), {"one", "two", "three"}, "train");
        write(clouds({0, 1, 2}, 30, 2), {"one", "two", "three"}, "test");
        write(clouds({-1}, 50, 3), {}, "ood");
        auto workspace = workspace::Workspace::open(m_folder / "workspace");
        QVERIFY(workspace.has_value());
        m_workspace = *workspace;
    }

    void evaluatesAndReuses() {
        const auto first = runEvaluation(*m_workspace, options(), {}, {});
        QVERIFY2(first.has_value(), first ? "" : first.error().message.c_str());
        const Evaluation& evaluation = **first;
        QVERIFY(evaluation.probeAccuracy > 0.95);
        QCOMPARE(evaluation.results.size(), std::size_t{3});
        for (const DetectorResult& result : evaluation.results) {
            QVERIFY(result.metrics.auroc > 0.8);
            QVERIFY(result.aurocLow <= result.metrics.auroc && result.metrics.auroc <= result.aurocHigh);
            const std::size_t d = static_cast<std::size_t>(std::ranges::find(evaluation.detectorKeys, result.detector) -
                                                           evaluation.detectorKeys.begin());
            const auto naive = ood::computeMetrics(evaluation.idTest.scores[d], evaluation.ood[0].scores[d]);
            QCOMPARE(result.metrics.auroc, naive->auroc);
        }
        const auto second = runEvaluation(*m_workspace, options(), {}, [](const Progress& progress) {
            QVERIFY2(progress.stage.find("probe") == std::string::npos, "the second run trained again");
        });
        QVERIFY(second.has_value());
        QCOMPARE((*second)->id, evaluation.id);
        QCOMPARE((*second)->idTest.scores, evaluation.idTest.scores);
    }

    void anotherSeedIsAnotherEvaluation() {
        RunOptions other = options();
        other.probeOptions.seed = 7;
        const auto a = runEvaluation(*m_workspace, options(), {}, {});
        const auto b = runEvaluation(*m_workspace, other, {}, {});
        QVERIFY(a && b);
        QVERIFY((*a)->id != (*b)->id);
    }

    void groupsOfSetsArePartOfTheResult() {
        RunOptions tagged = options();
        tagged.oodGroups = {OodGroup::Near};
        const auto plain = runEvaluation(*m_workspace, options(), {}, {});
        const auto result = runEvaluation(*m_workspace, tagged, {}, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        QVERIFY((*plain)->id != (*result)->id);
        QVERIFY((*plain)->groups.empty());
        QCOMPARE((*result)->groups.size(), (*result)->detectorKeys.size());
        QVERIFY((*result)->groups[0].group == OodGroup::Near);
        QCOMPARE((*result)->groups[0].auroc, (*result)->results[0].metrics.auroc);
    }

    void storedProbeIsUsed() {
        const auto trained = runProbe(*m_workspace, options(), {}, {});
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().message.c_str());
        QVERIFY(trained->accuracy > 0.95);
        RunOptions with = options();
        with.probeId = trained->id;
        QVERIFY(runEvaluation(*m_workspace, with, {}, {}).has_value());
        with.probeId = "0000";
        const auto missing = runEvaluation(*m_workspace, with, {}, {});
        QVERIFY(!missing);
        QVERIFY(missing.error().message.find("0000") != std::string::npos);
    }

    /// Each seed is a run of its own; mean and deviation are those of their figures.
    void severalSeedsAreSummarised() {
        RunOptions few = options();
        few.probeOptions.shots = 5;
        const auto runs = runEvaluations(*m_workspace, few, 3, {}, {});
        QVERIFY2(runs.has_value(), runs ? "" : runs.error().message.c_str());
        QCOMPARE(runs->seeds, (std::vector<std::uint64_t>{42, 43, 44}));
        QCOMPARE(runs->rows.size(), std::size_t{3});
        few.probeOptions.seed = 44;
        const auto last = runEvaluation(*m_workspace, few, {}, {}).value();
        QCOMPARE(last->id, runs->evaluations.back()->id);
        QCOMPARE(runs->rows[1].auroc.values[2], last->results[1].metrics.auroc);
        const auto& v = runs->rows[1].auroc.values;
        const double mean = (v[0] + v[1] + v[2]) / 3;
        const double squares =
            (v[0] - mean) * (v[0] - mean) + (v[1] - mean) * (v[1] - mean) + (v[2] - mean) * (v[2] - mean);
        QVERIFY(std::abs(runs->rows[1].auroc.mean - mean) < 1e-15);
        QVERIFY(std::abs(runs->rows[1].auroc.deviation - std::sqrt(squares / 2)) < 1e-15);
        QVERIFY(seedTable(*runs).find("±") != std::string::npos);
        const auto probes = runProbes(*m_workspace, few, 2, {}, {}).value();
        QCOMPARE(probes.accuracy.values.size(), std::size_t{2});
        QVERIFY(!runEvaluations(*m_workspace, few, 1, {}, {}));
        few.probeId = "x";
        QVERIFY(!runProbes(*m_workspace, few, 2, {}, {}));
        QCOMPARE(spreadOf({0.5}).deviation, 0.0);
    }

    /// Groups and classes are summarised over seeds as pooled figures are.
    void seedsOfGroupsAndClasses() {
        RunOptions few = options();
        few.probeOptions.shots = 5;
        embed::EmbeddingSet two = clouds({-1, 5}, 30, 4);
        std::ranges::transform(two.labels, two.labels.begin(), [](std::int32_t label) { return label < 0 ? 0 : 1; });
        write(two, {"left", "right"}, "two");
        few.ood = {m_folder / "ood.safetensors", m_folder / "two.safetensors"};
        few.oodGroups = {OodGroup::Near, OodGroup::Far};
        const auto runs = runEvaluations(*m_workspace, few, 3, {}, {}).value();
        const auto meanOf = [&](auto figure) {
            double sum = 0;
            for (const EvaluationPtr& evaluation : runs.evaluations)
                sum += figure(*evaluation);
            return sum / 3;
        };
        QCOMPARE(runs.groups.size(), std::size_t{9});  // near, far, all of three detectors
        QVERIFY(runs.groups[2].group == OodGroup::None && runs.groups[2].sets == 2);
        QVERIFY(std::abs(runs.groups[2].auroc.mean - meanOf([](const Evaluation& e) {
                             return (e.results[0].metrics.auroc + e.results[1].metrics.auroc) / 2;
                         })) < 1e-14);
        QVERIFY(runs.groups[2].auroc.deviation > 0);
        QVERIFY(runs.rows[0].classes.empty() && runs.rows[0].classAuroc.values.empty());
        const SeedRuns::Row& row = runs.rows[1];
        QCOMPARE(row.classes.size(), std::size_t{2});
        QCOMPARE(row.classes[1].name, std::string("right"));
        QVERIFY(std::abs(row.classes[1].fpr95.mean -
                         meanOf([](const Evaluation& e) { return e.results[1].classes.classes[1].fpr95; })) < 1e-14);
        QVERIFY(std::abs(row.classAuroc.mean - (row.classes[0].auroc.mean + row.classes[1].auroc.mean) / 2) < 1e-14);
        const auto levels = fprAtTpr(runs, {0.95, 0.5}).value();
        QCOMPARE(levels[1][0].values, row.fpr95.values);
        QVERIFY(levels[1][1].mean <= levels[1][0].mean);
        QVERIFY(seedTable(runs).find("far mean (1)") != std::string::npos);
        QVERIFY(seedClassTables(runs).find("msp on the classes of two") != std::string::npos);
        QVERIFY(!toJson(runs)["results"][1].contains("per_class"));
        QCOMPARE(toJson(runs, true)["results"][1]["per_class"][0]["class"].get<std::string>(), std::string("left"));
        QCOMPARE(toJson(runs)["groups"][0]["group"].get<std::string>(), std::string("near"));
    }

    void tooManyShotsNameTheClass() {
        RunOptions many = options();
        many.probeOptions.shots = 41;
        const auto result = runEvaluation(*m_workspace, many, {}, {});
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("class 'one' has 40") != std::string::npos,
                 result.error().message.c_str());
    }

    /// The defect is the same run with the training set as the ID side, and says so.
    void referenceDefectScoresTheTrainingSet() {
        RunOptions defect = options();
        defect.idOnTrain = true;
        RunOptions plain = options();
        plain.idTest = plain.train;
        const auto a = runEvaluation(*m_workspace, defect, {}, {}).value();
        const auto b = runEvaluation(*m_workspace, plain, {}, {}).value();
        QCOMPARE(a->idTest.size(), std::size_t{120});
        QCOMPARE(a->idTest.scores, b->idTest.scores);
        QVERIFY(a->provenance["reference_defect_id_train"].get<bool>());
        QVERIFY(!b->provenance.contains("reference_defect_id_train"));
        QVERIFY(a->id != b->id);
        QVERIFY(a->title.find("defect") != std::string::npos);
    }

    void probesOnRawFeaturesAreOtherProbes() {
        RunOptions raw = options();
        raw.probeOptions.standardise = false;
        const auto a = runProbe(*m_workspace, raw, {}, {}).value();
        const auto b = runProbe(*m_workspace, options(), {}, {}).value();
        QVERIFY(a.id != b.id);
        QCOMPARE(a.probe.mean, std::vector<float>(kWidth, 0.0F));
        const auto again = runProbe(*m_workspace, raw, {}, {}).value();
        QVERIFY(again.reused);
        QVERIFY(!again.probe.options.standardise);
    }

    void picturesAndTable() {
        const auto result = runEvaluation(*m_workspace, options(), {}, {});
        QVERIFY(result.has_value());
        QVERIFY(resultTable(**result).find("free_energy") != std::string::npos);
        const auto written = writePictures(**result, m_folder / "pictures");
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        for (const char* name : {"roc.svg", "scores.svg", "false-accepts.csv", "false-rejects.csv"})
            QVERIFY2(fs::file_size(m_folder / "pictures" / name) > 20, name);
    }

    void wrongInputIsNamed_data() {
        QTest::addColumn<QString>("part");
        QTest::newRow("missing train") << QStringLiteral("nowhere");
        QTest::newRow("no ood") << QStringLiteral("no OOD set");
        QTest::newRow("pseudo labels without a model") << QStringLiteral("no model");
        QTest::newRow("wrong number of names") << QStringLiteral("2 class names");
        QTest::newRow("other width") << QStringLiteral("wide");
        QTest::newRow("unknown detector") << QStringLiteral("oracle");
    }
    void wrongInputIsNamed() {
        QFETCH(QString, part);
        RunOptions bad = options();
        const std::string tag = QTest::currentDataTag();
        if (tag == "missing train") bad.train = m_folder / "nowhere.safetensors";
        if (tag == "no ood") bad.ood.clear();
        if (tag == "pseudo labels without a model") bad.labels = LabelSource::Pseudo;
        if (tag == "wrong number of names") bad.classNames = {"a", "b"};
        if (tag == "unknown detector") bad.detectors = {"oracle"};
        if (tag == "other width") {
            embed::EmbeddingSet narrow;
            narrow.embeddings = Matrix::own(2, 3, {1, 2, 3, 4, 5, 6});
            narrow.labels = {-1, -1};
            narrow.paths = {"a.png", "b.png"};
            write(narrow, {}, "narrow");
            bad.ood = {m_folder / "narrow.safetensors"};
        }
        const auto result = runEvaluation(*m_workspace, bad, {}, {});
        QVERIFY(!result);
        QVERIFY2(QString::fromStdString(result.error().message).contains(part), result.error().message.c_str());
        QCOMPARE(m_workspace->list(workspace::ArtefactKind::Evaluation)->size(), std::size_t{0});
    }

    void aStopIsObeyed() {
        std::stop_source stop;
        stop.request_stop();
        const auto result = runEvaluation(*m_workspace, options(), stop.get_token(), {});
        QVERIFY(!result);
        QVERIFY(result.error().code == ErrorCode::Cancelled);
    }

private:
    void write(embed::EmbeddingSet set, std::vector<std::string> classNames, const std::string& name) {
        set.classNames = std::move(classNames);
        const auto written = embed::exportEmbeddings(set, m_folder / (name + ".safetensors"));
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
    }

    RunOptions options() const {
        RunOptions options;
        options.train = m_folder / "train.safetensors";
        options.idTest = m_folder / "test.safetensors";
        options.ood = {m_folder / "ood.safetensors"};
        options.labels = LabelSource::True;
        options.probeOptions.epochs = 30;
        options.probeOptions.batchSize = 32;
        options.probeOptions.learningRate = 0.02;
        options.probeOptions.threads = 1;
        return options;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    std::shared_ptr<workspace::Workspace> m_workspace;
};

QTEST_APPLESS_MAIN(TestRun)
#include "tst_run.moc"
