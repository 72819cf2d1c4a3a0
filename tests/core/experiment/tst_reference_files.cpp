// SPDX-License-Identifier: GPL-3.0-or-later
// The files of the paper's code, made by PyTorch (tests/parity/make_reference_files.py): read, used, written back.
#include <fmt/format.h>

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/embed/reference_folder.h"
#include "core/experiment/compare_results.h"
#include "core/experiment/explain.h"
#include "core/experiment/export_embeddings.h"
#include "core/experiment/export_openood.h"
#include "core/experiment/export_results.h"
#include "core/experiment/import_scores.h"
#include "core/experiment/reference_probe.h"
#include "core/experiment/run.h"
#include "core/experiment/sources.h"
#include "core/io/json.h"
#include "core/io/npz.h"
#include "core/io/open_tensor_file.h"
#include "core/io/safetensors.h"
#include "core/io/scores_file.h"
#include "core/io/torch_archive_writer.h"

using namespace oodscope;
using namespace oodscope::experiment;

namespace {

constexpr const char* kArch = "openclip_ViT-B-16_openai";

template <class T>
T must(Result<T> result, int line) {
    if (!result) qFatal("line %d: %s", line, result.error().message.c_str());
    return std::move(*result);
}
#define MUST(...) must((__VA_ARGS__), __LINE__)

io::TensorFile tensorsOf(const fs::path& file) {
    return MUST(io::openTensorFile(file));
}

std::vector<double> numbersOf(const fs::path& file, const char* name = "tensor") {
    const io::TensorFile opened = tensorsOf(file);
    io::TensorFile flat = opened;
    io::TensorView& view = flat.tensors.at(name);
    const std::int64_t count = view.elementCount();
    if (view.dtype == io::DType::I64) {
        view.shape = {count};
        const auto values = MUST(io::integersFrom(flat, name));
        return {values.begin(), values.end()};
    }
    view.shape = {1, count};
    const Matrix row = MUST(io::matrixFrom(flat, name));
    return {row.values().begin(), row.values().end()};
}

double largestDifference(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        largest = std::max(largest, std::abs(a[i] - b[i]));
    return largest;
}

}  // namespace

class TestReferenceFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void embeddingsAreRead();
    void folderStandsForItsSplit();
    void probeIsImportedAndGivesTheirNumbers();
    void importedProbeIsExplained();
    void probeIsWrittenBack();
    void resultsAreWrittenAsTheirs();
    void embeddingsAreWrittenBack();
    void openOodFiles();
    void theirTablesAreComparedWithOurs();
    void scoresBecomeAnEvaluation();
    void nothingIsOverwritten();
    void malformedProbes_data();
    void malformedProbes();
    void malformedEmbeddings_data();
    void malformedEmbeddings();

private:
    fs::path embeddings(const char* dataset) const { return m_data / "embeddings" / dataset / kArch; }
    embed::EmbeddingSet train() const {
        return MUST(embed::importEmbeddings(embed::referenceFile(embeddings("CIFAR100"), embed::Split::Train)));
    }
    StoredProbe importProbe(const fs::path& folder) {
        return MUST(importReferenceProbe(*m_workspace, folder, train(),
                                         embed::referenceFile(embeddings("CIFAR100"), embed::Split::Train)));
    }
    RunOptions options(const std::string& probe) const;
    EvaluationPtr evaluate() {
        return MUST(runEvaluation(*m_workspace, options(importProbe(m_data / "plp").id), {}, {}));
    }

    const fs::path m_data = fs::path(OODSCOPE_TEST_DATA) / "reference";
    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    std::shared_ptr<workspace::Workspace> m_workspace;
};

void TestReferenceFiles::init() {
    m_dir = std::make_unique<QTemporaryDir>();
    m_folder = m_dir->path().toStdString();
    m_workspace = MUST(workspace::Workspace::open(m_folder / "workspace"));
}

RunOptions TestReferenceFiles::options(const std::string& probe) const {
    RunOptions options;
    options.train = embeddings("CIFAR100");
    options.idTest = embeddings("CIFAR100");
    options.ood = {embeddings("CIFAR10"), embeddings("Textures")};
    options.detectors = {"msp", "free_energy", "l1_norm", "mahalanobis", "mahalanobis_relative"};
    options.probeId = probe;
    return options;
}

