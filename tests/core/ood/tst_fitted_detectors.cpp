// SPDX-License-Identifier: GPL-3.0-or-later
// Detectors of logits, features and text beside double loops; those of a head are in tst_head_detectors.
#include <QtTest>
#include <algorithm>
#include <functional>
#include <numeric>

#include "core/ood/kmeans.h"
#include "support/detector_samples.h"

using namespace oodscope;
using namespace oodscope::ood;
using test::close;
using test::drawn;
using test::fitError;
using test::scoresOf;

namespace {

using Vec = std::vector<double>;
using Row = std::span<const float>;

Vec softmax(Row z, double factor = 1) {
    Vec p(z.size());
    for (std::size_t i = 0; i < z.size(); ++i)
        p[i] = std::exp(factor * z[i]);
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& value : p)
        value /= sum;
    return p;
}

double energy(Row z) {
    double sum = 0;
    for (const float v : z)
        sum += std::exp(double(v));
    return std::log(sum);
}

double cosine(Row a, Row b) {
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t d = 0; d < a.size(); ++d) {
        ab += double(a[d]) * b[d];
        aa += double(a[d]) * a[d];
        bb += double(b[d]) * b[d];
    }
    return ab / std::sqrt(aa * bb);
}

std::size_t argmax(Row z) {
    return std::size_t(std::ranges::max_element(z) - z.begin());
}

Matrix unit(const Matrix& m) {
    std::vector<float> values;
    for (std::size_t i = 0; i < m.rows(); ++i) {
        const double length = std::sqrt(std::inner_product(m.row(i).begin(), m.row(i).end(), m.row(i).begin(), 0.0));
        for (const float v : m.row(i))
            values.push_back(float(v / length));
    }
    return Matrix::own(m.rows(), m.cols(), std::move(values));
}

void compare(const Vec& scores, std::size_t rows, double relative, const std::function<double(std::size_t)>& wanted) {
    QCOMPARE(scores.size(), rows);
    for (std::size_t i = 0; i < rows; ++i) {
        const double expected = wanted(i);
        QVERIFY2(close(scores[i], expected, relative),
                 qPrintable(QStringLiteral("row %1: %2, wanted %3").arg(i).arg(scores[i]).arg(expected)));
    }
}

}  // namespace

