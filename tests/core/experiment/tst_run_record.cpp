// SPDX-License-Identifier: GPL-3.0-or-later
// From the options of a run to the command that asks for it.
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/experiment/run_record.h"
#include "core/experiment/sources.h"

using namespace oodscope;
using namespace oodscope::experiment;

class TestRunRecord : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_folder = m_dir->path().toStdString();
        auto workspace = workspace::Workspace::open(m_folder);
        QVERIFY(workspace.has_value());
        m_workspace = *workspace;
    }

    void defaultsAreLeftOut() {
        QCOMPARE(commandOf(base()),
                 std::string("oodscope-cli evaluate --model clip --train /d/train --id /d/test --ood "
                             "/d/a --ood /d/b --device cpu"));
        RunOptions probe = base();
        probe.ood.clear();
        QCOMPARE(commandOf(probe),
                 std::string("oodscope-cli probe --model clip --train /d/train --test /d/test --device cpu"));
        probe.idTest.clear();
        QCOMPARE(commandOf(probe), std::string("oodscope-cli probe --model clip --train /d/train --device cpu"));
    }

    void everyOptionIsNamed() {
        RunOptions run = base();
        run.labels = LabelSource::True;
        run.detectors = {"knn:k=5", "zero-shot/msp"};
        run.zeroShot = false;
        run.convention = ood::FprConvention::Ninco;
        run.idOnTrain = true;
        run.extract.devices = {{model::Device::Kind::Cuda, 0}, {model::Device::Kind::Cuda, 1}};
        run.extract.precision = model::Precision::Bf16;
        run.extract.batchSize = 64;
        run.extract.computeThreads = 3;
        run.extract.maxUnreadableShare = 0.25;
        run.probeOptions.epochs = 7;
        run.probeOptions.batchSize = 8192;
        run.probeOptions.learningRate = 0.1;
        run.probeOptions.weightDecay = 1e-5;
        run.probeOptions.optimizer = probe::Optimizer::AdamW;
        run.probeOptions.warmupShare = 0.05;
        run.probeOptions.shots = 16;
        run.probeOptions.seed = 18446744073709551615U;
        run.probeOptions.scaleLearningRate = true;
        run.probeOptions.standardise = false;
        run.probeOptions.precision = model::Precision::Bf16;
        QCOMPARE(commandOf(run),
                 std::string("oodscope-cli evaluate --model clip --train /d/train --id /d/test --ood /d/a --ood /d/b "
                             "--labels true --detectors knn:k=5,zero-shot/msp --no-zero-shot --convention ninco "
                             "--reference-defect-id-train --epochs 7 --probe-batch-size 8192 --lr 0.1 --wd 1e-05 "
                             "--optimizer adamw --shots 16 --warmup 0.05 --probe-precision bf16 --no-standardise "
                             "--scale-lr --seed 18446744073709551615 --device cuda:0,cuda:1 --precision bf16 "
                             "--batch-size 64 --threads 3 --max-unreadable 0.25"));
        run.ood.clear();
        const std::string probe = commandOf(run);
        QVERIFY2(probe.find(" --batch-size 8192 ") != std::string::npos, probe.c_str());
        QVERIFY2(probe.find(" --embed-batch-size 64 ") != std::string::npos, probe.c_str());
        QVERIFY2(probe.find("detectors") == std::string::npos, probe.c_str());
    }

    void probesAreNamed() {
        RunOptions run = base();
        run.probeOptions.epochs = 7;  // of no use then
        run.probeId = "0123";
        QVERIFY(commandOf(run).find(" --probe 0123 --device") != std::string::npos);
        run.probe = false;
        run.probeId.clear();
        QVERIFY(commandOf(run).find(" --probe zero-shot --device") != std::string::npos);
    }

    void textsAreKept() {
        RunOptions run = base();
        run.classNames = {"it's", "b c"};
        run.prompts = {"mine", {"a {c}", "the {c}"}};
        const nlohmann::json record = *recordRun(*m_workspace, run);
        const fs::path names = m_folder / record.at("names_file").get<std::string>();
        QCOMPARE(*readTextFile(names), std::string("it's\nb c\n"));
        QVERIFY(shellCommand(runCommand(record, m_folder)).find("--names " + shellQuoted(names.string())) !=
                std::string::npos);
        QCOMPARE(*recordRun(*m_workspace, run), record);
        run.negativeWords = {"table", "sky"};
        QVERIFY(commandOf(run).find(" --negative-words " + m_folder.string() + "/texts/") != std::string::npos);
        run.ood.clear();  // a probe has no use for them
        QVERIFY(commandOf(run).find("negative") == std::string::npos);
        // A workspace that was moved.
        QVERIFY(shellCommand(runCommand(record, "/elsewhere")).find("--names /elsewhere/texts/") != std::string::npos);
        // The clean-up of the workspace leaves them alone.
        QVERIFY(m_workspace->collectGarbage().has_value());
        QVERIFY(fs::exists(names));
    }

    void modelsAreNamedAsTheyAreOpened() {
        RunOptions run = base();
        run.opening.architecture = "mae_vit_base";
        run.opening.preprocessing = model::Preprocessing::Reference;
        QVERIFY(commandOf(run).find(" --model clip --arch mae_vit_base --preprocess reference --train ") !=
                std::string::npos);
    }

    // Once they had one row, that of their folder.
    void checkpointFilesOfOneFolder() {
        const auto count = [&] { return m_workspace->list(workspace::ArtefactKind::Model)->size(); };
        const auto record = [&](const fs::path& folder, const char* file, const char* arch) {
            model::ModelInfo info;
            info.folder = folder;
            info.weightsFile = info.folder / file;
            info.arch = arch;
            return recordModel(*m_workspace, info).has_value();
        };
        const fs::path folder = m_folder / "checkpoints";
        QVERIFY(record(folder, "a.pth", "mae_vit_base") && record(folder, "b.pth", "mae_vit_base"));
        QCOMPARE(count(), 2U);
        QVERIFY(record(folder, "b.pth", "dino_vitb16"));
        QCOMPARE(count(), 3U);
        QVERIFY(record(folder, "a.pth", "mae_vit_base"));  // again
        QCOMPARE(count(), 3U);
        // A snapshot folder, with and without the slash.
        QVERIFY(record(folder, "model.safetensors", ""));
        QVERIFY(record(m_folder / "images" / ".." / "checkpoints", "model.safetensors", ""));
        QCOMPARE(count(), 4U);
    }

    void pathsAreAbsolute() {
        RunOptions run = base();
        fs::create_directories(m_folder / "a model");
        const fs::path before = fs::current_path();
        fs::current_path(m_folder);
        run.model = "./a model";
        run.train = "images/../train";
        const nlohmann::json record = *recordRun(*m_workspace, run);
        fs::current_path(before);
        QCOMPARE(record.at("train").get<std::string>(), (m_folder / "train").string());
        QCOMPARE(record.at("model").get<std::string>(), (m_folder / "a model").string());
    }

private:
    static RunOptions base() {
        RunOptions options;
        options.model = "clip";
        options.train = "/d/train";
        options.idTest = "/d/test";
        options.ood = {"/d/a", "/d/b"};
        return options;
    }
    std::string commandOf(const RunOptions& options) {
        return shellCommand(runCommand(*recordRun(*m_workspace, options), m_folder));
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_folder;
    std::shared_ptr<workspace::Workspace> m_workspace;
};

QTEST_APPLESS_MAIN(TestRunRecord)
#include "tst_run_record.moc"