void TestReferenceFiles::embeddingsAreRead() {
    const embed::EmbeddingSet set = train();
    QCOMPARE(set.size(), std::size_t{160});
    QCOMPARE(set.embeddings.cols(), std::size_t{10});
    QCOMPARE(set.datasetName, std::string("CIFAR100"));
    QCOMPARE(set.classNames, (std::vector<std::string>{"0", "1", "2", "3"}));
    for (std::size_t i = 0; i < set.size(); ++i)
        QCOMPARE(set.labels[i], static_cast<std::int32_t>(i % 4));
    const auto stats = embed::readReferenceStats(embeddings("CIFAR100") / "embeddings.pt", 10);
    QVERIFY(stats && stats->has_value());
    double mean = 0;
    for (std::size_t i = 0; i < set.size(); ++i)
        mean += static_cast<double>(set.embeddings.at(i, 3)) / 160;
    QVERIFY(std::abs((*stats)->mean[3] - mean) < 1e-6);
    const auto without = embed::readReferenceStats(embeddings("CIFAR10") / "embeddings.pt", 10);
    QVERIFY(without && !without->has_value());
}

void TestReferenceFiles::folderStandsForItsSplit() {
    const fs::path folder = embeddings("CIFAR100");
    QCOMPARE(resolveSource(folder, embed::Split::Train), folder / "embeddings.pt");
    QCOMPARE(resolveSource(folder, embed::Split::Test), folder / "embeddings-test.pt");
    QCOMPARE(resolveSource(m_folder, embed::Split::Test), m_folder);
    RunOptions bad = options({});
    bad.train = embeddings("CIFAR10");  // has no training split
    bad.labels = LabelSource::True;
    const auto result = runEvaluation(*m_workspace, bad, {}, {});
    QVERIFY(!result);
    QVERIFY2(result.error().message.find("CIFAR10/openclip_ViT-B-16_openai/embeddings.pt") != std::string::npos,
             result.error().message.c_str());
}

void TestReferenceFiles::probeIsImportedAndGivesTheirNumbers() {
    const StoredProbe probe = importProbe(m_data / "plp");
    QCOMPARE(probe.probe.classCount(), std::size_t{4});
    QCOMPARE(probe.probe.labels.size(), std::size_t{160});
    QCOMPARE(importProbe(m_data / "plp").id, probe.id);
    const EvaluationPtr evaluation = evaluate();
    const double theirAccuracy = std::stod(MUST(readTextFile(m_data / "plp/val_acc.txt")));
    QCOMPARE(evaluation->probeAccuracy, theirAccuracy);
    const auto theirs = MUST(readForeignResults(m_data / "plp/ood_metrics.json"));
    QCOMPARE(theirs.size(), std::size_t{20});  // 2 sets × 5 detectors × 2 metrics
    const auto compared = MUST(compareResults(theirs, evaluation.get(), {}));
    for (const ComparedNumber& number : compared) {
        QVERIFY2(number.ours.has_value(), number.theirs.detector.c_str());
        QVERIFY2(std::abs(*number.ours - number.theirs.percent) < 1e-9,
                 (number.theirs.detector + " " + number.theirs.ood + " " + number.theirs.metric + ": " +
                  std::to_string(*number.ours) + " instead of " + std::to_string(number.theirs.percent))
                     .c_str());
    }
}

void TestReferenceFiles::importedProbeIsExplained() {
    const EvaluationPtr evaluation = evaluate();
    const Explanation explanation = MUST(explain(*m_workspace, {evaluation->id}));
    QCOMPARE(explanation.commands.size(), std::size_t{2});
    const std::string line = shellLine(explanation.commands);
    QVERIFY2(line.starts_with("oodscope-cli import probe " + shellQuoted((m_data / "plp").string()) + " --train "),
             line.c_str());
    QVERIFY2(line.find("--probe " + evaluation->provenance["probe"]["id"].get<std::string>()) != std::string::npos,
             line.c_str());
    QVERIFY(explanation.changes.empty());
}

