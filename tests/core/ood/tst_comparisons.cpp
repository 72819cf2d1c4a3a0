// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <stop_token>

#include "core/ood/auroc_interval.h"
#include "core/ood/bootstrap.h"
#include "core/ood/class_metrics.h"
#include "core/ood/paired_delong.h"

using namespace oodscope;
using namespace oodscope::ood;
using nlohmann::json;

namespace {

using Scores = std::vector<double>;
using Labels = std::vector<std::int32_t>;

json loadComparisons() {
    std::ifstream file(OODSCOPE_TEST_DATA "/metrics/vectors.json");
    return json::parse(file, nullptr, /*allow_exceptions=*/false)["comparisons"];
}

bool near(double actual, const json& wanted) {
    return std::abs(actual - wanted.get<double>()) <= 1e-12;
}

template <class T>
QString messageOf(const Result<T>& result) {
    return result ? QString() : QString::fromStdString(result.error().message);
}

}  // namespace

/// Intervals, tests and protocols beside their definitions in numpy and scikit-learn (make_metrics_vectors.py).
class TestComparisons : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_comparisons = loadComparisons();
        QCOMPARE(m_comparisons.size(), std::size_t{2});
    }

    void pairedTestEqualsTheDefinition() {
        for (const json& one : m_comparisons) {
            const auto aId = one["a"]["id"].get<Scores>(), aOod = one["a"]["ood"].get<Scores>();
            const auto bId = one["b"]["id"].get<Scores>(), bOod = one["b"]["ood"].get<Scores>();
            const auto test = pairedDelong({aId, aOod}, {bId, bOod});
            QVERIFY2(test.has_value(), qPrintable(messageOf(test)));
            const json& wanted = one["paired"];
            QVERIFY(near(test->difference, wanted["difference"]));
            QVERIFY(near(test->standardError, wanted["standard_error"]));
            QVERIFY(near(test->low, wanted["low"]) && near(test->high, wanted["high"]));
            QVERIFY(near(test->z, wanted["z"]));
            QVERIFY(near(test->p, wanted["p"]));
            QVERIFY(near(test->correlation, wanted["correlation"]));
            QVERIFY(near(aurocInterval(aId, aOod)->standardError, one["standard_error"]));
            const auto turned = pairedDelong({bId, bOod}, {aId, aOod});
            QCOMPARE(turned->z, -test->z);
            QCOMPARE(turned->p, test->p);
        }
    }

    void detectorsWithoutVariance() {
        const Scores high{3, 4, 5}, low{0, 1}, same{1, 1, 1}, sameOod{1, 1};
        const auto equal = pairedDelong({high, low}, {high, low});
        QCOMPARE(equal->difference, 0.0);
        QCOMPARE(equal->z, 0.0);
        QCOMPARE(equal->p, 1.0);
        QVERIFY(std::isnan(equal->correlation));
        const auto apart = pairedDelong({high, low}, {same, sameOod});
        QCOMPARE(apart->difference, 0.5);
        QVERIFY(std::isnan(apart->z) && std::isnan(apart->p));
    }

    void unequalSetsAreNamed() {
        const Scores two{1, 2}, three{1, 2, 3}, bad{1, std::nan("")};
        QVERIFY(messageOf(pairedDelong({two, two}, {three, two})).contains(u"same ID images: A has 2 scores, B has 3"));
        QVERIFY(messageOf(pairedDelong({two, three}, {two, two})).contains(u"OOD images: A has 3 scores, B has 2"));
        QVERIFY(messageOf(pairedDelong({two, two}, {two, bad})).contains(u"B's OOD score 1 of 2 is NaN"));
        QVERIFY(messageOf(pairedDelong({{}, two}, {{}, two})).contains(u"A's ID scores are empty"));
    }

    void bootstrapEqualsScikitLearnOnEachResample() {
        for (const json& one : m_comparisons) {
            const auto id = one["a"]["id"].get<Scores>(), ood = one["a"]["ood"].get<Scores>();
            const json& wanted = one["bootstrap"];
            for (const auto& [convention, fprs] : wanted["fprs"].items()) {
                BootstrapOptions options;
                options.seed = wanted["seed"];
                options.resamples = static_cast<int>(fprs.size());
                options.convention = parseConvention(convention).value();
                const auto result = bootstrap(id, ood, options, {});
                QVERIFY2(result.has_value(), qPrintable(messageOf(result)));
                for (std::size_t r = 0; r < fprs.size(); ++r) {
                    QVERIFY(near(result->aurocs[r], wanted["aurocs"][r]));
                    QVERIFY2(near(result->fprs[r], fprs[r]), convention.c_str());
                }
                QVERIFY(near(result->auroc.low, wanted["auroc"][0]) && near(result->auroc.high, wanted["auroc"][1]));
                const json& range = wanted["fpr"][convention];
                QVERIFY(near(result->fpr.low, range[0]) && near(result->fpr.high, range[1]));
            }
        }
    }

    void bootstrapDoesNotDependOnThreads() {
        std::mt19937 random(3);
        std::normal_distribution<double> normal;
        Scores id(3000), ood(2000);
        for (double& score : id)
            score = normal(random) + 1;
        for (double& score : ood)
            score = normal(random);
        BootstrapOptions options;
        options.resamples = 400;
        options.threads = 1;
        const auto one = bootstrap(id, ood, options, {});
        options.threads = 5;
        QCOMPARE(bootstrap(id, ood, options, {})->aurocs, one->aurocs);
        // On many independent scores it agrees with the normal interval to a tenth of its width.
        const auto delong = aurocInterval(id, ood);
        const double width = delong->high - delong->low;
        QVERIFY(std::abs(one->auroc.low - delong->low) < width / 10);
        QVERIFY(std::abs(one->auroc.high - delong->high) < width / 10);
        options.seed = 43;
        QVERIFY(bootstrap(id, ood, options, {})->aurocs != one->aurocs);
    }

    void bootstrapRefusesWhatItCannotDo() {
        const Scores scores{1, 2, 3};
        BootstrapOptions options;
        options.resamples = 1;
        QVERIFY(messageOf(bootstrap(scores, scores, options, {})).contains(u"at least 2"));
        options.resamples = 1'000'000'000;
        const Scores many(20, 1.0);
        QVERIFY(messageOf(bootstrap(many, many, options, {})).contains(u"at most 500000000 resamples"));
        options.resamples = 10;
        options.tpr = 1.5;
        QVERIFY(messageOf(bootstrap(scores, scores, options, {})).contains(u"outside (0, 1]"));
        options.tpr = 0.9;
        QVERIFY(messageOf(bootstrap({}, scores, options, {})).contains(u"ID scores are empty"));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(bootstrap(scores, scores, options, stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    void classesEqualTheDefinition() {
        for (const json& one : m_comparisons) {
            const auto id = one["a"]["id"].get<Scores>(), ood = one["a"]["ood"].get<Scores>();
            const auto labels = one["labels"].get<Labels>();
            const json& wanted = one["by_class"];
            for (const auto& [convention, mean] : wanted["fpr95"].items()) {
                const auto breakdown = classBreakdown(id, ood, labels, 8, parseConvention(convention).value());
                QVERIFY2(breakdown.has_value(), qPrintable(messageOf(breakdown)));
                QCOMPARE(breakdown->classes.size(), wanted["classes"].size());
                std::size_t failed = 0;
                for (std::size_t c = 0; c < breakdown->classes.size(); ++c) {
                    const ClassMetrics& own = breakdown->classes[c];
                    const json& expected = wanted["classes"][c];
                    QCOMPARE(own.label, expected["label"].get<std::int32_t>());
                    QCOMPARE(own.count, expected["count"].get<std::size_t>());
                    QVERIFY(near(own.auroc, expected["auroc"]));
                    const double error = expected["standard_error"];
                    QVERIFY(near(own.aurocLow, std::max(0.0, own.auroc - kNormal95 * error)));
                    QVERIFY(near(own.aurocHigh, std::min(1.0, own.auroc + kNormal95 * error)));
                    QVERIFY(near(own.fpr95, expected["fpr95"][convention][0]));
                    QVERIFY(near(own.realisedTpr, expected["fpr95"][convention][1]));
                    QCOMPARE(own.failsUnitTest(), own.fpr95 > 0.1);
                    failed += own.fpr95 > 0.1 ? 1 : 0;
                }
                QVERIFY(near(breakdown->auroc, wanted["auroc"]));
                QVERIFY(near(breakdown->aurocLow, wanted["low"]));
                QVERIFY(near(breakdown->aurocHigh, wanted["high"]));
                QVERIFY(near(breakdown->fpr95, mean));
                QCOMPARE(breakdown->failed, failed);
                QCOMPARE(breakdown->unlabelled, std::size_t(std::ranges::count(labels, -1)));
            }
        }
    }

    void oneClassIsThePooledResult() {
        const json& one = m_comparisons[0];
        const auto id = one["a"]["id"].get<Scores>(), ood = one["a"]["ood"].get<Scores>();
        const auto breakdown = classBreakdown(id, ood, Labels(ood.size(), 0), 1, FprConvention::Plp);
        const auto pooled = aurocInterval(id, ood);
        QVERIFY(near(breakdown->auroc, pooled->auroc));
        QVERIFY(near(breakdown->aurocLow, pooled->low) && near(breakdown->aurocHigh, pooled->high));
        const auto none = classBreakdown(id, ood, Labels(ood.size(), -1), 1, FprConvention::Plp);
        QCOMPARE(none->classes.size(), std::size_t{0});
        QVERIFY(std::isnan(none->auroc));
        QCOMPARE(none->unlabelled, ood.size());
    }

    void badLabelsAreNamed() {
        const Scores id{1, 2}, ood{0, 1, 2};
        const auto message = [&](const Labels& labels) {
            return messageOf(classBreakdown(id, ood, labels, 2, FprConvention::Plp));
        };
        QVERIFY(message({0, 1}).contains(u"3 OOD scores, but classes for 2"));
        QVERIFY(message({0, 1, 2}).contains(u"OOD score 2 (index from 0) is of class 2, but there are 2 classes"));
        QVERIFY(message({0, -2, 1}).contains(u"OOD score 1 (index from 0) is of class -2"));
        const Scores bad{0, 1, std::nan("")};
        const Labels labels{1, 0, 0};
        QVERIFY(messageOf(classBreakdown(id, bad, labels, 2, FprConvention::Plp)).contains(u"OOD score 2 of 3 is NaN"));
        QVERIFY(messageOf(classBreakdown({}, ood, labels, 2, FprConvention::Plp)).contains(u"ID scores are empty"));
    }

private:
    json m_comparisons;
};

QTEST_APPLESS_MAIN(TestComparisons)
#include "tst_comparisons.moc"
