// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/knn.h"

#include <QtTest>
#include <cmath>

#include "core/io/safetensors.h"
#include "core/probe/pseudo_labels.h"

using namespace oodscope;
using namespace oodscope::experiment;

namespace {

std::vector<std::int32_t> labelsOf(const io::TensorFile& file, const char* name) {
    const auto values = io::integersFrom(file, name).value();
    return {values.begin(), values.end()};
}

template <class T>
std::vector<T> valuesOf(const io::TensorFile& file, const char* name) {
    const auto bytes = file.tensors.find(name)->second.bytes;
    std::vector<T> values(bytes.size() / sizeof(T));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

/// What PyTorch and scikit-learn computed, from tests/parity/make_knn_vectors.py.
struct Recorded {
    io::TensorFile file = io::openSafetensors(OODSCOPE_TEST_DATA "/knn/vectors.safetensors").value();
    embed::EmbeddingSet train = set("train");
    embed::EmbeddingSet test = set("test");

    embed::EmbeddingSet set(const std::string& name) const {
        embed::EmbeddingSet set;
        set.datasetName = name;
        set.embeddings = io::matrixFrom(file, name).value();
        set.labels = labelsOf(file, (name + "_labels").c_str());
        for (int c = 0; c < 9; ++c)
            set.classNames.push_back("class " + std::to_string(c));
        set.paths.resize(set.labels.size());
        return set;
    }
};

embed::EmbeddingSet points(std::vector<float> values, std::vector<std::int32_t> labels,
                           std::vector<std::string> names) {
    embed::EmbeddingSet set;
    set.datasetName = "points";
    set.embeddings = Matrix::own(labels.size(), 2, std::move(values));
    set.labels = std::move(labels);
    set.classNames = std::move(names);
    set.paths.resize(set.labels.size());
    return set;
}

}  // namespace

class TestKnn : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void accuracyEqualsPyTorchAndScikitLearn() {
        const Recorded r;
        const auto result = knnAccuracy(r.train, r.test, kKnnVoters, {}, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        const auto wanted = valuesOf<double>(r.file, "accuracy");
        QCOMPARE(result->top1, wanted[0]);
        QCOMPARE(result->top5, wanted[1]);
        QVERIFY(wanted[0] < 0.99 && wanted[0] > 0.5);  // a figure that could come out wrong
        QCOMPARE(result->predicted, labelsOf(r.file, "predicted"));
        QCOMPARE(result->counted, r.test.size());
    }

    void neighboursEqualPyTorchAndScikitLearn() {
        const Recorded r;
        const auto found = neighboursWithin(r.train.embeddings, kKnnNeighbours, {}, {}).value();
        const auto wanted = valuesOf<std::int16_t>(r.file, "neighbours");
        const auto cosines = valuesOf<float>(r.file, "cosines");
        QCOMPARE(found.indices.size(), wanted.size());
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            QCOMPARE(found.indices[i], std::int64_t(wanted[i]));
            QVERIFY(std::abs(found.values[i] - double(cosines[i])) < 1e-6);
        }
    }

    void pseudoLabelsEqualPyTorch() {
        const Recorded r;
        const Matrix texts = io::matrixFrom(r.file, "texts").value();
        QCOMPARE(probe::pseudoLabels(r.test.embeddings, texts).value(), labelsOf(r.file, "pseudo"));
    }

    /// A row that has twins is still no neighbour of itself.
    void twinsAreNeighboursButNotOneself() {
        const Matrix rows = Matrix::own(4, 2, {1, 0, 1, 0, 1, 0, 0, 1});
        const auto found = neighboursWithin(rows, 2, {}, {}).value();
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(found.indicesOf(i).size(), std::size_t{2});
            for (const std::int64_t other : found.indicesOf(i))
                QVERIFY(other != std::int64_t(i) && (i == 3 || other != 3));
        }
    }

    /// Test classes go by name, in whatever order; images of a class that training does not know are not counted.
    void classesAreMatchedByName() {
        const auto train = points({1, 0, 0, 1, -1, 0}, {0, 1, 2}, {"east", "north", "west"});
        const auto test = points({2, 0.1F, 0.1F, 3, 0, -1}, {1, 0, 2}, {"north", "east", "south"});
        const auto result = knnAccuracy(train, test, 1, {}, {}).value();
        QCOMPARE(result.counted, std::size_t{2});
        QCOMPARE(result.top1, 1.0);
        QCOMPARE(result.predicted[0], 0);
        // With one voter every other class is without a vote: it is not among the first five.
        const auto wrong = points({1, 0}, {0}, {"north"});
        QCOMPARE(knnAccuracy(train, wrong, 1, {}, {})->top5, 0.0);
        QCOMPARE(knnAccuracy(train, wrong, 3, {}, {})->top5, 1.0);
    }

    void badInputIsNamed() {
        const auto train = points({1, 0, 0, 1}, {0, 1}, {"a", "b"});
        const auto says = [](const auto& result, const char* words) {
            QVERIFY(!result);
            QVERIFY2(result.error().message.find(words) != std::string::npos, result.error().message.c_str());
        };
        says(knnAccuracy(train, train, 3, {}, {}), "k = 3");
        says(knnAccuracy(train, train, 0, {}, {}), "k = 0");
        says(knnAccuracy(train, points({1, 0}, {0}, {"z"}), 1, {}, {}), "none of its classes");
        auto bare = train;
        bare.labels.assign(2, -1);
        bare.classNames.clear();
        says(knnAccuracy(bare, train, 1, {}, {}), "no class labels to vote");
        says(knnAccuracy(train, bare, 1, {}, {}), "no class labels to compare");
        auto wide = train;
        wide.embeddings = Matrix::own(2, 3, std::vector<float>(6, 1));
        says(knnAccuracy(train, wide, 1, {}, {}), "different models");
        says(neighboursWithin(train.embeddings, 2, {}, {}), "k = 2 neighbours of 2 rows");
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(knnAccuracy(train, train, 1, stop.get_token(), {}).error().code, ErrorCode::Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestKnn)
#include "tst_knn.moc"
