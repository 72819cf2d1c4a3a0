// SPDX-License-Identifier: GPL-3.0-or-later
// The demo as a user gets it: the shipped tiny CLIP, the whole drawn world, embedding, PLP and evaluation.
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include "app/demo/demo_paths.h"
#include "app/demo/demo_run.h"
#include "app/demo/world.h"
#include "core/experiment/pictures.h"
#include "core/model/model.h"

using namespace oodscope;
namespace fs = std::filesystem;

class TestDemoRun : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_root.isValid());
        qputenv("OODSCOPE_RESOURCES", OODSCOPE_RESOURCES);
        const auto evaluation = run();
        QVERIFY2(evaluation, evaluation ? "" : evaluation.error().message.c_str());
        m_evaluation = *evaluation;
    }

    void theShippedModelIsSmall() {
        const auto folder = demo::shippedModelFolder();
        QVERIFY2(folder, folder ? "" : folder.error().message.c_str());
        std::uintmax_t bytes = 0;
        for (const auto& entry : fs::directory_iterator(*folder))
            bytes += entry.file_size();
        QVERIFY2(bytes < 8'000'000, qPrintable(QString::number(bytes)));
        const auto model = model::openModel(folder->string());
        QVERIFY2(model, model ? "" : model.error().message.c_str());
        QVERIFY((*model)->info().hasTextTower);
    }

    /// Zero-shot is good but not perfect, PLP keeps its accuracy and finds unknown objects better, and textures are
    /// found more easily than unknown objects, whatever the score.
    void theNumbersAreWorthLookingAt() {
        QVERIFY2(m_evaluation->zeroShotAccuracy > 0.75, qPrintable(QString::number(m_evaluation->zeroShotAccuracy)));
        QVERIFY2(m_evaluation->zeroShotAccuracy < 0.95, qPrintable(QString::number(m_evaluation->zeroShotAccuracy)));
        QVERIFY(m_evaluation->probeAccuracy > m_evaluation->zeroShotAccuracy - 0.02);
        QVERIFY(m_evaluation->pseudoLabelAccuracy > 0.75 && m_evaluation->pseudoLabelAccuracy < 0.95);
        for (const char* detector : {"msp", "free_energy", "max_logit", "zero-shot/msp"})
            QVERIFY2(auroc(detector, "near-ood") + 0.02 < auroc(detector, "far-ood-textures"), detector);
        QVERIFY(auroc("free_energy", "near-ood") > auroc("zero-shot/msp", "near-ood"));
        QVERIFY(auroc("msp", "near-ood") > 0.7);
    }

    void everyImageIsThere() {
        QCOMPARE(m_evaluation->train.size(), std::size_t{2400});
        QCOMPARE(m_evaluation->idTest.size(), std::size_t{1200});
        QCOMPARE(m_evaluation->ood.size(), std::size_t{2});
        for (const auto& set : m_evaluation->ood) {
            QCOMPARE(set.size(), std::size_t{360});
            QVERIFY(fs::exists(set.root / set.paths.front()) && fs::exists(set.root / set.paths.back()));
        }
        QVERIFY(m_evaluation->idTest.unreadable.empty());
    }

    void aSecondRunReusesEverything() {
        const fs::path embeddings = demo::demoWorkspace(dir()) / "embeddings";
        const auto before = newest(embeddings);
        const auto again = run();
        QVERIFY(again.has_value());
        QCOMPARE((*again)->id, m_evaluation->id);
        QVERIFY(newest(embeddings) == before);
        QCOMPARE((*again)->probeAccuracy, m_evaluation->probeAccuracy);
    }

    void picturesAreWritten() {
        const fs::path folder = dir() / "pictures";
        const auto written = experiment::writePictures(*m_evaluation, folder);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        for (const char* name : {"roc.svg", "scores.svg", "pseudo-label-confusion.svg", "false-accepts.png",
                                 "false-rejects.png", "false-accepts.csv"})
            QVERIFY2(fs::exists(folder / name) && fs::file_size(folder / name) > 100, name);
    }

private:
    fs::path dir() const { return fs::path(m_root.path().toStdString()) / "demo"; }
    Result<experiment::EvaluationPtr> run() const { return demo::runDemo(dir(), {}, {}, {}, {}); }

    double auroc(const std::string& detector, const std::string& ood) const {
        for (const auto& result : m_evaluation->results) {
            if (result.detector == detector && result.ood == ood) return result.metrics.auroc;
        }
        qFatal("no result of %s on %s", detector.c_str(), ood.c_str());
    }

    static fs::file_time_type newest(const fs::path& folder) {
        fs::file_time_type time = fs::file_time_type::min();
        for (const auto& entry : fs::recursive_directory_iterator(folder)) {
            if (entry.path().extension() == ".safetensors") time = std::max(time, entry.last_write_time());
        }
        return time;
    }

    QTemporaryDir m_root;
    experiment::EvaluationPtr m_evaluation;
};

QTEST_GUILESS_MAIN(TestDemoRun)
#include "tst_demo_run.moc"