void TestReferenceFiles::probeIsWrittenBack() {
    const StoredProbe probe = importProbe(m_data / "plp");
    const ReferenceProbeNames names{"CIFAR100", "openclip_ViT-B-16/openai"};
    const auto written = exportReferenceProbe(probe, m_folder / "plp", names, 0.875, false);
    QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
    QCOMPARE(MUST(readTextFile(m_folder / "plp/val_acc.txt")), MUST(readTextFile(m_data / "plp/val_acc.txt")));
    for (const char* name : {"weight", "bias"})
        QCOMPARE(
            largestDifference(numbersOf(m_folder / "plp/model.pth", name), numbersOf(m_data / "plp/model.pth", name)),
            0.0);
    QCOMPARE(
        largestDifference(numbersOf(m_folder / "plp/pseudo_labels.pth"), numbersOf(m_data / "plp/pseudo_labels.pth")),
        0.0);
    io::Json ours = MUST(io::readJson(m_folder / "plp/hp.json"));
    io::Json theirs = MUST(io::readJson(m_data / "plp/hp.json"));
    for (const char* key : {"output_dir"}) {
        ours.erase(key);
        theirs.erase(key);
    }
    theirs["optimizer"] = "adam";  // the reference takes it in any case
    QCOMPARE(ours.dump(), theirs.dump());
    QCOMPARE(importProbe(m_folder / "plp").id, probe.id);
}

void TestReferenceFiles::resultsAreWrittenAsTheirs() {
    const auto written = writeReferenceResults(*evaluate(), m_folder, "runs/plp", false);
    QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
    QCOMPARE(MUST(readTextFile(m_folder / "ood_metrics.csv")), MUST(readTextFile(m_data / "plp/ood_metrics.csv")));
    const auto order = [](const fs::path& file) { return nlohmann::ordered_json::parse(MUST(readTextFile(file))); };
    const nlohmann::ordered_json ours = order(m_folder / "ood_metrics.json");
    const nlohmann::ordered_json theirs = order(m_data / "plp/ood_metrics.json");
    const auto shapeOf = [](const nlohmann::ordered_json& json) {
        std::string text;
        const nlohmann::ordered_json flat = json.flatten();
        for (const auto& [key, value] : flat.items())
            text += key + "\n";
        return text;
    };
    QCOMPARE(shapeOf(ours), shapeOf(theirs));
    QCOMPARE(order(m_folder / "eval_args.json").dump(), order(m_data / "plp/eval_args.json").dump());
}

void TestReferenceFiles::embeddingsAreWrittenBack() {
    const embed::EmbeddingSet test =
        MUST(embed::importEmbeddings(embed::referenceFile(embeddings("CIFAR100"), embed::Split::Test)));
    ReferenceExport how{m_folder, "CIFAR100", "openclip_ViT-B-16/openai", true, false};
    const fs::path folder = MUST(exportReferenceEmbeddings(train(), test, how, {}, {}));
    QCOMPARE(folder, m_folder / "CIFAR100" / kArch);
    for (const char* name : {"embeddings.pt", "embeddings-test.pt", "label.pt", "label-test.pt", "knn.pt"})
        QCOMPARE(largestDifference(numbersOf(folder / name), numbersOf(embeddings("CIFAR100") / name)), 0.0);
    for (const char* name : {"mean.pt", "std.pt", "mean-test.pt", "std-test.pt"})
        QVERIFY(largestDifference(numbersOf(folder / name), numbersOf(embeddings("CIFAR100") / name)) < 1e-6);
    QCOMPARE(MUST(io::readJson(folder / "accuracy.json")).dump(),
             MUST(io::readJson(embeddings("CIFAR100") / "accuracy.json")).dump());
    const embed::EmbeddingSet back = MUST(embed::importEmbeddings(folder / "embeddings.pt"));
    QVERIFY(std::ranges::equal(back.embeddings.values(), train().embeddings.values()));
    QVERIFY(back.labels == train().labels);
}

