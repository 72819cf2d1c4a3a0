// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ood/metrics.h"

#include <QtTest>
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "core/ood/score_counts.h"

using namespace oodscope;
using namespace oodscope::ood;
using nlohmann::json;

namespace {

constexpr double kTolerance = 1e-12;
using Scores = std::vector<double>;

json loadVectors() {
    std::ifstream file(OODSCOPE_TEST_DATA "/metrics/vectors.json");
    return json::parse(file, nullptr, /*allow_exceptions=*/false);
}

/// As hashed() of make_metrics_vectors.py.
Scores hashed(std::uint64_t n, std::uint64_t multiplier, std::uint64_t modulus, double shift) {
    Scores scores(n);
    for (std::uint64_t i = 0; i < n; ++i) {
        scores[i] = double(i * multiplier % (std::uint64_t{1} << 32) % modulus) / double(modulus) + shift;
    }
    return scores;
}

void compareWith(const json& expected, const Scores& id, const Scores& ood) {
    for (const auto& [convention, reading] : expected["fpr95"].items()) {
        const auto metrics = computeMetrics(id, ood, parseConvention(convention).value());
        QVERIFY(metrics.has_value());
        const auto near = [&](double actual, double wanted, const char* what) {
            QVERIFY2(std::abs(actual - wanted) <= kTolerance,
                     qPrintable(QString::fromLatin1("%1, %2: %3 instead of %4")
                                    .arg(QString::fromStdString(convention), QString::fromLatin1(what))
                                    .arg(actual, 0, 'g', 17)
                                    .arg(wanted, 0, 'g', 17)));
        };
        near(metrics->auroc, expected["auroc"], "AUROC");
        near(metrics->fpr95, reading[0], "FPR95");
        near(metrics->realisedTpr, reading[1], "TPR");
        near(metrics->detectionError, expected["detection_error"], "detection error");
        near(metrics->auprIn, expected["aupr_in"], "AUPR in");
        near(metrics->auprOut, expected["aupr_out"], "AUPR out");
        near(metrics->averagePrecisionIn, expected["ap_in"], "AP in");
        near(metrics->averagePrecisionOut, expected["ap_out"], "AP out");
        QCOMPARE(metrics->ties, expected["ties"].get<std::size_t>());
        QCOMPARE(metrics->idCount, id.size());
        QCOMPARE(metrics->oodCount, ood.size());
        for (const json& at : expected["fpr_at"]) {
            const double level = at[0];
            const auto readings = fprAtTpr(id, ood, parseConvention(convention).value(), std::array{level});
            QVERIFY(readings.has_value());
            const std::string what = "at TPR " + std::to_string(level);
            near(readings->front().fpr, at[1][convention][0], what.c_str());
            near(readings->front().tpr, at[1][convention][1], what.c_str());
        }
    }
}

/// Every pair, ties one half.
double naiveAuroc(const Scores& id, const Scores& ood) {
    double sum = 0;
    for (const double a : id) {
        for (const double b : ood)
            sum += a > b ? 1.0 : a == b ? 0.5 : 0.0;
    }
    return sum / (double(id.size()) * double(ood.size()));
}

Scores drawn(std::mt19937& random, std::size_t n, int distinct) {
    Scores scores(n);
    for (double& s : scores)
        s = double(int(random() % unsigned(distinct)) - distinct / 2) / 7.0;
    return scores;
}

}  // namespace

