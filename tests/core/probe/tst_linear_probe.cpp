// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/linear_probe.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "core/io/safetensors.h"
#include "core/probe/probe_checks.h"
#include "core/probe/probe_start.h"
#include "core/probe/standardize.h"

using namespace oodscope;
using namespace oodscope::probe;

namespace {

const std::string kFolder = OODSCOPE_TEST_DATA "/probe/";
using Labels = std::vector<std::int32_t>;

struct Embeddings {
    Matrix features;
    Labels labels;
    io::TensorFile file;
};

Embeddings recordedEmbeddings() {
    Embeddings e;
    e.file = io::openSafetensors(kFolder + "embeddings.safetensors").value();
    e.features = io::matrixFrom(e.file, "features").value();
    const auto labels = io::integersFrom(e.file, "labels").value();
    for (const auto label : labels)
        e.labels.push_back(std::int32_t(label));
    return e;
}

std::vector<float> floats(const io::TensorFile& file, const std::string& name) {
    const auto& view = file.tensors.find(name)->second;
    std::vector<float> values(std::size_t(view.elementCount()));
    std::memcpy(values.data(), view.bytes.data(), values.size() * sizeof(float));
    return values;
}

/// What PyTorch did, from tests/parity/make_probe_vectors.py.
struct Recorded {
    ProbeOptions options;
    ProbeStart start;
    Matrix weight, logits;
    std::vector<float> bias, losses, accuracies;
};

Recorded recordedRun(const std::string& name, std::size_t rows) {
    const auto file = io::openSafetensors(kFolder + name + ".safetensors").value();
    const auto about = nlohmann::json::parse(file.metadata.at("case"));
    Recorded run;
    run.options.epochs = about["epochs"];
    run.options.batchSize = about["batch"];
    run.options.learningRate = about["lr"];
    run.options.weightDecay = about["wd"];
    run.options.seed = about["seed"];
    run.options.optimizer = name == "adam" ? Optimizer::Adam : name == "adamw" ? Optimizer::AdamW : Optimizer::Sgd;
    run.start.weight = io::matrixFrom(file, "start.weight").value();
    run.start.bias = floats(file, "start.bias");
    const auto& orders = file.tensors.find("orders")->second;
    const auto* values = reinterpret_cast<const std::int16_t*>(orders.bytes.data());
    for (int e = 0; e < run.options.epochs; ++e) {
        run.start.orders.emplace_back(values + std::size_t(e) * rows, values + std::size_t(e + 1) * rows);
    }
    run.weight = io::matrixFrom(file, "weight").value();
    run.logits = io::matrixFrom(file, "logits").value();
    run.bias = floats(file, "bias");
    run.losses = floats(file, "losses");
    run.accuracies = floats(file, "accuracies");
    return run;
}

/// Largest difference over the largest magnitude.
double relativeError(std::span<const float> actual, std::span<const float> wanted) {
    double difference = 0;
    double magnitude = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        difference = std::max(difference, double(std::abs(actual[i] - wanted[i])));
        magnitude = std::max(magnitude, double(std::abs(wanted[i])));
    }
    return actual.size() == wanted.size() ? difference / magnitude : 1e9;
}

void compareWith(const Recorded& run, const LinearProbe& probe, const Matrix& features) {
    QVERIFY(relativeError(probe.weight.values(), run.weight.values()) < 1e-5);
    QVERIFY(relativeError(probe.bias, run.bias) < 1e-5);
    QVERIFY(relativeError(probeLogits(probe, features)->values(), run.logits.values()) < 1e-5);
    QCOMPARE(probe.history.size(), run.losses.size());
    for (std::size_t e = 0; e < probe.history.size(); ++e) {
        QVERIFY(std::abs(probe.history[e].loss - double(run.losses[e])) < 1e-5 * double(run.losses[e]));
        QVERIFY(std::abs(probe.history[e].trainAccuracy - double(run.accuracies[e])) < 1e-6);
    }
}

struct Cloud {
    Matrix features;
    Labels labels;
};

/// Classes around their own centres, easy to tell apart.
Cloud cloud(std::size_t rows, std::size_t width, std::size_t classes, unsigned seed = 1) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> centres(classes * width), values(rows * width);
    for (float& c : centres)
        c = 2 * normal(random);
    Cloud result;
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t label = i % classes;
        result.labels.push_back(std::int32_t(label));
        for (std::size_t d = 0; d < width; ++d)
            values[i * width + d] = centres[label * width + d] + normal(random);
    }
    result.features = Matrix::own(rows, width, std::move(values));
    return result;
}

