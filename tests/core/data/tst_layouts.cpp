// SPDX-License-Identifier: GPL-3.0-or-later
// Every layout that openDataset knows, as tiny made-up copies; and what is wrong with damaged ones.
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/files.h"
#include "core/data/image_location.h"
#include "core/data/imagenet.h"
#include "core/data/open_dataset.h"
#include "core/data/source_name.h"
#include "support/dataset_files.h"

using namespace oodscope;
using namespace oodscope::data;
using namespace oodscope::test;
namespace fs = std::filesystem;

namespace {

using Strings = std::vector<std::string>;
using Labels = std::vector<std::int32_t>;

Strings paths(const Dataset& dataset) {
    Strings list;
    for (const Sample& sample : dataset.samples)
        list.push_back(sample.path);
    return list;
}

Labels labels(const Dataset& dataset) {
    Labels list;
    for (const Sample& sample : dataset.samples)
        list.push_back(sample.label);
    return list;
}

/// Every pixel of `image`, against the one formula that all made-up copies follow.
bool isMadeUpImage(const image::Image& image, std::size_t number) {
    for (std::size_t at = 0; at < image.rgb.size(); ++at) {
        if (image.rgb[at] != pixelOf(number, at % 3, at / 3)) return false;
    }
    return !image.empty();
}

}  // namespace