void TestReferenceFiles::openOodFiles() {
    const EvaluationPtr evaluation = evaluate();
    const auto written = writeOpenOodResults(*evaluation, m_folder, {"CIFAR10"}, false);
    QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
    const auto lines = splitLines(MUST(readTextFile(m_folder / "ood/msp.csv")));
    QCOMPARE(lines.size(), std::size_t{5});
    QCOMPARE(lines[0], std::string("dataset,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC"));
    for (const auto& [row, name] :
         {std::pair(1, "CIFAR10,"), std::pair(2, "nearood,"), std::pair(3, "Textures,"), std::pair(4, "farood,")})
        QVERIFY2(lines[static_cast<std::size_t>(row)].starts_with(name), lines[static_cast<std::size_t>(row)].c_str());
    const auto measured = MUST(
        ood::computeMetrics(evaluation->idTest.scores[0], evaluation->ood[0].scores[0], ood::FprConvention::OpenOod));
    QCOMPARE(lines[1], fmt::format("CIFAR10,{:.2f},{:.2f},{:.2f},{:.2f},87.50", 100 * measured.fpr95,
                                   100 * measured.auroc, 100 * measured.auprIn, 100 * measured.auprOut));
    const fs::path scores = m_folder / "scores/msp/CIFAR10.npz";
    QCOMPARE(MUST(io::readScores(scores)), evaluation->ood[0].scores[0]);
    const auto arrays = MUST(io::readNpzVectors(scores));
    QCOMPARE(arrays.at("label"), std::vector<double>(70, -1.0));
    QCOMPARE(arrays.at("pred").size(), std::size_t{70});
    const auto unknown = writeOpenOodResults(*evaluation, m_folder / "other", {"cifar"}, false);
    QVERIFY(!unknown && unknown.error().message.find("CIFAR10, Textures") != std::string::npos);
    QVERIFY(!fs::exists(m_folder / "other"));
}

void TestReferenceFiles::theirTablesAreComparedWithOurs() {
    const EvaluationPtr evaluation = evaluate();
    const auto csv =
        MUST(compareResults(MUST(readForeignResults(m_data / "plp/ood_metrics.csv")), evaluation.get(), {}));
    QCOMPARE(csv.size(), std::size_t{20});
    for (const ComparedNumber& number : csv)
        QVERIFY(number.ours && std::abs(*number.ours - number.theirs.percent) <= 0.005001);
    QVERIFY(writeOpenOodResults(*evaluation, m_folder, {}, false));
    const auto table = MUST(readForeignResults(m_folder / "ood/l1_norm.csv"));
    QVERIFY(!compareResults(table, evaluation.get(), {}));  // of which detector?
    QVERIFY(!compareResults(table, evaluation.get(), "oracle"));
    std::size_t matched = 0;
    for (const ComparedNumber& number : MUST(compareResults(table, evaluation.get(), "l1_norm"))) {
        if (!number.ours) continue;
        ++matched;
        QVERIFY(std::abs(*number.ours - number.theirs.percent) <= 0.005001);
    }
    QCOMPARE(matched, std::size_t{11});  // five columns for two sets, and the mean's accuracy
}

void TestReferenceFiles::scoresBecomeAnEvaluation() {
    const EvaluationPtr evaluation = evaluate();
    QVERIFY(writeOpenOodResults(*evaluation, m_folder, {}, false));
    const fs::path scores = m_folder / "scores/free_energy";
    ScoreImport import{scores / "CIFAR100.npz", {scores / "CIFAR10.npz", scores / "Textures.npz"}, "energy", {}};
    import.convention = ood::FprConvention::Plp;
    const EvaluationPtr imported = MUST(importScores(*m_workspace, import));
    QCOMPARE(imported->detectorKeys, std::vector<std::string>{"energy"});
    QCOMPARE(imported->probeAccuracy, evaluation->probeAccuracy);
    QCOMPARE(imported->results.size(), std::size_t{2});
    for (const DetectorResult& result : imported->results) {
        for (const DetectorResult& other : evaluation->results) {
            if (other.detector != "free_energy" || other.ood != result.ood) continue;
            QCOMPARE(result.metrics.auroc, other.metrics.auroc);
            QCOMPARE(result.metrics.fpr95, other.metrics.fpr95);
        }
    }
    QCOMPARE(MUST(loadEvaluation(*m_workspace, imported->id))->idTest.scores, imported->idTest.scores);
    QCOMPARE(MUST(importScores(*m_workspace, import))->id, imported->id);
    const Explanation explanation = MUST(explain(*m_workspace, {imported->id}));
    QVERIFY(shellLine(explanation.commands).starts_with("oodscope-cli import scores --id "));
    QVERIFY(explanation.changes.empty());
    QVERIFY(writeReferenceResults(*imported, m_folder / "again", {}, false));
    import.ood.push_back(scores / "CIFAR100.npz");
    QVERIFY(!importScores(*m_workspace, import));
    QVERIFY(io::writeNpz(m_folder / "bad.npz",
                         {{"conf", std::vector<double>{1, 2}}, {"pred", std::vector<std::int64_t>{1, 2, 3}}}));
    import.ood = {m_folder / "bad.npz"};
    const auto bad = importScores(*m_workspace, import);
    QVERIFY(!bad && bad.error().message.find("'pred' has 3 entries") != std::string::npos);
}

