// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment/prompt_lab.h"
#include "core/experiment/scoring.h"

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <random>

#include "core/base/files.h"
#include "core/ood/metrics.h"
#include "core/probe/pseudo_labels.h"
#include "support/fake_model.h"

using namespace oodscope;
using namespace oodscope::experiment;

namespace {

constexpr std::size_t kWidth = 6;
constexpr std::size_t kClasses = 4;
const std::vector<std::string> kNames{"cat", "dog", "owl", "bee"};

/// Each text gets its own direction, drawn from its tokens; counts what it is asked for.
class DrawnTextEncoder : public model::TextEncoder {
public:
    explicit DrawnTextEncoder(std::shared_ptr<int> encoded) : m_encoded(std::move(encoded)) {}
    Result<Matrix> encode(const std::vector<std::vector<std::int32_t>>& tokens) override {
        std::vector<float> values;
        for (const auto& ids : tokens) {
            std::seed_seq seed(ids.begin(), ids.end());
            std::mt19937 random(seed);
            std::normal_distribution<float> normal;
            for (std::size_t d = 0; d < kWidth; ++d)
                values.push_back(normal(random));
        }
        *m_encoded += static_cast<int>(tokens.size());
        return Matrix::own(tokens.size(), kWidth, std::move(values));
    }

private:
    std::shared_ptr<int> m_encoded;
};

class TextModel : public test::FakeModel {
public:
    TextModel() {
        mutableInfo().hasTextTower = true;
        mutableInfo().contextLength = 16;
    }
    Result<text::Tokenizer> tokenizer() const override {
        return text::Tokenizer::fromMergesList(OODSCOPE_TEST_DATA "/tokenizer/small_merges.txt");
    }
    Result<std::unique_ptr<model::TextEncoder>> textEncoder(model::Device, model::Precision) const override {
        return std::make_unique<DrawnTextEncoder>(encoded);
    }
    std::shared_ptr<int> encoded = std::make_shared<int>(0);
};

embed::EmbeddingSet images(const std::string& name, std::size_t count, unsigned seed, bool labelled) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> values(count * kWidth);
    for (float& v : values)
        v = normal(random);
    embed::EmbeddingSet set;
    set.datasetName = name;
    set.projected = Matrix::own(count, kWidth, std::move(values));
    set.embeddings = set.projected;
    for (std::size_t i = 0; i < count; ++i) {
        set.paths.push_back(name + std::to_string(i) + ".png");
        set.labels.push_back(labelled ? static_cast<std::int32_t>(i % kClasses) : -1);
    }
    if (labelled) set.classNames = kNames;
    return set;
}

PromptSide side(const std::string& name, std::vector<std::string> templates, std::vector<std::string> names = {}) {
    return {name, std::move(names), {name, std::move(templates)}};
}

}  // namespace

