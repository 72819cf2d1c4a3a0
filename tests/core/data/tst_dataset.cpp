// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/data/dataset.h"

using namespace oodscope;
using namespace oodscope::data;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    fs::path root() const { return fs::path(m_temporary.path().toStdString()) / "set"; }

    Folder() { fs::create_directories(root()); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(root()); }  // QTemporaryDir stumbles over names that are not UTF-8

    void add(const std::vector<std::string>& files) const {
        for (const std::string& file : files) {
            fs::create_directories((root() / file).parent_path());
            std::ofstream(root() / file) << file;
        }
    }

private:
    QTemporaryDir m_temporary;
};

std::vector<std::string> paths(const Dataset& dataset) {
    std::vector<std::string> list;
    for (const Sample& sample : dataset.samples)
        list.push_back(sample.path);
    return list;
}

std::vector<std::int32_t> labels(const Dataset& dataset) {
    std::vector<std::int32_t> list;
    for (const Sample& sample : dataset.samples)
        list.push_back(sample.label);
    return list;
}

using Strings = std::vector<std::string>;
using Labels = std::vector<std::int32_t>;

}  // namespace

class TestDataset : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // The order was recorded from torchvision.datasets.ImageFolder (0.28) on these very files: the class "a" before
    // "a-b", a folder's own files before those of its folders, "x-1" before "x/…" because whole folder paths compare.
    void ordersAsImageFolder() {
        const Folder folder;
        folder.add({"a-b/1.png", "a/z.jpg", "a/b/x.jpg", "a/x/2.jpg", "a/x-1/3.jpg", "a/x/y/4.jpg", "a/x y/5.jpg",
                    "B/10.png", "B/9.png", "B/Z.PNG", "B/\xc3\xa9.webp", "a/.hidden.jpg", "a/.jpg",
                    "\xe7\x8c\xab/\xf0\x9f\x90\xb1.jpeg"});
        const auto dataset = openFolder(folder.root());
        QVERIFY2(dataset.has_value(), dataset ? "" : dataset.error().message.c_str());
        QCOMPARE(dataset->classNames, (Strings{"B", "a", "a-b", "\xe7\x8c\xab"}));
        QCOMPARE(paths(*dataset), (Strings{"B/10.png", "B/9.png", "B/Z.PNG", "B/\xc3\xa9.webp", "a/.hidden.jpg",
                                           "a/.jpg", "a/z.jpg", "a/b/x.jpg", "a/x/2.jpg", "a/x y/5.jpg", "a/x-1/3.jpg",
                                           "a/x/y/4.jpg", "a-b/1.png", "\xe7\x8c\xab/\xf0\x9f\x90\xb1.jpeg"}));
        QCOMPARE(labels(*dataset), (Labels{0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3}));
        QCOMPARE(dataset->name, std::string("set"));
        QVERIFY(dataset->hasLabels());
    }

    void takesTheExtensionsOfImageFolder() {
        const Folder folder;
        folder.add({"c/1.JPG", "c/2.Jpeg", "c/3.png", "c/4.ppm", "c/5.BMP", "c/6.pgm", "c/7.tif", "c/8.TIFF",
                    "c/9.webp", "c/a.gif", "c/b.txt", "c/jpg", "c/d.jpg.bak", "readme.txt"});
        const auto dataset = openFolder(folder.root());
        QVERIFY(dataset.has_value());
        QCOMPARE(dataset->samples.size(), 9U);
        QCOMPARE(dataset->skippedFiles, 5U);
        QCOMPARE(dataset->samples[0].bytes, 7U);
        QVERIFY(dataset->samples[0].modifiedNs > 0);
    }

    void flatFolderHasNoLabels() {
        const Folder folder;
        folder.add({"b.png", "a.jpg", "C.png", "notes.txt", "sub/notes.txt"});
        const auto dataset = openFolder(folder.root());
        QVERIFY(dataset.has_value());
        QVERIFY(!dataset->hasLabels());
        QCOMPARE(paths(*dataset), (Strings{"C.png", "a.jpg", "b.png"}));
        QCOMPARE(labels(*dataset), (Labels{-1, -1, -1}));
        QCOMPARE(dataset->skippedFiles, 2U);
    }

    void imagesBesideClassFoldersAreSkipped() {
        const Folder folder;
        folder.add({"cover.png", "cat/1.png"});
        const auto dataset = openFolder(folder.root());
        QVERIFY(dataset.has_value());
        QCOMPARE(paths(*dataset), (Strings{"cat/1.png"}));
        QCOMPARE(dataset->skippedFiles, 1U);
    }

    void emptyClassKeepsItsNumber() {
        const Folder folder;
        folder.add({".cache/x.txt", "a/1.png", "c/1.png"});
        fs::create_directories(folder.root() / "b");
        const auto dataset = openFolder(folder.root());
        QVERIFY(dataset.has_value());
        QCOMPARE(dataset->classNames, (Strings{"a", "b", "c"}));
        QCOMPARE(labels(*dataset), (Labels{0, 2}));
    }

    void linksAreFollowedAndLoopsEnd() {
        const Folder folder;
        folder.add({"a/1.png", "a/deep/2.png", "b/3.png"});
        fs::create_directory_symlink(folder.root(), folder.root() / "a/deep/loop");
        fs::create_directory_symlink(folder.root() / "a/deep", folder.root() / "a/deep/self");
        fs::create_directory_symlink(folder.root() / "b", folder.root() / "c");
        fs::create_symlink("nowhere.png", folder.root() / "b/dangling.png");
        const auto dataset = openFolder(folder.root());
        QVERIFY(dataset.has_value());
        const Strings all = paths(*dataset);
        QCOMPARE(dataset->classNames, (Strings{"a", "b", "c"}));
        const auto has = [&](const std::string& path) { return std::ranges::count(all, path) == 1; };
        QVERIFY(has("a/1.png") && has("a/deep/2.png") && has("b/3.png") && has("c/3.png") && has("b/dangling.png"));
        QVERIFY(has("a/deep/loop/b/3.png"));  // reached again, but not through itself
        QVERIFY(!has("a/deep/loop/a/deep/2.png"));
        QVERIFY(!has("a/deep/self/2.png"));
    }

    void namesNeedNotBeUtf8() {
        const Folder folder;
        folder.add({"c/\xff\xfe.png", "\x80/1.png"});
        const auto dataset = openFolder(folder.root());
        QVERIFY(dataset.has_value());
        QCOMPARE(paths(*dataset), (Strings{"c/\xff\xfe.png", "\x80/1.png"}));
        QVERIFY(fs::exists(dataset->root / dataset->samples[0].path));
    }

    void errorsNameTheFolder() {
        const Folder folder;
        const auto empty = openFolder(folder.root());
        QVERIFY(!empty.has_value());
        QVERIFY(empty.error().message.starts_with(folder.root().string() + ": no images (.jpg .jpeg .png"));
        const auto absent = openFolder(folder.root() / "absent");
        QCOMPARE(absent.error().code, ErrorCode::NotFound);
        QVERIFY(absent.error().message.find("absent: no such folder") != std::string::npos);
        folder.add({"file.txt"});
        const auto file = openFolder(folder.root() / "file.txt");
        QCOMPARE(file.error().code, ErrorCode::InvalidArgument);
        QVERIFY(file.error().message.find("file.txt: not a folder") != std::string::npos);
    }

    void unreadableFolderIsAnError() {
        if (::geteuid() == 0) QSKIP("root reads every folder");
        const Folder folder;
        folder.add({"a/1.png", "b/2.png"});
        fs::permissions(folder.root() / "b", fs::perms::none);
        const auto dataset = openFolder(folder.root());
        fs::permissions(folder.root() / "b", fs::perms::owner_all);
        QVERIFY(!dataset.has_value());
        QCOMPARE(dataset.error().code, ErrorCode::Io);
        QVERIFY(dataset.error().message.find((folder.root() / "b").string()) != std::string::npos);
    }

    void rootIsAbsoluteAndNamed() {
        const Folder folder;
        folder.add({"c/1.png"});
        const auto slash = openFolder(folder.root().string() + "/");
        QVERIFY(slash.has_value());
        QCOMPARE(slash->root, folder.root());
        QCOMPARE(slash->name, std::string("set"));
        const fs::path before = fs::current_path();
        fs::current_path(folder.root());
        const auto here = openFolder(".");
        fs::current_path(before);
        QVERIFY(here.has_value());
        QVERIFY(here->root.is_absolute());
        QCOMPARE(here->name, std::string("set"));
        QCOMPARE(here->listHash(), slash->listHash());
    }

    void listHashFollowsPathsSizesAndTimes() {
        const Folder folder;
        folder.add({"c/1.png", "c/2.png"});
        const auto dataset = openFolder(folder.root());
        QVERIFY(dataset.has_value());
        const std::string hash = dataset->listHash();
        QCOMPARE(openFolder(folder.root())->listHash(), hash);
        for (int change = 0; change < 4; ++change) {
            Dataset other = *dataset;
            if (change == 0) other.samples[1].path = "c/3.png";
            if (change == 1) ++other.samples[1].bytes;
            if (change == 2) ++other.samples[1].modifiedNs;
            if (change == 3) other.samples.pop_back();
            QVERIFY(other.listHash() != hash);
        }
    }
};

QTEST_APPLESS_MAIN(TestDataset)
#include "tst_dataset.moc"