void TestReferenceFiles::nothingIsOverwritten() {
    const EvaluationPtr evaluation = evaluate();
    QVERIFY(writeReferenceResults(*evaluation, m_folder, {}, false));
    const std::string before = MUST(readTextFile(m_folder / "ood_metrics.csv"));
    std::ofstream(m_folder / "ood_metrics.csv") << "mine\n";
    fs::remove(m_folder / "eval_args.json");
    const auto refused = writeReferenceResults(*evaluation, m_folder, {}, false);
    QVERIFY(!refused && refused.error().message.find("--overwrite") != std::string::npos);
    QCOMPARE(MUST(readTextFile(m_folder / "ood_metrics.csv")), std::string("mine\n"));
    QVERIFY2(!fs::exists(m_folder / "eval_args.json"), "a refused export wrote a part");
    QVERIFY(writeReferenceResults(*evaluation, m_folder, {}, true));
    QCOMPARE(MUST(readTextFile(m_folder / "ood_metrics.csv")), before);
    const StoredProbe probe = importProbe(m_data / "plp");
    QVERIFY(exportReferenceProbe(probe, m_folder / "plp", {}, -1, false));
    QVERIFY(!exportReferenceProbe(probe, m_folder / "plp", {}, -1, false));
    QVERIFY(exportReferenceProbe(probe, m_folder / "plp", {}, -1, true));
    ReferenceExport how{m_folder, "d", "a", false, false};
    QVERIFY(exportReferenceEmbeddings(train(), {}, how, {}, {}));
    QVERIFY(!exportReferenceEmbeddings(train(), {}, how, {}, {}));
}

void TestReferenceFiles::malformedProbes_data() {
    QTest::addColumn<QString>("part");
    QTest::newRow("no settings") << QStringLiteral("hp.json");
    QTest::newRow("settings cut") << QStringLiteral("hp.json");
    QTest::newRow("settings of another kind") << QStringLiteral("hp.json");
    QTest::newRow("no weights") << QStringLiteral("model.pth");
    QTest::newRow("no bias") << QStringLiteral("model.pth");
    QTest::newRow("more than a head") << QStringLiteral("'0.weight'");
    QTest::newRow("other width") << QStringLiteral("takes 3 inputs");
    QTest::newRow("NaN") << QStringLiteral("not finite");
    QTest::newRow("no pseudo labels") << QStringLiteral("pseudo_labels.pth");
    QTest::newRow("too few labels") << QStringLiteral("holds 2 labels");
    QTest::newRow("label out of range") << QStringLiteral("label 9");
    QTest::newRow("normalised embeddings") << QStringLiteral("l2_norm");
}

void TestReferenceFiles::malformedProbes() {
    QFETCH(QString, part);
    const std::string tag = QTest::currentDataTag();
    const fs::path folder = m_folder / "plp";
    fs::copy(m_data / "plp", folder);
    const auto head = [&](std::size_t width, float value, bool withBias) {
        const Matrix weight = Matrix::own(4, width, std::vector<float>(4 * width, value));
        const std::vector<float> bias(4, 0.0F);
        std::vector<io::TensorToWrite> tensors{io::tensorOf("weight", weight)};
        if (withBias) tensors.push_back(io::tensorOf("bias", std::span(bias)));
        QVERIFY(io::writeTorchStateDict(folder / "model.pth", tensors));
    };
    const auto labels = [&](std::vector<std::int64_t> values) {
        QVERIFY(io::writeTorchTensor(folder / "pseudo_labels.pth", io::tensorOf("", values)));
    };
    if (tag == "no settings") fs::remove(folder / "hp.json");
    if (tag == "settings cut") fs::resize_file(folder / "hp.json", 40);
    if (tag == "settings of another kind") std::ofstream(folder / "hp.json") << "{\"batch_size\": \"many\"}";
    if (tag == "normalised embeddings") std::ofstream(folder / "hp.json") << "{\"l2_norm\": true}";
    if (tag == "no weights") fs::remove(folder / "model.pth");
    if (tag == "no bias") head(10, 1, false);
    if (tag == "other width") head(3, 1, true);
    if (tag == "NaN") head(10, std::numeric_limits<float>::quiet_NaN(), true);
    if (tag == "more than a head") {
        const Matrix weight = Matrix::own(1, 1, {1});
        const io::TensorToWrite tensor = io::tensorOf("0.weight", weight);
        QVERIFY(io::writeTorchStateDict(folder / "model.pth", {&tensor, 1}));
    }
    if (tag == "no pseudo labels") fs::remove(folder / "pseudo_labels.pth");
    if (tag == "too few labels") labels({0, 1});
    if (tag == "label out of range") labels(std::vector<std::int64_t>(160, 9));
    const auto result = importReferenceProbe(*m_workspace, folder, train(), embeddings("CIFAR100") / "embeddings.pt");
    QVERIFY(!result);
    const QString message = QString::fromStdString(result.error().message);
    QVERIFY2(message.contains(part) && message.contains(QString::fromStdString(folder.string())), qPrintable(message));
    QCOMPARE(m_workspace->list(workspace::ArtefactKind::Probe)->size(), std::size_t{0});
}

