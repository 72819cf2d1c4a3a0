// SPDX-License-Identifier: GPL-3.0-or-later
// Known data sets: found below the user's folders, counted, compared with what is distributed, remembered.
#include <fmt/format.h>

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <filesystem>
#include <string>

#include "core/data/find_datasets.h"
#include "core/data/survey.h"
#include "support/dataset_files.h"

using namespace oodscope;
using namespace oodscope::data;
using namespace oodscope::test;
namespace fs = std::filesystem;

namespace {

using State = SetReport::State;

bool hasRemark(const SetReport& report, const std::string& part) {
    return std::ranges::any_of(report.remarks, [&](const auto& r) { return r.find(part) != std::string::npos; });
}

}  // namespace

class TestCatalogue : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
    }

    void keysAreUnique() {
        for (const KnownSet& known : knownSets()) {
            QCOMPARE(std::ranges::count(knownSets(), known.key, &KnownSet::key), std::ptrdiff_t{1});
            QCOMPARE(findKnownSet(known.key), &known);
            QVERIFY(known.origin.find("://") == std::string_view::npos);
        }
        QVERIFY(findKnownSet("imagenet-21k") == nullptr);
    }

    void findsEveryLayout() {
        writeEmpty(m_root / "in/ILSVRC/Data/CLS-LOC/train", {"n01440764/n01440764_10026.JPEG"});
        writeEmpty(m_root / "in/ILSVRC/Data/CLS-LOC/val", {"ILSVRC2012_val_00000001.JPEG"});
        writeEmpty(m_root / "val_structured", {"n01440764/ILSVRC2012_val_00000293.JPEG"});
        writeEmpty(m_root / "imagenet-o", {"n01443537/4562.20221_0.955.JPEG"});
        for (const char* name : {"iNaturalist/images", "SUN/images", "Places"})
            writeEmpty(m_root / "mos" / name, {"a.jpg", "b.jpg"});
        writeEmpty(m_root / "dtd/dtd/images", {"banded/1.jpg", "zigzagged/1.jpg"});
        writeEmpty(m_root / "dtd/dtd/labels", {"train1.txt"});
        writeEmpty(m_root / "dtd/dtd/imdb", {"imdb.mat"});
        writeEmpty(m_root / "NINCO/NINCO_OOD_classes", {"sky sea/1.png"});
        writeCifarBatch(m_root / "c/cifar-10-batches-bin/test_batch.bin", {1}, false);
        writeEmpty(m_root / "c/cifar-100-binary", {"fine_label_names.txt", "train.bin", "test.bin"});
        writeEmpty(m_root / "holiday", {"2019/a.jpg", "train/b.jpg"});
        writeEmpty(m_root / ".hidden/SUN", {"a.jpg"});
        const std::vector<std::pair<std::string, std::string>> expected{{"cifar10-test", "c/cifar-10-batches-bin#test"},
                                                                        {"cifar100-test", "c/cifar-100-binary#test"},
                                                                        {"cifar100-train", "c/cifar-100-binary#train"},
                                                                        {"imagenet-o", "imagenet-o"},
                                                                        {"in1k-train", "in/ILSVRC/Data/CLS-LOC/train"},
                                                                        {"in1k-val", "in/ILSVRC/Data/CLS-LOC/val"},
                                                                        {"in1k-val", "val_structured"},
                                                                        {"inaturalist", "mos/iNaturalist/images"},
                                                                        {"ninco", "NINCO/NINCO_OOD_classes"},
                                                                        {"places", "mos/Places"},
                                                                        {"sun", "mos/SUN/images"},
                                                                        {"textures", "dtd/dtd"}};
        std::vector<std::pair<std::string, std::string>> found;
        for (const Candidate& candidate : findDatasets({m_root, m_root / "mos", m_root / "absent"}, {}))
            found.emplace_back(candidate.known->key, fs::path(candidate.source).lexically_relative(m_root).string());
        std::ranges::sort(found);
        QCOMPARE(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            QCOMPARE(QString::fromStdString(found[i].first), QString::fromStdString(expected[i].first));
            QCOMPARE(QString::fromStdString(found[i].second), QString::fromStdString(expected[i].second));
        }
        // A data set's own folder is found as well.
        QCOMPARE(findDatasets({m_root / "dtd/dtd/images"}, {}).size(), std::size_t{1});
        QCOMPARE(findDatasets({m_root / "NINCO/NINCO_OOD_classes/"}, {}).size(), std::size_t{1});
    }

    void linksThatLoopEnd() {
        fs::create_directories(m_root / "a");
        fs::create_directory_symlink(m_root, m_root / "a" / "up");
        writeEmpty(m_root / "a/SUN", {"1.jpg"});
        QCOMPARE(findDatasets({m_root}, {}).size(), std::size_t{1});
    }

    void nincoAsDistributed() {
        makeNinco(64, 5879);
        const SetReport report = only("ninco");
        QCOMPARE(report.state, State::Complete);
        QCOMPARE(summary(report), std::string("5,878 images, 64 classes, one .gif that ImageFolder skips"));
    }

    void wrongCountsAreSaid() {
        const KnownSet small{"small", "Small", "", "", "", 1010, 4, 1, ".gif"};
        const auto look = [&] { return examine(small, (m_root / "NINCO_OOD_classes").string()); };
        makeNinco(4, 1010);
        QCOMPARE(look().state, State::Complete);
        fs::remove(m_root / "NINCO_OOD_classes/class 00/1.gif");
        QCOMPARE(look().state, State::Differs);
        QVERIFY(hasRemark(look(), "0 .gif files instead of 1"));
        makeNinco(3, 11);
        const SetReport few = look();
        QCOMPARE(few.state, State::Differs);
        QVERIFY(few.isUsable());
        QVERIFY(hasRemark(few, "10 of 1,009 images: 999 missing"));
        QVERIFY(hasRemark(few, "3 classes instead of 4"));
        makeNinco(4, 1013);
        QVERIFY(hasRemark(look(), "1,012 images, 3 more than the 1,009 that are distributed"));
    }

    void missingAndBroken() {
        const SetReport missing = only("sun");
        QCOMPARE(missing.state, State::Missing);
        QVERIFY(summary(missing).find("SUN/images/*.jpg") != std::string::npos);
        QVERIFY(!missing.isUsable());
        writeBytes(m_root / "cifar/test_batch.bin", "short");
        const SetReport broken = only("cifar10-test");
        QCOMPARE(broken.state, State::Broken);
        QVERIFY(!broken.isUsable());
        QVERIFY(summary(broken).find("no whole number of records") != std::string::npos);
    }

    void valWithoutLabelsDiffers() {
        writeEmpty(m_root / "val", {"ILSVRC2012_val_00000001.JPEG"});
        const SetReport report = only("in1k-val");
        QCOMPARE(report.state, State::Differs);
        QVERIFY(hasRemark(report, "0 classes instead of 1,000"));
        QVERIFY(hasRemark(report, "LOC_val_solution.csv"));
    }

    void theBestPlaceIsTaken() {
        writeBytes(m_root / "a/cifar-10-batches-bin/test_batch.bin", "short");
        writeCifarBatch(m_root / "b/cifar-10-batches-bin/test_batch.bin", std::vector<int>(3, 1), false);
        writeCifarBatch(m_root / "c/cifar-10-batches-bin/test_batch.bin", std::vector<int>(4, 1), false);
        QCOMPARE(only("cifar10-test").source, (m_root / "b/cifar-10-batches-bin#test").string());  // it can be used
        writeCifarBatch(m_root / "d/cifar-10-batches-bin/test_batch.bin", std::vector<int>(10000, 1), false);
        QCOMPARE(only("cifar10-test").source, (m_root / "d/cifar-10-batches-bin#test").string());  // it is whole
    }

    void foldersAreRemembered() {
        const fs::path file = m_root / "user/datasets.json";
        QCOMPARE(*loadDatasetFolders(file), DatasetFolders{});
        writeEmpty(m_root / "pictures", {"1.jpg"});
        DatasetFolders folders;
        QVERIFY(folders.addFolder(m_root / "pictures/").has_value());
        QVERIFY(folders.addFolder(m_root / "pictures").has_value());
        QCOMPARE(folders.folders.size(), std::size_t{1});
        QVERIFY(folders.setSource("sun", m_root / "pictures").has_value());
        QVERIFY(saveDatasetFolders(folders, file).has_value());
        QCOMPARE(*loadDatasetFolders(file), folders);
        const auto reports = survey(folders, {"sun"}, {}, {});
        QCOMPARE(reports->front().source, (m_root / "pictures").string());
        QVERIFY(folders.forget("sun") && folders.forget((m_root / "pictures").string()) && !folders.forget("sun"));
        QCOMPARE(folders, DatasetFolders{});
    }

    void whatCannotBeRemembered() {
        DatasetFolders folders;
        QVERIFY(folders.addFolder(m_root / "absent").error().message.find("absent: no such folder") !=
                std::string::npos);
        QVERIFY(folders.setSource("sunn", m_root).error().message.find("known are in1k-train") != std::string::npos);
        QVERIFY(!folders.setSource("sun", m_root / "absent"));
        QCOMPARE(folders, DatasetFolders{});
        const fs::path file = m_root / "datasets.json";
        for (const char* text :
             {"{", "{}", "[1]", R"({"format": 1, "folders": [1], "sets": {}})",
              R"({"format": 1, "folders": [], "sets": []})", R"({"format": 99, "folders": [], "sets": {}})"}) {
            writeBytes(file, text);
            const auto loaded = loadDatasetFolders(file);
            QVERIFY2(!loaded, text);
            QVERIFY(loaded.error().message.starts_with(file.string()));
        }
    }

    void aStopIsObeyed() {
        std::stop_source stop;
        stop.request_stop();
        const auto reports = survey({{m_root}, {}}, {}, stop.get_token(), {});
        QVERIFY(!reports && reports.error().code == ErrorCode::Cancelled);
    }

private:
    /// `classes` folders with together `images` files, one of them a GIF.
    void makeNinco(int classes, int images) const {
        fs::remove_all(m_root / "NINCO_OOD_classes");
        for (int i = 0; i < images - 1; ++i)
            writeBytes(
                m_root / "NINCO_OOD_classes" / fmt::format("class {:02}", i % classes) / fmt::format("{:04}.jpg", i),
                "");
        writeBytes(m_root / "NINCO_OOD_classes/class 00/1.gif", "");
    }
    SetReport only(const std::string& key) const {
        const auto reports = survey({{m_root}, {}}, {key}, {}, {});
        if (!reports || reports->size() != 1) qFatal("no report");
        return reports->front();
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(TestCatalogue)
#include "tst_catalogue.moc"