class TestFittedDetectors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        for (std::size_t i = 0; i < kRows; ++i)
            m_labels.push_back(std::int32_t(i * 7 % 5 % 4));
        m_train.logits = drawn(1, kRows, 4, 2);
        m_train.features = drawn(2, kRows, 9, 1, 0.3F);
        m_train.labels = m_labels;
        m_test.logits = drawn(3, 50, 4, 2);
        m_test.features = drawn(4, 50, 9, 1, 0.3F);
    }

    void genEqualsTheNaiveOne() {
        const Matrix logits = drawn(5, 80, 12, 3);
        DetectorInput input;
        input.logits = logits;
        for (const std::size_t m : {std::size_t{1}, std::size_t{5}, std::size_t{12}, std::size_t{100}}) {
            compare(scoresOf("gen:gamma=0.3:m=" + std::to_string(m), {}, input), 80, 1e-9, [&](std::size_t i) {
                Vec p = softmax(logits.row(i));
                std::sort(p.rbegin(), p.rend());
                double sum = 0;
                for (std::size_t c = 0; c < std::min(m, p.size()); ++c)
                    sum -= std::pow(p[c], 0.3) * std::pow(1 - p[c], 0.3);
                return sum;
            });
        }
    }

    void maxNormsEqualTheNaiveOnes() {
        const auto& x = m_test.features;
        const auto norm = [&](std::size_t i, int power) {
            double sum = 0;
            for (const float v : x.row(i))
                sum += std::pow(std::abs(double(v)), power);
            return std::pow(sum, 1.0 / power);
        };
        const auto largest = [&](std::size_t i) { return double(*std::ranges::max_element(x.row(i))); };
        compare(scoresOf("max_norm", {}, m_test), 50, 1e-12,
                [&](std::size_t i) { return std::ranges::max(softmax(x.row(i))); });
        compare(scoresOf("max_norm:norm=l1", {}, m_test), 50, 1e-12,
                [&](std::size_t i) { return largest(i) / norm(i, 1); });
        compare(scoresOf("max_norm:norm=l2", {}, m_test), 50, 1e-12,
                [&](std::size_t i) { return largest(i) / norm(i, 2); });
    }

    void klMatchingEqualsTheNaiveOne() {
        // Class 3 is never predicted.
        std::vector<float> values(m_train.logits.values().begin(), m_train.logits.values().end());
        for (std::size_t i = 0; i < kRows; ++i)
            values[i * 4 + 3] = -5;
        DetectorInput train;
        train.logits = Matrix::own(kRows, 4, std::move(values));
        const auto detector = makeDetector("kl_matching").value();
        QVERIFY(detector->fit(train).has_value());
        QVERIFY(detector->note().find("1 classes are predicted for no train image") != std::string::npos);
        std::vector<Vec> typical(3, Vec(4, 0.0));
        Vec counts(3, 0.0);
        for (std::size_t i = 0; i < kRows; ++i) {
            const std::size_t c = argmax(train.logits.row(i));
            const Vec p = softmax(train.logits.row(i));
            ++counts[c];
            for (std::size_t k = 0; k < 4; ++k)
                typical[c][k] += p[k];
        }
        compare(detector->score(m_test).value(), 50, 1e-11, [&](std::size_t i) {
            const Vec p = softmax(m_test.logits.row(i));
            double best = std::numeric_limits<double>::infinity();
            for (std::size_t c = 0; c < 3; ++c) {
                double kl = 0;
                for (std::size_t k = 0; k < 4; ++k)
                    kl += p[k] * std::log(p[k] / (typical[c][k] / counts[c]));
                best = std::min(best, kl);
            }
            return -best;
        });
    }

    /// The same Gaussian in either space: what the logit detectors give (checked in tst_detectors) on features as
    /// logits.
    void featureSpaceLooksAtFeatures() {
        for (const std::string key : {"mahalanobis", "mahalanobis_relative"}) {
            DetectorInput train, test;
            train.logits = m_train.features;
            train.labels = m_labels;
            test.logits = m_test.features;
            QCOMPARE(scoresOf(key + "_features", m_train, m_test), scoresOf(key, train, test));
        }
    }

    void oneClusterIsTheGaussianOfAllUnitRows() {
        const std::vector<std::int32_t> one(kRows, 0);
        DetectorInput train, test;
        train.features = unit(m_train.features);
        train.labels = one;
        test.features = unit(m_test.features);
        const Vec wanted = scoresOf("mahalanobis_features", train, test);
        compare(scoresOf("kmeans_mahalanobis", m_train, m_test), 50, 1e-5, [&](std::size_t i) { return wanted[i]; });
    }

    /// Three far clouds are found whatever the seed, and each row lies nearest to the mean of its own cluster.
    void clustersAreFound() {
        std::vector<float> values;
        for (std::size_t i = 0; i < 300; ++i) {
            for (std::size_t d = 0; d < 5; ++d)
                values.push_back(0.05F * float((i * 31 + d * 17) % 13) + (d == i % 3 ? 5.0F : 0.0F));
        }
        const Matrix samples = Matrix::own(300, 5, std::move(values));
        for (const std::uint64_t seed : {1, 2, 3, 4}) {
            const auto labels = kmeansOfUnitRows(samples, 3, seed);
            for (std::size_t i = 0; i < 300; ++i)
                QCOMPARE(labels[i], labels[i % 3]);
            QVERIFY(labels[0] != labels[1] && labels[1] != labels[2] && labels[0] != labels[2]);
            QCOMPARE(labels, kmeansOfUnitRows(samples, 3, seed));
        }
        DetectorInput train;
        train.features = samples;
        const auto detector = makeDetector("kmeans_mahalanobis:clusters=3").value();
        QVERIFY(detector->fit(train).has_value());
        DetectorInput far;
        far.features = Matrix::own(2, 5, {5, 0.3F, 0.3F, 0.3F, 0.3F, -5, 1, 2, 3, -4});
        const Vec scores = detector->score(far).value();
        QVERIFY(scores[0] > scores[1]);
    }

    void knnScoresEqualTheNaiveOnes() {
        const auto cosines = [&](std::size_t i) {
            Vec all;
            for (std::size_t j = 0; j < kRows; ++j)
                all.push_back(cosine(m_test.features.row(i), m_train.features.row(j)));
            std::sort(all.rbegin(), all.rend());
            return all;
        };
        compare(scoresOf("knn:k=4:score=cosine", m_train, m_test), 50, 1e-12, [&](std::size_t i) {
            const Vec all = cosines(i);
            return (all[0] + all[1] + all[2] + all[3]) / 4;
        });
        compare(scoresOf("knn:k=4:score=distance", m_train, m_test), 50, 1e-12,
                [&](std::size_t i) { return -std::sqrt(2 - 2 * cosines(i)[3]); });
        compare(scoresOf("knn:temperature=0.5", m_train, m_test), 50, 1e-12,
                [&](std::size_t i) { return std::exp(cosines(i)[0] / 0.5); });
    }

    void nnguideEqualsTheNaiveOne() {
        compare(scoresOf("nnguide:k=3:share=1", m_train, m_test), 50, 1e-11, [&](std::size_t i) {
            Vec guides;
            for (std::size_t j = 0; j < kRows; ++j)
                guides.push_back(cosine(m_test.features.row(i), m_train.features.row(j)) *
                                 energy(m_train.logits.row(j)));
            std::sort(guides.rbegin(), guides.rend());
            return energy(m_test.logits.row(i)) * (guides[0] + guides[1] + guides[2]) / 3;
        });
        const auto small = makeDetector("nnguide").value();
        QVERIFY(small->fit(m_train).has_value());
        QVERIFY(small->note().find("only 10 of 120") != std::string::npos);
        QCOMPARE(small->score(m_test).value(), scoresOf("nnguide", m_train, m_test));
        QVERIFY(small->score(m_test).value() != scoresOf("nnguide:seed=1", m_train, m_test));
    }

    void sheEqualsTheNaiveOne() {
        const auto detector = makeDetector("she").value();
        QVERIFY(detector->fit(m_train).has_value());
        QVERIFY(detector->note().empty());
        compare(detector->score(m_test).value(), 50, 1e-12, [&](std::size_t i) {
            const std::size_t c = argmax(m_test.logits.row(i));
            Vec mean(9, 0.0);
            double count = 0;
            for (std::size_t j = 0; j < kRows; ++j) {
                if (argmax(m_train.logits.row(j)) != c || std::size_t(m_labels[j]) != c) continue;
                ++count;
                for (std::size_t d = 0; d < 9; ++d)
                    mean[d] += m_train.features.at(j, d);
            }
            double sum = 0;
            for (std::size_t d = 0; d < 9; ++d)
                sum += mean[d] / count * m_test.features.at(i, d);
            return sum;
        });
        // No image of class 0 is predicted rightly: the mean of all of class 0 stands in.
        DetectorInput train;
        train.logits = Matrix::own(4, 2, {0, 1, 0, 1, 0, 1, 0, 1});
        train.features = Matrix::own(4, 1, {1, 3, 10, 20});
        const std::vector<std::int32_t> labels{0, 0, 1, 1};
        train.labels = labels;
        DetectorInput test;
        test.logits = Matrix::own(2, 2, {1, 0, 0, 1});
        test.features = Matrix::own(2, 1, {1, 1});
        const auto poor = makeDetector("she").value();
        QVERIFY(poor->fit(train).has_value());
        QVERIFY(poor->note().find("1 classes") != std::string::npos);
        QCOMPARE(poor->score(test).value(), (Vec{2, 15}));
    }

    void textDetectorsEqualTheNaiveOnes() {
        TextSide text;
        text.classVectors = unit(drawn(21, 6, 8));
        text.negativeVectors = unit(drawn(22, 40, 8));
        text.logitScale = 50;
        DetectorInput input;
        input.projected = drawn(23, 30, 8);
        input.text = &text;
        std::vector<float> cosines;
        for (std::size_t i = 0; i < 30; ++i) {
            for (std::size_t c = 0; c < 6; ++c)
                cosines.push_back(float(cosine(input.projected.row(i), text.classVectors.row(c))));
        }
        input.logits = Matrix::own(30, 6, std::move(cosines));
        for (const auto& [key, factor] : {std::pair<std::string, double>{"mcm", 1},
                                          {"mcm:temperature=0.1", 10},
                                          {"mcm:scale=model", 50},
                                          {"mcm:scale=model:temperature=2", 25}}) {
            compare(scoresOf(key, {}, input), 30, 1e-12,
                    [&](std::size_t i) { return std::ranges::max(softmax(input.logits.row(i), factor)); });
        }
        // All words in one group, as given.
        const auto classes = [&](std::size_t i) {
            double sum = 0;
            for (const float v : input.logits.row(i))
                sum += std::exp(double(v) / 0.2);
            return sum;
        };
        const auto word = [&](std::size_t i, std::size_t w) {
            return std::exp(cosine(input.projected.row(i), text.negativeVectors.row(w)) / 0.2);
        };
        compare(scoresOf("neglabel:share=1:groups=1:temperature=0.2", input, input), 30, 1e-6, [&](std::size_t i) {
            double words = 0;
            for (std::size_t w = 0; w < 40; ++w)
                words += word(i, w);
            return classes(i) / (classes(i) + words);
        });
        // Mined: the 25 % whose 50th percentile of cosines to the classes is lowest, in three groups of three.
        std::vector<std::pair<double, std::size_t>> nearness;
        for (std::size_t w = 0; w < 40; ++w) {
            Vec all;
            for (std::size_t c = 0; c < 6; ++c)
                all.push_back(cosine(text.negativeVectors.row(w), text.classVectors.row(c)));
            std::sort(all.begin(), all.end());
            nearness.emplace_back((all[2] + all[3]) / 2, w);
        }
        std::sort(nearness.begin(), nearness.end());
        const std::string mined = "neglabel:share=0.25:percentile=50:groups=3:temperature=0.2";
        compare(scoresOf(mined, input, input), 30, 1e-6, [&](std::size_t i) {
            double score = 0;
            for (std::size_t g = 0; g < 3; ++g) {
                double words = 0;
                for (std::size_t n = g; n < 9; n += 3)
                    words += word(i, nearness[n].second);
                score += classes(i) / (classes(i) + words) / 3;
            }
            return score;
        });
        const auto detector = makeDetector(mined).value();
        QVERIFY(detector->fit(input).has_value());
        QCOMPARE(detector->note(), std::string("9 of 40 words in 3 groups"));
        text.negativeVectors = Matrix();
        QVERIFY(fitError("neglabel", input).find("no negative words") != std::string::npos);
        input.text = nullptr;
        QVERIFY(fitError("neglabel", input).find("text tower") != std::string::npos);
    }

    void aTrainSetSmallerThanKIsRefused() {
        QVERIFY(fitError("knn:k=121", m_train).find("k = 121 of 120 train features") != std::string::npos);
        QVERIFY(fitError("nnguide:k=121", m_train).find("k = 121 of 120") != std::string::npos);
        QVERIFY(fitError("kmeans_mahalanobis:clusters=121", m_train).find("121 clusters of 120") != std::string::npos);
        QVERIFY(fitError("knn:k=120", m_train).empty());
    }

    /// Every detector names its key, the row and the part that is wrong; none crashes on an empty input.
    void badInputIsNamed() {
        for (const DetectorInfo& info : detectors()) {
            const std::string key(info.key);
            const auto detector = makeDetector(info.key).value();
            if (info.needsFit) QVERIFY2(fitError(key, {}).starts_with(key + ": "), info.key.data());
            const auto scored = detector->score({});
            QVERIFY2(!scored && scored.error().message.starts_with(key + ": "), info.key.data());
        }
        const auto spoilt = [](const Matrix& m) {
            std::vector<float> values(m.values().begin(), m.values().end());
            values[3 * m.cols() + 1] = std::numeric_limits<float>::infinity();
            return Matrix::own(m.rows(), m.cols(), std::move(values));
        };
        DetectorInput bad = m_train;
        bad.features = spoilt(bad.features);
        for (const char* key : {"knn", "mahalanobis_features", "kmeans_mahalanobis", "she", "nnguide"}) {
            const std::string error = fitError(key, bad);
            QVERIFY2(error.find("row 3 of 120 (from 0) of the features holds NaN or infinity") != std::string::npos,
                     error.c_str());
        }
        bad = m_train;
        const std::vector<std::int32_t> short_(kRows - 1, 0);
        bad.labels = short_;
        QVERIFY(fitError("mahalanobis_features", bad).find("119 labels for 120 samples") != std::string::npos);
        std::vector<std::int32_t> unknown = m_labels;
        unknown[7] = -1;
        bad.labels = unknown;
        QVERIFY(fitError("she", bad).find("sample 7 has no label") != std::string::npos);
        unknown[7] = 4;
        QVERIFY(fitError("she", bad).find("label 4 of sample 7") != std::string::npos);
        const auto fitted = makeDetector("knn").value();
        QVERIFY(fitted->fit(m_train).has_value());
        DetectorInput narrow;
        narrow.features = drawn(1, 3, 8);
        QVERIFY(fitted->score(narrow).error().message.find("8 wide, those of the train set 9") != std::string::npos);
        // A failed fit leaves a detector that says so, not the old one.
        QVERIFY(!fitted->fit({}).has_value());
        QVERIFY(fitted->score(m_test).error().message.find("not fitted") != std::string::npos);
    }

private:
    static constexpr std::size_t kRows = 120;
    std::vector<std::int32_t> m_labels;
    DetectorInput m_train;
    DetectorInput m_test;
};

QTEST_APPLESS_MAIN(TestFittedDetectors)
#include "tst_fitted_detectors.moc"