void TestReferenceFiles::malformedEmbeddings_data() {
    QTest::addColumn<QString>("part");
    QTest::newRow("NaN") << QStringLiteral("row 1, dimension 0 is NaN");
    QTest::newRow("labels of another length") << QStringLiteral("label.pt: holds 160 labels");
    QTest::newRow("labels that are no integers") << QStringLiteral("label.pt");
    QTest::newRow("label below none") << QStringLiteral("label -7");
    QTest::newRow("a list") << QStringLiteral("embeddings.pt");
    QTest::newRow("cut") << QStringLiteral("embeddings.pt");
    QTest::newRow("no torch file") << QStringLiteral("embeddings.pt");
    QTest::newRow("one dimension") << QStringLiteral("dimensions");
}

void TestReferenceFiles::malformedEmbeddings() {
    QFETCH(QString, part);
    const std::string tag = QTest::currentDataTag();
    const fs::path folder = m_folder / "CIFAR100" / kArch;
    fs::create_directories(folder);
    for (const char* name : {"embeddings.pt", "label.pt"})
        fs::copy_file(embeddings("CIFAR100") / name, folder / name);
    const auto matrix = [&](std::vector<float> values) {
        const std::size_t width = values.size() / 2;
        const Matrix rows = Matrix::own(2, width, std::move(values));
        QVERIFY(io::writeTorchTensor(folder / "embeddings.pt", io::tensorOf("", rows)));
    };
    const std::vector<std::int64_t> bad(160, -7);
    if (tag == "NaN") matrix({1, 2, std::numeric_limits<float>::quiet_NaN(), 4});
    if (tag == "labels of another length") matrix({1, 2, 3, 4});
    if (tag == "labels that are no integers")
        fs::copy_file(embeddings("CIFAR100") / "mean.pt", folder / "label.pt", fs::copy_options::overwrite_existing);
    if (tag == "label below none") QVERIFY(io::writeTorchTensor(folder / "label.pt", io::tensorOf("", bad)));
    if (tag == "a list") QVERIFY(io::writeTorchIntegers(folder / "embeddings.pt", bad));
    if (tag == "cut") fs::resize_file(folder / "embeddings.pt", 3000);
    if (tag == "no torch file") std::ofstream(folder / "embeddings.pt", std::ios::trunc) << "hello";
    if (tag == "one dimension") QVERIFY(io::writeTorchTensor(folder / "embeddings.pt", io::tensorOf("", bad)));
    const auto read = embed::importEmbeddings(folder / "embeddings.pt");
    QVERIFY(!read);
    const QString message = QString::fromStdString(read.error().message);
    QVERIFY2(message.contains(part) && message.contains(QString::fromStdString(folder.string())), qPrintable(message));
    // Without labels the rows are there all the same; what needs them says so.
    fs::copy_file(embeddings("CIFAR100") / "embeddings.pt", folder / "embeddings.pt",
                  fs::copy_options::overwrite_existing);
    fs::remove(folder / "label.pt");
    QVERIFY(!MUST(embed::importEmbeddings(folder / "embeddings.pt")).hasLabels());
    RunOptions run = options({});
    run.train = folder;
    run.labels = LabelSource::True;
    run.classNames = {"a", "b", "c", "d"};
    const auto result = runEvaluation(*m_workspace, run, {}, {});
    QVERIFY(!result && result.error().message.find("has no labels") != std::string::npos);
}

QTEST_APPLESS_MAIN(TestReferenceFiles)
#include "tst_reference_files.moc"