class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void equalsScikitLearn_data() {
        QTest::addColumn<int>("index");
        const json vectors = loadVectors();
        QVERIFY2(vectors.contains("cases") && vectors["cases"].size() >= 20, "tests/data/metrics/vectors.json");
        for (std::size_t i = 0; i < vectors["cases"].size(); ++i) {
            QTest::newRow(vectors["cases"][i]["name"].get<std::string>().c_str()) << int(i);
        }
    }
    void equalsScikitLearn() {
        QFETCH(int, index);
        const json one = loadVectors()["cases"][std::size_t(index)];
        compareWith(one, one["id"].get<Scores>(), one["ood"].get<Scores>());
    }

    void equalsScikitLearnOnManyScores() {
        const json vectors = loadVectors();
        QCOMPARE(vectors["hashed"].size(), std::size_t(3));
        for (const json& one : vectors["hashed"]) {
            const std::uint64_t modulus = one["modulus"];
            compareWith(one, hashed(one["n_id"], 2654435761U, modulus, 0.125),
                        hashed(one["n_ood"], 2246822519U, modulus, 0.0));
        }
    }

    void sortsLikeStdSort() {
        std::mt19937_64 random(7);
        Scores scores(20000);
        for (double& s : scores) {
            do {
                const std::uint64_t bits = random();
                std::memcpy(&s, &bits, sizeof s);
            } while (!std::isfinite(s));
        }
        scores[3] = -0.0;
        scores[4] = std::numeric_limits<double>::max();
        scores[5] = std::numeric_limits<double>::lowest();
        Scores wanted = scores;
        std::sort(wanted.begin(), wanted.end());
        QVERIFY(std::ranges::equal(sortedScores(scores, "ID").value(), wanted));
    }

    void sortsScoresThatDifferInTheirLastBitsOnly() {
        std::mt19937_64 random(8);
        Scores scores(20000);
        for (std::size_t i = 0; i < scores.size(); ++i)
            scores[i] = (i % 2 ? 1.0 : -3.0) * (1 + double(random() % 5000) * 0x1p-52);
        Scores wanted = scores;
        std::sort(wanted.begin(), wanted.end());
        QVERIFY(std::ranges::equal(sortedScores(scores, "ID").value(), wanted));
    }

    void aurocCountsEveryPair() {
        std::mt19937 random(11);
        for (const int distinct : {1, 2, 5, 40, 100000}) {
            for (const std::size_t n : {std::size_t(1), std::size_t(13), std::size_t(170)}) {
                const Scores id = drawn(random, n, distinct);
                const Scores ood = drawn(random, 3 * n + 1, distinct);
                QVERIFY(std::abs(computeMetrics(id, ood)->auroc - naiveAuroc(id, ood)) <= kTolerance);
                QVERIFY(std::abs(computeMetrics(ood, id)->auroc + naiveAuroc(id, ood) - 1) <= kTolerance);
            }
        }
    }

    void countsAgreeWithTheRocCurve() {
        std::mt19937 random(5);
        for (const int distinct : {1, 3, 30, 100000}) {
            const Scores id = drawn(random, 90, distinct);
            const Scores ood = drawn(random, 70, distinct);
            const RocCurve curve = rocCurve(id, ood).value();
            QCOMPARE(curve.tpr.size(), curve.threshold.size());
            QCOMPARE(curve.fpr.size(), curve.threshold.size());
            QVERIFY(std::isinf(curve.threshold.front()));
            for (std::size_t i = 0; i < curve.threshold.size(); ++i) {
                const ThresholdCounts counts = countsAt(id, ood, curve.threshold[i]);
                QCOMPARE(double(counts.trueAccepts) / 90.0, curve.tpr[i]);
                QCOMPARE(double(counts.falseAccepts) / 70.0, curve.fpr[i]);
                QCOMPARE(counts.trueAccepts + counts.falseRejects, id.size());
                QCOMPARE(counts.falseAccepts + counts.trueRejects, ood.size());
                if (i > 0) QVERIFY(curve.threshold[i] < curve.threshold[i - 1]);
            }
            QCOMPARE(curve.tpr.back(), 1.0);
            QCOMPARE(curve.fpr.back(), 1.0);
        }
    }

    void thresholdAcceptsAtLeast95Percent() {
        std::mt19937 random(9);
        for (const int distinct : {2, 25, 100000}) {
            const Scores id = drawn(random, 137, distinct);
            const Scores ood = drawn(random, 99, distinct);
            const double threshold = computeMetrics(id, ood)->threshold95;
            QVERIFY(double(countsAt(id, ood, threshold).trueAccepts) / 137.0 >= 0.95);
            const double higher = std::nextafter(threshold, std::numeric_limits<double>::infinity());
            QVERIFY(double(countsAt(id, ood, higher).trueAccepts) / 137.0 < 0.95);
            const auto vertex = computeMetrics(id, ood, FprConvention::Mcm).value();
            QCOMPARE(double(countsAt(id, ood, vertex.threshold95).falseAccepts) / 99.0, vertex.fpr95);
            QCOMPARE(double(countsAt(id, ood, vertex.threshold95).trueAccepts) / 137.0, vertex.realisedTpr);
        }
    }

    void badScoresAreNamed() {
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const double inf = std::numeric_limits<double>::infinity();
        const auto message = [](const Scores& id, const Scores& ood) {
            const auto result = computeMetrics(id, ood);
            return result ? QString() : QString::fromStdString(result.error().message);
        };
        QVERIFY(message({}, {1}).contains(QLatin1String("ID scores are empty")));
        QVERIFY(message({1}, {}).contains(QLatin1String("OOD scores are empty")));
        QVERIFY(message({1, nan, nan}, {1}).contains(QLatin1String("ID score 1 of 3 is NaN")));
        QVERIFY(message({1}, {0, 0, -inf}).contains(QLatin1String("OOD score 2 of 3 is infinite")));
        QVERIFY(!rocCurve(Scores{nan}, Scores{1.0}).has_value());
        QCOMPARE(computeMetrics(Scores{}, Scores{1.0}).error().code, ErrorCode::InvalidArgument);
    }

    void levelsOutsideTheCurveAreErrors() {
        const Scores scores{1, 2};
        for (const double level : {0.0, -0.1, 1.01, std::nan("")}) {
            const auto readings = fprAtTpr(scores, scores, FprConvention::Plp, std::array{0.5, level});
            QVERIFY(!readings.has_value());
            QVERIFY(readings.error().message.find("outside (0, 1]") != std::string::npos);
        }
        QCOMPARE(fprAtTpr(scores, scores, FprConvention::Plp, {})->size(), std::size_t{0});
        QVERIFY(!fprAtTpr(scores, {}, FprConvention::Plp, std::array{0.5}).has_value());
    }

    void conventionNames() {
        for (const auto convention : {FprConvention::Plp, FprConvention::Mcm, FprConvention::Ninco,
                                      FprConvention::OpenOod, FprConvention::TorchUncertainty}) {
            QCOMPARE(parseConvention(conventionName(convention)).value(), convention);
        }
        const auto unknown = parseConvention("mine");
        QVERIFY(!unknown.has_value());
        QVERIFY(unknown.error().message.find("torch_uncertainty") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