ProbeOptions quick() {
    ProbeOptions options;
    options.epochs = 5;
    options.batchSize = 32;
    options.learningRate = 1e-2;
    return options;
}

QString messageOf(const Matrix& features, const Labels& labels, std::size_t classes, const ProbeOptions& options) {
    const auto result = trainProbe(features, labels, classes, options, {}, {});
    return result ? QString() : QString::fromStdString(result.error().message);
}

bool sameBits(const LinearProbe& a, const LinearProbe& b) {
    return std::equal(a.weight.values().begin(), a.weight.values().end(), b.weight.values().begin()) &&
           a.bias == b.bias;
}

}  // namespace

class TestLinearProbe : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsPyTorch_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"adam", "adamw", "sgd"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void equalsPyTorch() {
        QFETCH(QString, name);
        const Embeddings e = recordedEmbeddings();
        const Recorded run = recordedRun(name.toStdString(), e.features.rows());
        const auto probe = trainProbeFrom(run.start, e.features, e.labels, 7, run.options, {}, {});
        QVERIFY2(probe.has_value(), probe ? "" : probe.error().message.c_str());
        compareWith(run, *probe, e.features);
        QVERIFY(relativeError(probe->mean, floats(e.file, "mean")) < 1e-6);
        QVERIFY(relativeError(probe->std, floats(e.file, "std")) < 1e-6);
    }

    /// torch.manual_seed, nn.Linear, torch.randperm once an epoch: the same seed gives the same run.
    void theSeedMeansWhatItMeansInPyTorch() {
        const Embeddings e = recordedEmbeddings();
        const Recorded run = recordedRun("adam", e.features.rows());
        const auto given = trainProbeFrom(run.start, e.features, e.labels, 7, run.options, {}, {}).value();
        const auto drawn = trainProbe(e.features, e.labels, 7, run.options, {}, {}).value();
        QVERIFY(sameBits(given, drawn));
    }

    void sameSeedSameBits() {
        const Cloud c = cloud(300, 16, 5);
        ProbeOptions options = quick();
        options.threads = 1;
        const auto first = trainProbe(c.features, c.labels, 5, options, {}, {}).value();
        QVERIFY(sameBits(first, trainProbe(c.features, c.labels, 5, options, {}, {}).value()));
        options.seed = 43;
        QVERIFY(!sameBits(first, trainProbe(c.features, c.labels, 5, options, {}, {}).value()));
    }

    void learnsInBothPrecisions_data() {
        QTest::addColumn<bool>("half");
        QTest::newRow("fp32") << false;
        QTest::newRow("bf16") << true;
    }
    void learnsInBothPrecisions() {
        QFETCH(bool, half);
        const Cloud c = cloud(400, 20, 4);
        ProbeOptions options = quick();
        options.epochs = 15;
        options.precision = half ? model::Precision::Bf16 : model::Precision::Fp32;
        const auto probe = trainProbe(c.features, c.labels, 4, options, {}, {}).value();
        QVERIFY(probe.history.back().trainAccuracy > 0.97);
        QVERIFY(probe.history.back().loss < 0.3 * probe.history.front().loss);
        const Matrix logits = probeLogits(probe, c.features).value();
        std::size_t correct = 0;
        for (std::size_t i = 0; i < logits.rows(); ++i) {
            const auto row = logits.row(i);
            correct += std::max_element(row.begin(), row.end()) - row.begin() == c.labels[i];
        }
        QVERIFY(correct > 390);
    }

    void standardDeviationIsUnbiasedAndConstantColumnsAreCounted() {
        const Matrix m = Matrix::own(4, 3, {1, 5, 1000000, 2, 5, 1000001, 3, 5, 1000002, 6, 5, 1000003});
        const ColumnStats stats = columnStats(m).value();
        QCOMPARE(stats.mean, (std::vector<float>{3, 5, 1000001.5F}));
        QVERIFY(std::abs(stats.std[0] - std::sqrt(14.0 / 3)) < 1e-6);
        QCOMPARE(stats.std[1], 1.0F);
        QVERIFY(std::abs(stats.std[2] - std::sqrt(5.0 / 3)) < 1e-6);
        QCOMPARE(stats.constantColumns, std::size_t(1));
        QCOMPARE(columnStats(Matrix::own(1, 2, {3, 4}))->constantColumns, std::size_t(2));
    }

    void shotsAreDrawnPerClassWithoutReplacement() {
        Labels labels;
        for (int i = 0; i < 60; ++i)
            labels.push_back(i % 3);
        const auto rows = drawShots(labels, 3, 5, 1).value();
        QCOMPARE(rows.size(), std::size_t(15));
        QCOMPARE(std::set<std::size_t>(rows.begin(), rows.end()).size(), std::size_t(15));
        std::vector<int> counts(3);
        for (const std::size_t r : rows)
            ++counts[std::size_t(labels[r])];
        QCOMPARE(counts, (std::vector<int>{5, 5, 5}));
        QVERIFY(rows == drawShots(labels, 3, 5, 1).value());
        QVERIFY(rows != drawShots(labels, 3, 5, 2).value());
        labels[2] = labels[5] = 0;  // class 2 now has 18
        QVERIFY(drawShots(labels, 3, 18, 1).has_value());
        QVERIFY(drawShots(labels, 3, 19, 1).error().message.find("class 2") != std::string::npos);
    }

    void trainingWithShotsUsesTheStatisticsOfAllRows() {
        const Cloud c = cloud(120, 8, 3);
        ProbeOptions options = quick();
        options.shots = 4;
        const auto probe = trainProbe(c.features, c.labels, 3, options, {}, {}).value();
        QVERIFY(probe.mean == columnStats(c.features)->mean);
        options.shots = 41;
        QVERIFY(messageOf(c.features, c.labels, 3, options).contains(QLatin1String("class 0")));
    }

    void rawFeaturesOnDemand() {
        const Cloud c = cloud(90, 6, 3);
        ProbeOptions options = quick();
        options.standardise = false;
        const auto probe = trainProbe(c.features, c.labels, 3, options, {}, {}).value();
        QCOMPARE(probe.mean, std::vector<float>(6, 0.0F));
        QCOMPARE(probe.std, std::vector<float>(6, 1.0F));
        QVERIFY(!sameBits(probe, trainProbe(c.features, c.labels, 3, quick(), {}, {}).value()));
        const Matrix logits = probeLogits(probe, c.features).value();
        double wanted = probe.bias[1];
        for (std::size_t d = 0; d < 6; ++d)
            wanted += double(probe.weight.at(1, d)) * double(c.features.at(7, d));
        QVERIFY(std::abs(logits.at(7, 1) - wanted) < 1e-4);
    }

    void cancelStopsBetweenSteps() {
        const Cloud c = cloud(200, 8, 4);
        ProbeOptions options = quick();
        options.epochs = 100000;
        std::stop_source source;
        const auto result = trainProbe(c.features, c.labels, 4, options, source.get_token(), [&](const Progress& p) {
            QCOMPARE(p.total, std::uint64_t(100000));
            source.request_stop();
        });
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
    }

    void progressEndsWithTheLastEpoch() {
        const Cloud c = cloud(100, 8, 4);
        Progress last;
        const auto probe =
            trainProbe(c.features, c.labels, 4, quick(), {}, [&](const Progress& p) { last = p; }).value();
        QCOMPARE(last.done, std::uint64_t(5));
        QCOMPARE(last.values.size(), std::size_t(2));
        QCOMPARE(last.values[0].second, probe.history.back().loss);
        QCOMPARE(last.values[1].second, probe.history.back().trainAccuracy);
        QVERIFY(probe.history.back().learningRate > 0);
    }

    void badInputIsNamed() {
        const Cloud c = cloud(40, 4, 3);
        const ProbeOptions good = quick();
        const auto says = [&](const QString& message, const char* words) {
            QVERIFY2(message.contains(QLatin1String(words)), qPrintable(message));
        };
        Labels labels = c.labels;
        labels[7] = 3;
        says(messageOf(c.features, labels, 3, good), "label 3 of row 7");
        labels[7] = -1;
        says(messageOf(c.features, labels, 3, good), "label -1 of row 7");
        says(messageOf(c.features, c.labels, 0, good), "no classes");
        says(messageOf(c.features, {0, 1}, 3, good), "2 labels for 40 rows");
        says(messageOf(Matrix(), {}, 3, good), "no features");
        std::vector<float> values(c.features.values().begin(), c.features.values().end());
        values[4 * 11 + 2] = std::numeric_limits<float>::quiet_NaN();
        says(messageOf(Matrix::own(40, 4, values), c.labels, 3, good),
             "feature row 11 of 40 (from 0), column 2, is NaN");
        values[4 * 11 + 2] = std::numeric_limits<float>::infinity();
        says(messageOf(Matrix::own(40, 4, values), c.labels, 3, good), "row 11");
        const auto with = [&](auto change) {
            ProbeOptions options = good;
            change(options);
            return messageOf(c.features, c.labels, 3, options);
        };
        says(with([](auto& o) { o.epochs = 0; }), "epochs");
        says(with([](auto& o) { o.batchSize = -1; }), "batch size");
        says(with([](auto& o) { o.learningRate = std::nan(""); }), "learning rate");
        says(with([](auto& o) { o.weightDecay = -1; }), "weight decay");
        says(with([](auto& o) { o.warmupShare = 1; }), "warm-up");
        says(with([](auto& o) { o.threads = -2; }), "threads");
        says(with([](auto& o) { o.precision = model::Precision::Fp16; }), "fp16");
        says(with([](auto& o) {
                 o.learningRate = 1e38;
                 o.optimizer = Optimizer::Sgd;
             }),
             "lower the learning rate");
        ProbeStart start{Matrix::own(3, 4, std::vector<float>(12)), std::vector<float>(3), {}};
        start.orders.assign(5, std::vector<std::int64_t>(40, 0));
        const auto twice = trainProbeFrom(start, c.features, c.labels, 3, good, {}, {});
        QVERIFY(twice.error().message.find("no permutation") != std::string::npos);
    }

    void savedProbeComesBack() {
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("probe.safetensors")).toStdString();
        const Cloud c = cloud(90, 6, 3);
        ProbeOptions options = quick();
        options.optimizer = Optimizer::AdamW;
        options.seed = 18446744073709551615ULL;
        const auto probe = trainProbe(c.features, c.labels, 3, options, {}, {}).value();
        QVERIFY(saveProbe(probe, file).has_value());
        const auto back = loadProbe(file).value();
        QVERIFY(sameBits(probe, back));
        QVERIFY(probe.mean == back.mean && probe.std == back.std);
        QCOMPARE(back.history.size(), probe.history.size());
        QCOMPARE(back.history.back().loss, probe.history.back().loss);
        QCOMPARE(back.options.seed, options.seed);
        QCOMPARE(back.options.optimizer, Optimizer::AdamW);
        const auto a = probeLogits(probe, c.features).value();
        const auto b = probeLogits(back, c.features).value();
        QVERIFY(std::equal(a.values().begin(), a.values().end(), b.values().begin()));
        QVERIFY(!probeLogits(back, Matrix::own(1, 5, std::vector<float>(5))).has_value());
    }

    void badProbeFilesAreNamed() {
        const QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath(QStringLiteral("bad.safetensors")).toStdString();
        QVERIFY(!loadProbe(file).has_value());
        const std::vector<float> four(4, 1.0F);
        const Matrix weight = Matrix::own(2, 4, std::vector<float>(8, 0.5F));
        const auto written = [&](std::initializer_list<io::TensorToWrite> tensors,
                                 const std::map<std::string, std::string>& metadata = {}) {
            const std::vector<io::TensorToWrite> list(tensors);
            return io::writeSafetensors(file, list, metadata).has_value();
        };
        const auto bias = io::tensorOf("bias", std::span(four).first(2));
        const auto mean = io::tensorOf("mean", std::span(four));
        const auto std = io::tensorOf("std", std::span(four));
        QVERIFY(written({io::tensorOf("weight", weight), bias, mean}));
        QVERIFY(loadProbe(file).error().message.find("'std'") != std::string::npos);
        QVERIFY(written({io::tensorOf("weight", weight), io::tensorOf("bias", std::span(four)), mean, std}));
        QVERIFY(loadProbe(file).error().message.find("'bias' is not 2") != std::string::npos);
        QVERIFY(written({io::tensorOf("weight", weight), bias, mean, std}, {{"probe", "{\"history\": 3"}}));
        QVERIFY(loadProbe(file).error().message.find("metadata") != std::string::npos);
        QVERIFY(written({io::tensorOf("weight", weight), bias, mean, std}));
        QVERIFY(loadProbe(file).has_value());
    }
};

QTEST_APPLESS_MAIN(TestLinearProbe)
#include "tst_linear_probe.moc"
