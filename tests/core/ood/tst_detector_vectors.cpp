// SPDX-License-Identifier: GPL-3.0-or-later
// The detectors beside recorded scores of pytorch-ood (tests/parity/make_detector_vectors.py).
#include <QtTest>
#include <fstream>
#include <nlohmann/json.hpp>

#include "support/detector_samples.h"

using namespace oodscope;
using namespace oodscope::ood;
using nlohmann::json;

namespace {

Matrix matrixOf(const json& rows) {
    std::vector<float> values;
    for (const json& row : rows) {
        for (const json& value : row)
            values.push_back(value.get<float>());
    }
    return Matrix::own(rows.size(), rows[0].size(), std::move(values));
}

}  // namespace

class TestDetectorVectors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        std::ifstream file(OODSCOPE_TEST_DATA "/detectors/vectors.json");
        m_vectors = json::parse(file, nullptr, /*allow_exceptions=*/false);
        QVERIFY2(m_vectors.contains("scores"), "tests/data/detectors/vectors.json");
        m_head.weight = matrixOf(m_vectors["weight"]);
        m_head.bias = m_vectors["bias"].get<std::vector<float>>();
        m_head.mean.assign(m_head.weight.cols(), 0);
        m_head.std.assign(m_head.weight.cols(), 1);
        m_labels = m_vectors["labels"].get<std::vector<std::int32_t>>();
        m_text.classVectors = m_head.weight;
        m_train = inputOf(m_vectors["train"]);
        m_train.labels = m_labels;
        m_test = inputOf(m_vectors["test"]);
        m_cosines = matrixOf(m_vectors["cosines"]);
    }

    void scoresEqualTheRecordedOnes_data() {
        QTest::addColumn<QString>("text");
        for (const auto& [key, scores] : m_vectors["scores"].items())
            QTest::addRow("%s", key.c_str()) << QString::fromStdString(key);
        QVERIFY(m_vectors["scores"].size() >= 15);
    }
    void scoresEqualTheRecordedOnes() {
        QFETCH(QString, text);
        const std::string key = text.toStdString();
        DetectorInput test = m_test;
        if (findDetector(key)->needs.text) test.logits = m_cosines;
        const auto scores = test::scoresOf(key, m_train, test);
        const json& wanted = m_vectors["scores"][key];
        QCOMPARE(scores.size(), wanted.size());
        for (std::size_t i = 0; i < scores.size(); ++i) {
            // Theirs are partly float32.
            QVERIFY2(
                test::close(scores[i], wanted[i].get<double>(), 1e-5),
                qPrintable(QStringLiteral("row %1: %2, theirs %3").arg(i).arg(scores[i]).arg(wanted[i].get<double>())));
        }
    }

private:
    DetectorInput inputOf(const json& rows) const {
        DetectorInput input;
        input.features = matrixOf(rows);
        input.logits = probe::probeLogits(m_head, input.features).value();
        input.head = &m_head;
        input.text = &m_text;
        return input;
    }

    json m_vectors;
    probe::LinearProbe m_head;
    TextSide m_text;
    std::vector<std::int32_t> m_labels;
    DetectorInput m_train;
    DetectorInput m_test;
    Matrix m_cosines;
};

QTEST_APPLESS_MAIN(TestDetectorVectors)
#include "tst_detector_vectors.moc"