class TestPromptLab : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
        m_model = std::make_shared<TextModel>();
    }

    void textsAreEncodedOnce() {
        TextEmbeddings texts = TextEmbeddings::open(m_model, {}, m_folder).value();
        const Matrix first = texts.embed({"a cat", "a dog", "a cat"}, {}, {}).value();
        QCOMPARE(*m_model->encoded, 2);
        QVERIFY(std::ranges::equal(first.row(0), first.row(2)));
        const Matrix again = texts.embed({"a dog", "an owl"}, {}, {}).value();
        QCOMPARE(texts.encodedLast(), std::size_t(1));
        QVERIFY(std::ranges::equal(again.row(0), first.row(1)));
        TextEmbeddings reopened = TextEmbeddings::open(m_model, {}, m_folder).value();
        QVERIFY(std::ranges::equal(reopened.embed({"an owl"}, {}, {})->row(0), again.row(1)));
        QCOMPARE(*m_model->encoded, 3);
        m_model->setIdentity("other weights");
        TextEmbeddings other = TextEmbeddings::open(m_model, {}, m_folder).value();
        QVERIFY(other.embed({"an owl"}, {}, {}).has_value());
        QCOMPARE(*m_model->encoded, 4);
    }

    /// Many edits leave many files: they are joined, and nothing is lost. A damaged one costs only its own texts.
    void segmentsAreJoinedAndDamageIsPutUpWith() {
        TextEmbeddings texts = TextEmbeddings::open(m_model, {}, m_folder).value();
        std::vector<std::string> all;
        for (int i = 0; i < 40; ++i) {
            all.push_back("text " + std::to_string(i));
            QVERIFY(texts.embed({all.back()}, {}, {}).has_value());
        }
        const Matrix before = texts.embed(all, {}, {}).value();
        QVERIFY(TextEmbeddings::open(m_model, {}, m_folder).has_value());
        const auto files = segmentFiles();
        QCOMPARE(files.size(), std::size_t(1));
        TextEmbeddings joined = TextEmbeddings::open(m_model, {}, m_folder).value();
        const Matrix after = joined.embed(all, {}, {}).value();
        QCOMPARE(*m_model->encoded, 40);
        QVERIFY(std::ranges::equal(after.values(), before.values()));
        QVERIFY(writeFileAtomically(files.front(), "no tensors").has_value());
        TextEmbeddings damaged = TextEmbeddings::open(m_model, {}, m_folder).value();
        QVERIFY(std::ranges::equal(damaged.embed(all, {}, {})->values(), before.values()));
        QCOMPARE(*m_model->encoded, 80);
    }

    void labelsAndScoresEqualTheNaiveOnes() {
        PromptLab lab = makeLab();
        const auto labelled = lab.label(side("two", {"a {c}", "the {c}"}), {}, {}).value();
        QCOMPARE(labelled.textsEncoded, 2 * kClasses);
        TextEmbeddings texts = TextEmbeddings::open(m_model, {}, {}).value();
        const Matrix vectors =
            probe::classVectors(texts.embed(filledPrompts(kNames, {"", {"a {c}", "the {c}"}}), {}, {}).value(),
                                kClasses)
                .value();
        QCOMPARE(labelled.labels, probe::pseudoLabels(lab.data().projected, vectors).value());
        std::size_t right = 0;
        for (std::size_t i = 0; i < labelled.labels.size(); ++i)
            right += labelled.labels[i] == static_cast<std::int32_t>(i % kClasses);
        QCOMPARE(labelled.accuracy, double(right) / 200);
        const auto msp = [&](const embed::EmbeddingSet& set) {
            const Matrix cosines = probe::zeroShotLogits(set.projected, vectors).value();
            std::vector<double> scores;
            for (std::size_t i = 0; i < cosines.rows(); ++i) {
                double sum = 0, top = -2;
                for (const float z : cosines.row(i)) {
                    sum += std::exp(double(z));
                    top = std::max(top, double(z));
                }
                scores.push_back(std::exp(top) / sum);
            }
            return scores;
        };
        const auto metrics = ood::computeMetrics(msp(images("test", 60, 2, true)), msp(images("far", 50, 3, false)));
        QCOMPARE(labelled.aurocs.size(), std::size_t(1));
        QCOMPARE(labelled.aurocs[0].ood, std::string("far"));
        QVERIFY(std::abs(labelled.aurocs[0].auroc - metrics->auroc) < 1e-9);
        QVERIFY(std::abs(labelled.aurocs[0].fpr95 - metrics->fpr95) < 1e-9);
    }

    void anEditCostsWhatItChanges() {
        PromptLab lab = makeLab();
        QVERIFY(lab.label(side("a", {"a {c}"}), {}, {}).has_value());
        const auto renamed = lab.label(side("b", {"a {c}"}, {"cat", "hound", "owl", "bee"}), {}, {}).value();
        QCOMPARE(renamed.textsEncoded, std::size_t(1));
        const auto back = lab.label(side("a", {"a {c}"}), {}, {}).value();
        QCOMPARE(back.textsEncoded, std::size_t(0));
    }

    void comparisonCountsImageByImage() {
        const std::vector<std::int32_t> truth{0, 0, 1, 1, 2, -1};
        const std::vector<std::int32_t> a{0, 1, 1, 2, 0, 2};
        const std::vector<std::int32_t> b{0, 0, 2, 2, 2, 1};
        const PromptComparison c = comparePseudoLabels(a, b, truth, 3);
        QCOMPARE(c.images, std::size_t(6));
        QCOMPARE(c.agreeing, std::size_t(2));
        QCOMPARE(c.agreement(), 2.0 / 6);
        QCOMPARE(c.changed, (std::vector<std::size_t>{1, 2, 4, 5}));
        QCOMPARE(c.mended, std::size_t(2));
        QCOMPARE(c.broken, std::size_t(1));
        QCOMPARE(c.classes[0].images, std::size_t(2));
        QCOMPARE(c.classes[0].rightA, std::size_t(1));
        QCOMPARE(c.classes[0].rightB, std::size_t(2));
        QCOMPARE(c.classes[2].labelsA, std::size_t(2));
        QCOMPARE(c.classes[2].labelsB, std::size_t(3));
        QCOMPARE(c.moves.size(), std::size_t(4));
        QCOMPARE(labelConfusion(truth, a, 3, 3),
                 (std::vector<std::vector<std::size_t>>{{1, 1, 0}, {0, 1, 1}, {1, 0, 0}}));
        const PromptComparison same = comparePseudoLabels(a, a, {}, 3);
        QCOMPARE(same.agreement(), 1.0);
        QVERIFY(same.changed.empty() && same.moves.empty());
    }

    void reportSaysBoth() {
        PromptLab lab = makeLab();
        const auto a = lab.label(side("first", {"a {c}"}), {}, {}).value();
        const auto b = lab.label(side("second", {"the {c}"}), {}, {}).value();
        const PromptComparison comparison = lab.compare(a, b);
        const nlohmann::json json = promptComparisonJson(lab, a, b, comparison);
        QCOMPARE(json["images"].get<int>(), 200);
        QCOMPARE(json["changed"].size(), comparison.changed.size());
        QCOMPARE(json["agreement"].get<double>(), comparison.agreement());
        std::size_t counted = 0;
        for (const auto& cell : json["a"]["confusion"])
            counted += cell["images"].get<std::size_t>();
        QCOMPARE(counted, std::size_t(200));
        const std::string table = promptComparisonTable(a, b, comparison);
        QVERIFY(table.find("first") != std::string::npos && table.find("AUROC far") != std::string::npos);
    }

    void badSidesAreNamed() {
        PromptLab lab = makeLab();
        const auto says = [&](const PromptSide& bad, const char* words) {
            const auto result = lab.label(bad, {}, {});
            QVERIFY(!result);
            QVERIFY2(result.error().message.find(words) != std::string::npos, result.error().message.c_str());
        };
        says(side("few", {"a {c}"}, {"cat", "dog"}), "2 class names for 4 classes");
        says(side("none", {}), "empty");
        std::stop_source stop;
        stop.request_stop();
        const auto stopped = lab.label(side("a", {"a {c}"}), stop.get_token(), {});
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        embed::EmbeddingSet bare = images("bare", 5, 1, true);
        bare.projected = Matrix();
        const auto lost = PromptLab::make(TextEmbeddings::open(m_model, {}, {}).value(), bare, {}, {});
        QVERIFY(!lost);
        QVERIFY(lost.error().message.find("bare") != std::string::npos);
        m_model->mutableInfo().hasTextTower = false;
        QVERIFY(!TextEmbeddings::open(m_model, {}, {}).has_value());
    }

private:
    PromptLab makeLab() const {
        return PromptLab::make(TextEmbeddings::open(m_model, {}, m_folder).value(), images("train", 200, 1, true),
                               images("test", 60, 2, true), {images("far", 50, 3, false)})
            .value();
    }
    std::vector<fs::path> segmentFiles() const {
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(m_folder)) {
            if (entry.path().extension() == ".safetensors") files.push_back(entry.path());
        }
        return files;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    std::shared_ptr<TextModel> m_model;
};

QTEST_APPLESS_MAIN(TestPromptLab)
#include "tst_prompt_lab.moc"
