// SPDX-License-Identifier: GPL-3.0-or-later
// Embeddings as the paper's gen_embeds.py keeps them, before the projection and without class names, with a CLIP model
// beside them: pseudo labels and zero-shot scores are those of the images.
#include <QTemporaryDir>
#include <QtTest>

#include "core/experiment/export_embeddings.h"
#include "core/experiment/prompt_lab.h"
#include "core/experiment/run.h"
#include "core/experiment/sources.h"
#include "core/io/npy.h"
#include "core/model/projection.h"
#include "support/fake_model.h"
#include "support/tiny_world.h"

using namespace oodscope;
using namespace oodscope::experiment;
namespace fs = std::filesystem;

class TestRawEmbeddings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        m_root = m_dir.path().toStdString();
        qputenv("XDG_CACHE_HOME", (m_dir.path() + QStringLiteral("/cache")).toUtf8());
        testing::makeTinyModel(m_root / "model", OODSCOPE_TEST_DATA);
        testing::drawClasses(m_root / "train", m_names, 12, 1);
        testing::drawClasses(m_root / "test", m_names, 8, 2);
        testing::drawClasses(m_root / "ood", {"x", "y"}, 9, 3);
        m_workspace = workspace::Workspace::open(m_root / "workspace").value();
        m_images = runEvaluation(*m_workspace, options("train", "test", "ood"), {}, {}).value();
        const auto model = model::openModel((m_root / "model").string()).value();
        const auto set = [&](const char* name) {
            return loadEmbeddings(*m_workspace, model.get(), m_root / name, {}, {}, {}).value();
        };
        ReferenceExport how{m_root / "embeddings", "ID", "arch", false, false};
        QVERIFY(exportReferenceEmbeddings(set("train"), set("test"), how, {}, {}).has_value());
        how.dataset = "OOD";
        QVERIFY(exportReferenceEmbeddings({}, set("ood"), how, {}, {}).has_value());
    }

    void pseudoLabelsAreThoseOfTheImages() {
        RunOptions raw = options("embeddings/ID/arch", "embeddings/ID/arch", "embeddings/OOD/arch");
        raw.classNames = m_names;
        const auto result = runEvaluation(*m_workspace, raw, {}, {});
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        const Evaluation& evaluation = **result;
        QCOMPARE(evaluation.train.pseudoLabels, m_images->train.pseudoLabels);
        QCOMPARE(evaluation.zeroShotAccuracy, m_images->zeroShotAccuracy);
        QCOMPARE(evaluation.pseudoLabelAccuracy, m_images->pseudoLabelAccuracy);
        for (std::size_t i = 0; i < evaluation.results.size(); ++i)
            QVERIFY(std::abs(evaluation.results[i].metrics.auroc - m_images->results[i].metrics.auroc) < 1e-12);
        QCOMPARE(evaluation.results.back().detector, std::string("zero-shot/msp"));
        QCOMPARE(runEvaluation(*m_workspace, raw, {}, {}).value()->id, evaluation.id);
        QVERIFY(evaluation.provenance["id_train"]["embeddings"].contains("projected_by"));
    }

    void numbersAreNoNames() {
        RunOptions raw = options("embeddings/ID/arch", "embeddings/ID/arch", "embeddings/OOD/arch");
        const auto result = runEvaluation(*m_workspace, raw, {}, {});
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("--names") != std::string::npos, result.error().message.c_str());
        raw.labels = LabelSource::True;  // asks no text tower
        const auto supervised = runEvaluation(*m_workspace, raw, {}, {});
        QVERIFY2(supervised.has_value(), supervised ? "" : supervised.error().message.c_str());
        QCOMPARE((*supervised)->zeroShotAccuracy, -1.0);
    }

    void embeddingsOfAnotherWidthAreNamed() {
        QVERIFY(io::writeNpy(m_root / "narrow.npy", Matrix::own(4, 3, std::vector<float>(12, 1.0F))));
        RunOptions narrow = options("narrow.npy", "narrow.npy", "narrow.npy");
        narrow.classNames = m_names;
        const auto result = runEvaluation(*m_workspace, narrow, {}, {});
        QVERIFY(!result);
        QVERIFY2(result.error().message.find("3 wide") != std::string::npos &&
                     result.error().message.find("another model") != std::string::npos,
                 result.error().message.c_str());
    }

    void promptLabTakesThem() {
        LabSources sources;
        sources.model = (m_root / "model").string();
        sources.data = m_root / "embeddings/ID/arch";
        sources.ood = {m_root / "embeddings/OOD/arch"};
        auto lab = PromptLab::open(*m_workspace, sources, {}, {});
        QVERIFY2(lab.has_value(), lab ? "" : lab.error().message.c_str());
        PromptSide side;
        side.name = "reference5";
        side.prompts = text::referencePrompts();
        QVERIFY(!lab->label(side, {}, {}));  // "a photo of a 0."
        side.classNames = m_names;
        const auto labelled = lab->label(side, {}, {});
        QVERIFY2(labelled.has_value(), labelled ? "" : labelled.error().message.c_str());
        QCOMPARE(labelled->labels, m_images->train.pseudoLabels);
        QCOMPARE(labelled->accuracy, m_images->pseudoLabelAccuracy);
    }

    void modelsWithoutTextProjectNothing() {
        const test::FakeModel fake;
        QVERIFY(!model::projectEmbeddings(fake, Matrix::own(1, 6, std::vector<float>(6, 1.0F))));
        embed::EmbeddingSet set;
        set.embeddings = Matrix::own(1, 6, std::vector<float>(6, 1.0F));
        QVERIFY(addProjected(fake, set).has_value());
        QVERIFY(set.projected.empty());
        const auto model = model::openModel((m_root / "model").string()).value();
        const auto wide = model::projectEmbeddings(*model, set.embeddings);
        QVERIFY(!wide && wide.error().message.find("6 wide") != std::string::npos);
    }

private:
    RunOptions options(const char* train, const char* idTest, const char* ood) const {
        RunOptions options;
        options.model = (m_root / "model").string();
        options.train = m_root / train;
        options.idTest = m_root / idTest;
        options.ood = {m_root / ood};
        options.detectors = {"msp"};
        options.probeOptions.epochs = 3;
        options.probeOptions.threads = 1;
        return options;
    }

    const std::vector<std::string> m_names{"ant", "bee", "cat"};
    QTemporaryDir m_dir;
    fs::path m_root;
    std::shared_ptr<workspace::Workspace> m_workspace;
    EvaluationPtr m_images;
};

QTEST_APPLESS_MAIN(TestRawEmbeddings)
#include "tst_raw_embeddings.moc"
