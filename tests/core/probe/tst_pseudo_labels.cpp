// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/probe/pseudo_labels.h"

#include <QtTest>
#include <cmath>
#include <limits>
#include <random>
#include <set>
#include <span>

#include "core/probe/label_updater.h"

using namespace oodscope;
using namespace oodscope::probe;

namespace {

Matrix drawn(unsigned seed, std::size_t rows, std::size_t cols) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(rows * cols);
    for (float& v : values)
        v = normal(random);
    return Matrix::own(rows, cols, std::move(values));
}

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += double(a[i]) * double(b[i]);
    return sum;
}

double cosine(std::span<const float> a, std::span<const float> unit) {
    return dot(a, unit) / std::sqrt(dot(a, a));
}

}  // namespace

class TestPseudoLabels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void classVectorsAreMeansOfUnitVectors() {
        const std::size_t classes = 5, prompts = 3, width = 20;
        const Matrix text = drawn(1, classes * prompts, width);
        const Matrix vectors = classVectors(text, classes).value();
        QCOMPARE(vectors.rows(), classes);
        for (std::size_t c = 0; c < classes; ++c) {
            std::vector<double> mean(width, 0.0);
            for (std::size_t k = 0; k < prompts; ++k) {
                const auto row = text.row(c * prompts + k);
                for (std::size_t d = 0; d < width; ++d)
                    mean[d] += row[d] / std::sqrt(dot(row, row)) / double(prompts);
            }
            double length = 0;
            for (const double m : mean)
                length += m * m;
            for (std::size_t d = 0; d < width; ++d) {
                QVERIFY(std::abs(vectors.at(c, d) - mean[d] / std::sqrt(length)) < 1e-7);
            }
        }
    }

    void cosinesAndLabelsEqualTheNaiveOnes() {
        const Matrix vectors = classVectors(drawn(2, 11, 24), 11).value();
        const Matrix images = drawn(3, 5000, 24);  // more than one block
        const Matrix logits = zeroShotLogits(images, vectors).value();
        const auto labels = pseudoLabels(images, vectors).value();
        QCOMPARE(labels.size(), images.rows());
        for (std::size_t i = 0; i < images.rows(); ++i) {
            std::size_t best = 0;
            for (std::size_t c = 0; c < vectors.rows(); ++c) {
                const double wanted = cosine(images.row(i), vectors.row(c));
                QVERIFY(std::abs(logits.at(i, c) - wanted) < 1e-6);
                if (wanted > cosine(images.row(i), vectors.row(best)) + 1e-6) best = c;
            }
            const double reached = cosine(images.row(i), vectors.row(std::size_t(labels[i])));
            QVERIFY(reached >= cosine(images.row(i), vectors.row(best)) - 1e-6);
        }
    }

    void theFirstClassWinsATie() {
        const Matrix twins = Matrix::own(3, 2, {0, 1, 1, 0, 1, 0});
        const auto labels = pseudoLabels(Matrix::own(2, 2, {3, 0, 0, 0.5F}), twins).value();
        QCOMPARE(labels, (std::vector<std::int32_t>{1, 0}));
    }

    /// Edit after edit, the updater says what a fresh comparison says.
    void updatedLabelsEqualFreshOnes() {
        const std::size_t classes = 30, width = 12;
        const Matrix images = drawn(5, 6000, width);
        LabelUpdater updater(images);
        Matrix vectors = classVectors(drawn(6, classes, width), classes).value();
        QCOMPARE(updater.update(vectors).value(), pseudoLabels(images, vectors).value());
        QCOMPARE(updater.columnsDone(), classes);
        std::mt19937 random(7);
        for (unsigned edit = 0; edit < 12; ++edit) {
            const Matrix other = classVectors(drawn(100 + edit, classes, width), classes).value();
            std::vector<float> values(vectors.values().begin(), vectors.values().end());
            const std::size_t changed = 1 + edit % 4;
            std::set<std::size_t> which;
            while (which.size() < changed)
                which.insert(random() % classes);
            for (const std::size_t c : which)
                std::ranges::copy(other.row(c), values.begin() + std::ptrdiff_t(c * width));
            vectors = Matrix::own(classes, width, std::move(values));
            QCOMPARE(updater.update(vectors).value(), pseudoLabels(images, vectors).value());
            QCOMPARE(updater.columnsDone(), changed);
            QVERIFY(updater.rowsDone() < images.rows());
        }
        const auto same = updater.update(vectors).value();
        QCOMPARE(updater.columnsDone(), std::size_t(0));
        QCOMPARE(same, pseudoLabels(images, vectors).value());
        const Matrix fewer = classVectors(drawn(8, 5, width), 5).value();
        QCOMPARE(updater.update(fewer).value(), pseudoLabels(images, fewer).value());
    }

    /// The first class wins a tie there too, and a failed update changes nothing.
    void updaterKeepsTheRules() {
        LabelUpdater updater(Matrix::own(2, 2, {1, 0, 0, 1}));
        QCOMPARE(updater.update(Matrix::own(4, 2, {0, 1, 1, 0, -1, 0, -1, 0})).value(),
                 (std::vector<std::int32_t>{1, 0}));
        QCOMPARE(updater.update(Matrix::own(4, 2, {1, 0, 1, 0, -1, 0, -1, 0})).value(),
                 (std::vector<std::int32_t>{0, 0}));
        QVERIFY(!updater.update(Matrix::own(4, 3, std::vector<float>(12, 1))).has_value());
        QCOMPARE(updater.update(Matrix::own(4, 2, {1, 0, 1, 0, 0, 1, -1, 0})).value(),
                 (std::vector<std::int32_t>{0, 2}));
    }

    void badRowsAreNamed() {
        const Matrix vectors = Matrix::own(2, 2, {1, 0, 0, 1});
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const auto message = [&](Matrix images, const Matrix& classes) {
            const auto result = pseudoLabels(images, classes);
            return result ? QString() : QString::fromStdString(result.error().message);
        };
        QVERIFY(message(Matrix::own(3, 2, {1, 0, 0, 0, 0, 0}), vectors).contains(QLatin1String("embedding 1 of 3")));
        QVERIFY(message(Matrix::own(2, 2, {1, 0, 0, nan}), vectors).contains(QLatin1String("embedding 1 of 2")));
        QVERIFY(message(Matrix::own(1, 3, {1, 0, 0}), vectors).contains(QLatin1String("3 wide and class vectors 2")));
        QVERIFY(
            message(Matrix::own(1, 2, {1, 0}), Matrix::own(1, 2, {nan, 0})).contains(QLatin1String("class vector 0")));
        QVERIFY(message(Matrix(), vectors).contains(QLatin1String("no embeddings")));
        QVERIFY(!classVectors(Matrix::own(3, 1, {1, 1, 1}), 2).has_value());
        QVERIFY(!classVectors(Matrix::own(2, 1, {1, -1}), 1).has_value());
        QVERIFY(!classVectors(Matrix::own(2, 1, {1, 0}), 1).has_value());
        QVERIFY(!classVectors(Matrix(), 0).has_value());
    }
};

QTEST_APPLESS_MAIN(TestPseudoLabels)
#include "tst_pseudo_labels.moc"