class TestLayouts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_root = m_dir->path().toStdString();
    }

    void cifar10Binary() {
        const fs::path folder = m_root / "cifar-10-batches-bin";
        for (int batch = 1; batch <= 5; ++batch)
            writeCifarBatch(folder / ("data_batch_" + std::to_string(batch) + ".bin"), {batch, 9}, false);
        writeCifarBatch(folder / "test_batch.bin", {3, 0, 1}, false);
        const auto test = open("cifar-10-batches-bin#test");
        QCOMPARE(paths(test), (Strings{"test_batch.bin#00000", "test_batch.bin#00001", "test_batch.bin#00002"}));
        QCOMPARE(labels(test), (Labels{3, 0, 1}));
        QCOMPARE(test.classNames.size(), std::size_t{10});
        QCOMPARE(test.classNames[3], std::string("cat"));
        QCOMPARE(test.samples[0].bytes, std::uint64_t{3 * 3073});
        QVERIFY(test.samples[0].modifiedNs > 0);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto image = test.read(i);
            QVERIFY2(image.has_value(), image ? "" : image.error().message.c_str());
            QCOMPARE(image->width, 32);
            QCOMPARE(image->height, 32);
            QVERIFY(isMadeUpImage(*image, i));
        }
        const auto train = open("cifar-10-batches-bin#train");
        QCOMPARE(labels(train), (Labels{1, 9, 2, 9, 3, 9, 4, 9, 5, 9}));
        QCOMPARE(train.samples[3].path, std::string("data_batch_2.bin#00001"));
        QVERIFY(train.listHash() != test.listHash());
        QCOMPARE(open(test.source).listHash(), test.listHash());
        const auto one = open("cifar-10-batches-bin/data_batch_4.bin");
        QCOMPARE(labels(one), (Labels{4, 9}));
    }

    void cifar100Binary() {
        const fs::path folder = m_root / "cifar-100-binary";
        writeEmpty(folder, {"fine_label_names.txt"});
        writeCifarBatch(folder / "test.bin", {99, 1}, true);
        const auto test = open("cifar-100-binary#test");
        QCOMPARE(labels(test), (Labels{99, 1}));
        QCOMPARE(test.classNames.size(), std::size_t{100});
        QCOMPARE(test.classNames[1], std::string("aquarium_fish"));
        QCOMPARE(test.classNames[99], std::string("worm"));
        QVERIFY(std::ranges::is_sorted(test.classNames));
        QVERIFY(isMadeUpImage(*test.read(1), 1));
        QVERIFY(message("cifar-100-binary#train").find("train.bin") != std::string::npos);
    }

    void cifarSaysWhatIsWrong_data() {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("part");
        QTest::newRow("no part") << "cifar"
                                 << "cifar#test";
        QTest::newRow("other part") << "cifar#val"
                                    << "not 'val'";
        QTest::newRow("cut short") << "cut#test"
                                   << "3072 bytes are no whole number of records of 3073";
        QTest::newRow("empty") << "empty#test"
                               << "0 bytes";
        QTest::newRow("label out of range") << "label#test"
                                            << "test_batch.bin#00001: label 10";
        QTest::newRow("missing batch") << "cifar#train"
                                       << "data_batch_1.bin: no such file";
    }
    void cifarSaysWhatIsWrong() {
        QFETCH(QString, source);
        QFETCH(QString, part);
        writeCifarBatch(m_root / "cifar" / "test_batch.bin", {1}, false);
        writeBytes(m_root / "cut" / "test_batch.bin", std::string(3072, 'x'));
        writeBytes(m_root / "empty" / "test_batch.bin", "");
        writeCifarBatch(m_root / "label" / "test_batch.bin", {1, 10}, false);
        const std::string text = message(source.toStdString());
        QVERIFY2(QString::fromStdString(text).contains(part), text.c_str());
        QVERIFY(QString::fromStdString(text).startsWith(m_dir->path()));
    }

    void cifarPython_data() {
        QTest::addColumn<QString>("batch");
        QTest::addColumn<int>("classes");
        QTest::newRow("CIFAR-10, Python 2") << "py2_cifar10" << 10;
        QTest::newRow("CIFAR-10, Python 3") << "py3_cifar10" << 10;
        QTest::newRow("CIFAR-100, Python 2") << "py2_cifar100" << 100;
    }
    void cifarPython() {
        QFETCH(QString, batch);
        QFETCH(int, classes);
        const fs::path folder = m_root / "py";
        fs::create_directories(folder);
        writeEmpty(folder, {classes == 10 ? "batches.meta" : "meta"});
        fs::copy_file(recorded(batch), folder / (classes == 10 ? "test_batch" : "test"));
        const auto set = open("py#test");
        QCOMPARE(labels(set), classes == 10 ? (Labels{3, 8}) : (Labels{99, 1}));
        QCOMPARE(set.classNames.size(), std::size_t(classes));
        for (std::size_t i = 0; i < 2; ++i) {
            const auto image = set.read(i);
            QVERIFY2(image.has_value(), image ? "" : image.error().message.c_str());
            QVERIFY(isMadeUpImage(*image, i));
        }
        QVERIFY(message("py#train").find("no such file") != std::string::npos);
    }

    void badCifarPickles_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("part");
        QTest::newRow("column-major") << "columns" << "no numpy array (N, 3072) of uint8";
        QTest::newRow("floats") << "floats" << "no numpy array (N, 3072) of uint8";
        QTest::newRow("no fine labels") << "py2_cifar10" << "no list \"fine_labels\"";
        QTest::newRow("cut short") << "" << "test: ";
        QTest::newRow("empty") << "-" << "test: ";
    }
    void badCifarPickles() {
        QFETCH(QString, file);
        QFETCH(QString, part);
        const fs::path folder = m_root / "py";
        writeEmpty(folder, {"meta", "test"});
        const auto options = fs::copy_options::overwrite_existing;
        if (file != QLatin1String("-"))
            fs::copy_file(recorded(file.isEmpty() ? QStringLiteral("py2_cifar100") : file), folder / "test", options);
        if (file.isEmpty()) fs::resize_file(folder / "test", 4000);
        const std::string text = message("py#test");
        QVERIFY2(QString::fromStdString(text).contains(part), text.c_str());
        QVERIFY2(text.starts_with((folder / "test").string()), text.c_str());
    }

    /// Whatever byte of a batch is damaged: an error or images, never a crash.
    void anyDamagedByteOfAPickle() {
        const fs::path folder = m_root / "py";
        writeEmpty(folder, {"batches.meta"});
        const auto whole = readBinaryFile(recorded(QStringLiteral("py2_cifar10"))).value();
        const std::size_t header = 260;  // the pickle's own bytes; then come pixels
        for (std::size_t at = 0; at < header; ++at) {
            auto damaged = whole;
            damaged[at] ^= 0x15;
            writeBytes(folder / "test_batch", std::string(damaged.begin(), damaged.end()));
            const auto set = openDataset(m_root / "py#test");
            if (!set) continue;
            for (std::size_t i = 0; i < set->samples.size(); ++i)
                QVERIFY(set->read(i).has_value());
        }
    }

    void torchTensors() {
        fs::create_directories(m_root / "t");
        for (const char* name : {"bytes.pt", "last.pt", "adversarial.pt"})
            fs::copy_file(recorded(QLatin1String(name)), m_root / "t" / name);
        const auto bytes = open("t/bytes.pt");
        QCOMPARE(bytes.samples[1].path, std::string("bytes.pt#00001"));
        const auto last = open("t/last.pt");
        QCOMPARE(labels(last), (Labels{2, 0, 1}));
        const auto floats = open("t/adversarial.pt#orig");
        QCOMPARE(floats.samples[2].path, std::string("adversarial.pt#orig#00002"));
        QCOMPARE(open(floats.source).listHash(), floats.listHash());
        for (const Dataset* set : {&bytes, &last, &floats}) {
            QCOMPARE(set->samples.size(), std::size_t{3});
            for (std::size_t i = 0; i < 3; ++i) {
                const auto image = set->read(i);
                QVERIFY2(image.has_value(), image ? "" : image.error().message.c_str());
                QCOMPARE(image->width, 5);
                QVERIFY(isMadeUpImage(*image, i));
            }
        }
        QVERIFY(message("t/adversarial.pt").find("several tensors of images") != std::string::npos);
        QVERIFY(message("t/adversarial.pt#none").find("no tensor 'none'; it has") != std::string::npos);
        QVERIFY(message("t/adversarial.pt#orig_embed").find("none of images") != std::string::npos);
        const auto dark = open("t/adversarial.pt#perturbations").read(0);
        QVERIFY(!dark && dark.error().message.find("between 0 and 1") != std::string::npos);
        writeBytes(m_root / "t/text.pt", "no archive");
        QVERIFY(message("t/text.pt").starts_with((m_root / "t/text.pt").string()));
    }

    void aChangedContainerIsReadAnew() {
        writeCifarBatch(m_root / "c" / "test_batch.bin", {1, 2}, false);
        const auto before = open("c#test");
        QVERIFY(isMadeUpImage(*before.read(0), 0));
        writeCifarBatch(m_root / "c" / "test_batch.bin", {1, 2, 3}, false, 5);
        QVERIFY(isMadeUpImage(*readImage(before.location(0)), 5));
        QVERIFY(open("c#test").listHash() != before.listHash());
        const auto beyond = readImage(m_root / "c" / "test_batch.bin#00009");
        QVERIFY(!beyond);
        QVERIFY(beyond.error().message.find("no image 9") != std::string::npos);
        fs::remove(m_root / "c" / "test_batch.bin");
        QVERIFY(!readImage(before.location(0)));
    }

    void thumbnailOfARecord() {
        writeCifarBatch(m_root / "c" / "test_batch.bin", {1}, false);
        const auto small = readThumbnail(m_root / "c" / "test_batch.bin#00000", 16);
        QVERIFY(small.has_value());
        QCOMPARE(small->width, 16);
        const auto whole = readThumbnail(m_root / "c" / "test_batch.bin#00000", 128);
        QCOMPARE(whole->width, 32);
    }

    void npyOfBytes_data() {
        QTest::addColumn<bool>("planar");
        QTest::newRow("N,H,W,3") << false;
        QTest::newRow("N,3,H,W") << true;
    }
    void npyOfBytes() {
        QFETCH(bool, planar);
        writeNpyArray(m_root / "adv.npy", "|u1", planar ? "(4, 3, 5, 5)" : "(4, 5, 5, 3)", pixelBytes(4, 5, planar));
        const auto set = open("adv.npy");
        QCOMPARE(set.name, std::string("adv"));
        QCOMPARE(set.samples.size(), std::size_t{4});
        QCOMPARE(set.samples[2].path, std::string("adv.npy#00002"));
        QVERIFY(!set.hasLabels());
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(isMadeUpImage(*set.read(i), i));
    }

    void npyOfFloats() {
        const std::vector<float> values{0.0F, 1.0F, 0.5F, 1.5F, 0.25F, 0.75F};
        const std::string bytes(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
        writeNpyArray(m_root / "f.npy", "<f4", "(2, 1, 1, 3)", bytes);
        const auto set = open("f.npy");
        QCOMPARE(set.read(0)->rgb, (std::vector<std::uint8_t>{0, 255, 128}));
        const auto bright = set.read(1);
        QVERIFY(!bright);
        QVERIFY(bright.error().message.find("f.npy#00001: 1.5") != std::string::npos);
    }

    void npyLabels() {
        writeNpyArray(m_root / "c" / "fog.npy", "|u1", "(2, 1, 1, 3)", pixelBytes(2, 1, false));
        writeNpyArray(m_root / "c" / "labels.npy", "|u1", "(2,)", std::string("\x02\x00", 2));
        QCOMPARE(labels(open("c/fog.npy")), (Labels{2, 0}));
        QCOMPARE(open("c/fog.npy").classNames, (Strings{"0", "1", "2"}));
        writeNpyArray(m_root / "c" / "labels.npy", "|u1", "(3,)", std::string("\x02\x00\x01", 3));
        QVERIFY(!open("c/fog.npy").hasLabels());  // of another array
        writeNpyArray(m_root / "c" / "fog_labels.npy", "|u1", "(3,)", std::string("\x02\x00\x01", 3));
        QVERIFY(message("c/fog.npy").find("3 labels for 2 images") != std::string::npos);
        writeNpyArray(m_root / "c" / "fog_labels.npy", "|i1", "(2,)", std::string("\x02\xf9", 2));
        QVERIFY(message("c/fog.npy").find("fog.npy#00001: label -7") != std::string::npos);
    }

    void badArrays_data() {
        QTest::addColumn<QString>("shape");
        QTest::addColumn<QString>("descr");
        QTest::addColumn<QString>("part");
        QTest::newRow("no colours") << "(2, 4, 4, 4)"
                                    << "|u1"
                                    << "no axis of three colours";
        QTest::newRow("cut short") << "(3, 4, 4, 3)"
                                   << "|u1"
                                   << "cut short";
        QTest::newRow("no images") << "(0, 4, 4, 3)"
                                   << "|u1"
                                   << "no images";
        QTest::newRow("integers") << "(2, 4, 4, 3)"
                                  << "<i4"
                                  << "i4";
        QTest::newRow("huge") << "(2, 99999, 99999, 3)"
                              << "|u1"
                              << "99999";
        QTest::newRow("overflow") << "(9223372036854775807, 4, 4, 3)"
                                  << "|u1"
                                  << "cut short";
        QTest::newRow("negative as unsigned") << "(2, 18446744073709551615, 4, 3)"
                                              << "|u1"
                                              << "pixels";
    }
    void badArrays() {
        QFETCH(QString, shape);
        QFETCH(QString, descr);
        QFETCH(QString, part);
        writeNpyArray(m_root / "a.npy", descr.toStdString(), shape.toStdString(), std::string(96, 'x'));
        const std::string text = message("a.npy");
        QVERIFY2(QString::fromStdString(text).contains(part), text.c_str());
    }

    void imageList() {
        writeEmpty(m_root / "images_largescale", {"a/1.jpg", "b c/2.jpg"});
        writeBytes(m_root / "benchmark_imglist" / "imagenet" / "test_x.txt",
                   "a/1.jpg 4\n\nb c/2.jpg -1\r\n./a/../a/1.jpg 4\nabsent.jpg 0\n");
        const auto set = open("benchmark_imglist/imagenet/test_x.txt");
        QCOMPARE(set.name, std::string("test_x"));
        QCOMPARE(paths(set), (Strings{"a/1.jpg", "b c/2.jpg", "a/1.jpg", "absent.jpg"}));
        QCOMPARE(labels(set), (Labels{4, -1, 4, 0}));
        QCOMPARE(set.classNames.size(), std::size_t{5});
        QCOMPARE(set.root, m_root / "images_largescale");
        QCOMPARE(set.notes.size(), std::size_t{2});
        QVERIFY(set.notes[0].starts_with("1 of 4 listed files"));
        const auto given = open("benchmark_imglist/imagenet/test_x.txt#" + (m_root / "images_largescale").string());
        QCOMPARE(given.listHash(), set.listHash());
        QVERIFY(message("benchmark_imglist/imagenet/test_x.txt#/nowhere").find("/nowhere: no such folder") !=
                std::string::npos);
    }

    void badLists_data() {
        QTest::addColumn<QString>("line");
        QTest::addColumn<QString>("part");
        QTest::newRow("absolute") << "/etc/passwd 1"
                                  << "line 2: '/etc/passwd' leaves";
        QTest::newRow("parent") << "../x.jpg 1"
                                << "'../x.jpg' leaves";
        QTest::newRow("parent inside") << "a/../../x.jpg 1"
                                       << "leaves";
        QTest::newRow("no label") << "a.jpg"
                                  << "line 2: is not \"path label\"";
        QTest::newRow("word") << "a.jpg cat"
                              << "whole number";
        QTest::newRow("dictionary") << "a.jpg {'label': 3}"
                                    << "whole number";
        QTest::newRow("out of range") << "a.jpg 99999999"
                                      << "label 99999999 is out of range";
        QTest::newRow("below") << "a.jpg -2"
                               << "label -2";
        QTest::newRow("two labels") << "ok.jpg 2"
                                    << "'ok.jpg' has label 2 here and 1 in line 1";
        QTest::newRow("nothing there") << ""
                                       << "is in no folder near it";
    }
    void badLists() {
        QFETCH(QString, line);
        QFETCH(QString, part);
        writeBytes(m_root / "l" / "list.txt", "ok.jpg 1\n" + line.toStdString() + "\n");
        const std::string text = message("l/list.txt");
        QVERIFY2(QString::fromStdString(text).contains(part), text.c_str());
        QVERIFY(text.starts_with((m_root / "l" / "list.txt").string()));
        writeBytes(m_root / "l" / "list.txt", "\n");
        QVERIFY(message("l/list.txt").find("lists no images") != std::string::npos);
    }

    void imageNetValFlat() {
        writeEmpty(m_root / "ILSVRC/Data/CLS-LOC/val",
                   {"ILSVRC2012_val_00000001.JPEG", "ILSVRC2012_val_00000002.JPEG", "ILSVRC2012_val_00000003.JPEG"});
        const auto bare = open("ILSVRC/Data/CLS-LOC/val");
        QCOMPARE(labels(bare), (Labels{-1, -1, -1}));
        QCOMPARE(bare.notes.size(), std::size_t{1});
        writeBytes(m_root / "LOC_val_solution.csv",
                   "ImageId,PredictionString\nILSVRC2012_val_00000002,n01440764 1 2 3 4 n01440764 5 6 7 8 \n"
                   "ILSVRC2012_val_00000001,n03995372 85 1 499 272 \nILSVRC2012_val_00000009,n02000000 1 1 1 1\n");
        const auto set = open("ILSVRC/Data/CLS-LOC/val");
        QCOMPARE(set.classNames, (Strings{"n01440764", "n02000000", "n03995372"}));
        QCOMPARE(labels(set), (Labels{2, 0, -1}));
        QCOMPARE(set.notes.size(), std::size_t{1});
        writeBytes(m_root / "LOC_val_solution.csv", "ImageId,PredictionString\nILSVRC2012_val_00000002,tench\n");
        QVERIFY(message("ILSVRC/Data/CLS-LOC/val").find("LOC_val_solution.csv: line 2") != std::string::npos);
    }

    void imageNetValStructured() {
        writeEmpty(m_root / "val",
                   {"n01440764/ILSVRC2012_val_00000293.JPEG", "n01443537/ILSVRC2012_val_00000236.JPEG"});
        const auto set = open("val");
        QCOMPARE(set.classNames, (Strings{"n01440764", "n01443537"}));
        QCOMPARE(labels(set), (Labels{0, 1}));
    }

    void synsetNamesByWnid() {
        writeBytes(m_root / "LOC_synset_mapping.txt",
                   "n01440764 tench, Tinca tinca\nn02012849 crane\nn03126707 crane\n");
        const fs::path deep = m_root / "a/b/c/d";
        fs::create_directories(deep);
        QCOMPARE(findSynsetNames(deep).value_or(""), m_root / "LOC_synset_mapping.txt");
        const auto names = synsetNames(m_root / "LOC_synset_mapping.txt", {"n03126707", "n01440764"});
        QVERIFY(names.has_value());
        QCOMPARE(*names, (Strings{"crane", "tench"}));
        QVERIFY(!synsetNames(m_root / "LOC_synset_mapping.txt", {"n09999999"}));
        writeBytes(m_root / "LOC_synset_mapping.txt", "n01440764 tench\ntench\n");
        QVERIFY(readSynsetNames(m_root / "LOC_synset_mapping.txt").error().message.find("line 2") != std::string::npos);
    }

    void ninco() {
        writeEmpty(m_root / "NINCO/NINCO_OOD_classes",
                   {"amphiuma_means/amphiuma_means_000_1.jpeg", "sky sea/sky sea_001_x.png", "sky sea/x.gif"});
        writeEmpty(m_root / "NINCO/NINCO_OOD_unit_tests", {"noise/1.png"});
        const auto set = open("NINCO");
        QCOMPARE(set.name, std::string("NINCO"));
        QCOMPARE(open("NINCO/NINCO_OOD_classes").name, std::string("NINCO"));
        QCOMPARE(set.classNames, (Strings{"amphiuma_means", "sky sea"}));
        QCOMPARE(set.skippedKinds, (FileKinds{{".gif", 1}}));
    }

    void dtd() {
        writeEmpty(m_root / "dtd/images", {"banded/banded_0001.jpg", "zigzagged/zigzagged_0002.jpg"});
        writeEmpty(m_root / "dtd/imdb", {"imdb.mat"});
        writeBytes(m_root / "dtd/labels/test1.txt", "zigzagged/zigzagged_0002.jpg\n");
        writeBytes(m_root / "dtd/labels/test2.txt", "zigzagged/zigzagged_0009.jpg\n");
        QCOMPARE(open("dtd").samples.size(), std::size_t{2});
        QCOMPARE(open("dtd").name, std::string("Textures"));
        QCOMPARE(paths(open("dtd#test1")), (Strings{"zigzagged/zigzagged_0002.jpg"}));
        QCOMPARE(labels(open("dtd#test1")), (Labels{1}));
        QVERIFY(message("dtd#test2").find("1 of the 1 images it lists are not there") != std::string::npos);
        QVERIFY(message("dtd#nope").find("nope.txt") != std::string::npos);
    }

    void flatSubset() {
        writeEmpty(m_root / "Places/images", {"b_badlands_1.jpg", "a_alley_2.jpg"});
        for (const char* source : {"Places", "Places/images"}) {
            const auto set = open(source);
            QCOMPARE(set.name, std::string("Places"));
            QVERIFY(!set.hasLabels());
            QCOMPARE(paths(set), (Strings{"a_alley_2.jpg", "b_badlands_1.jpg"}));
        }
        // Class folders beside it: "images" is then a class like others.
        writeEmpty(m_root / "Places/other", {"1.jpg"});
        QCOMPARE(open("Places").classNames, (Strings{"images", "other"}));
    }

    void whatIsNoDataSet() {
        writeBytes(m_root / "photo.jpg", "x");
        QVERIFY(message("photo.jpg").find("not a folder, a list") != std::string::npos);
        QVERIFY(message("absent").find("no such folder") != std::string::npos);
        QVERIFY(message("absent#test").find("no such folder") != std::string::npos);
        writeEmpty(m_root / "plain", {"a/1.jpg"});
        QVERIFY(message("plain#test").find("has no part 'test'") != std::string::npos);
        for (const auto& [source, may] : std::vector<std::pair<std::string, bool>>{
                 {"photo.jpg", false}, {"absent", false}, {"plain", true}, {"plain#test", true}})
            QCOMPARE(mayBeDataset(m_root / source), may);
    }

    void sourcesWithHashes() {
        writeEmpty(m_root / "c#1", {"x#test/1.jpg"});
        QCOMPARE(parseSource(m_root / "c#1").part, std::string());
        QCOMPARE(parseSource(m_root / "c#1#a").part, std::string("a"));
        QCOMPARE(parseSource(m_root / "c#1/x#test").part, std::string());
        QCOMPARE(parseSource(m_root / "none#a").part, std::string());
        QVERIFY(sourceExists(m_root / "c#1#a") && !sourceExists(m_root / "none#a"));
        QVERIFY(!parseLocation(m_root / "c#1/photo#1.jpg").record);
        QVERIFY(!parseLocation(m_root / "photo#").record);
        QVERIFY(!parseLocation("#").record);
        QVERIFY(!parseLocation("a#99999999999999999999999").record);
        QCOMPARE(parseLocation(m_root / "c#00012").record.value_or(0), std::size_t{12});
    }

private:
    Dataset open(const std::string& source) const {
        const fs::path path = fs::path(source).is_absolute() ? fs::path(source) : m_root / source;
        auto dataset = openDataset(path);
        if (!dataset) qFatal("%s", dataset.error().message.c_str());
        return *dataset;
    }
    static fs::path recorded(const QString& name) {
        return fs::path(OODSCOPE_TEST_DATA) / "cifar" / name.toStdString();
    }
    std::string message(const std::string& source) const {
        const auto dataset = openDataset(m_root / source);
        return dataset ? "opened" : dataset.error().message;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    fs::path m_root;
};

QTEST_APPLESS_MAIN(TestLayouts)
#include "tst_layouts.moc"
