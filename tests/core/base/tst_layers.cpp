// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <regex>
#include <set>

#include "core/base/files.h"
#include "core/base/text_util.h"

using namespace oodscope;

namespace {

const fs::path kRoot = fs::path(OODSCOPE_TEST_DATA) / ".." / "..";

/// A room may include from itself and from those before it; the last two from all.
const std::vector<std::string> kRooms{"base",  "io",    "image", "text",   "model",     "data",      "embed",
                                      "train", "probe", "ood",   "attack", "workspace", "experiment"};
const std::set<std::string> kMayIncludeAll{"workspace", "experiment"};

std::ptrdiff_t rankOf(const std::string& room) {
    return std::ranges::find(kRooms, room) - kRooms.begin();
}

/// The reason why a line of a file in `room` is not allowed, or nothing.
std::string objection(const std::string& room, const std::string& fileName, const std::string& line) {
    static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
    static const std::regex kQt(R"(^(Qt[A-Z0-9]\w*/)?(Q[A-Z]\w*|q[a-z]+\.h|qt\w*\.h)$)");
    static const std::regex kTorch(R"(^(ATen|c10|torch|caffe2)/.*)");
    std::smatch match;
    if (!std::regex_match(line, match, kInclude)) return {};
    const std::string target = match[2];
    if (std::regex_match(target, kQt)) return "core is free of Qt";
    if (target == "torch/torch.h") return "torch/torch.h takes far too long to compile";
    if (std::regex_match(target, kTorch) && fileName.ends_with(".h") && !fileName.ends_with("_torch.h"))
        return "torch belongs into .cpp and *_torch.h files";
    if (match[1] != "\"") return {};
    const std::vector<std::string> parts = split(target, '/');
    if (parts.size() < 3 || parts[0] != "core") return "include as \"core/room/file.h\"";
    if (rankOf(parts[1]) == static_cast<std::ptrdiff_t>(kRooms.size())) return "no such room: " + parts[1];
    if (!kMayIncludeAll.contains(room) && rankOf(parts[1]) > rankOf(room))
        return room + " may not include from " + parts[1];
    if (target.ends_with("_torch.h") && fileName.ends_with(".h") && !fileName.ends_with("_torch.h"))
        return "torch belongs into .cpp and *_torch.h files";
    return {};
}

}  // namespace

class TestLayers : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theRulesThemselves_data() {
        QTest::addColumn<QByteArray>("room");
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<bool>("allowed");
        const auto row = [](const char* room, const char* file, const char* line, bool allowed) {
            QTest::newRow(line) << QByteArray(room) << QByteArray(file) << QByteArray(line) << allowed;
        };
        row("text", "a.cpp", "#include \"core/text/words.h\"", true);
        row("text", "a.cpp", "#include \"core/base/error.h\"", true);
        row("text", "a.cpp", "#include \"core/model/model.h\"", false);
        row("ood", "a.cpp", "#include \"core/experiment/run.h\"", false);
        row("workspace", "a.cpp", "#include \"core/experiment/run2.h\"", true);
        row("experiment", "a.cpp", "#include \"core/workspace/workspace.h\"", true);
        row("text", "a.cpp", "#include \"words.h\"", false);
        row("text", "a.cpp", "#include \"ui/models/run.h\"", false);
        row("text", "a.cpp", "#include \"core/nowhere/run.h\"", false);
        row("text", "a.cpp", "  #  include <QString>", false);
        row("text", "a.cpp", "#include <QtCore/QString>", false);
        row("text", "a.cpp", "#include <qglobal.h>", false);
        row("text", "a.cpp", "#include <QtCore/qobject.h>", false);
        row("text", "a.cpp", "#include <queue>", true);
        row("text", "a.cpp", "// #include <QString>", true);
        row("model", "a.cpp", "#include <ATen/ATen.h>", true);
        row("model", "a_torch.h", "#include <ATen/Tensor.h>", true);
        row("model", "a.h", "#include <ATen/core/Tensor.h>", false);
        row("model", "a.h", "#include \"core/model/vit_torch.h\"", false);
        row("model", "a.cpp", "#include <torch/torch.h>", false);
    }
    void theRulesThemselves() {
        QFETCH(QByteArray, room);
        QFETCH(QByteArray, file);
        QFETCH(QByteArray, line);
        QFETCH(bool, allowed);
        QCOMPARE(objection(room.toStdString(), file.toStdString(), line.toStdString()).empty(), allowed);
    }

    void everyFileOfCoreKeepsThem() {
        std::string problems;
        std::size_t files = 0;
        for (const auto& item : fs::recursive_directory_iterator(kRoot / "core")) {
            const std::string name = item.path().filename().string();
            if (!name.ends_with(".h") && !name.ends_with(".cpp")) continue;
            ++files;
            const fs::path relative = fs::relative(item.path(), kRoot);
            const std::string room = std::next(relative.begin())->string();
            if (rankOf(room) == static_cast<std::ptrdiff_t>(kRooms.size()))
                problems += relative.string() + ": no such room\n";
            const auto lines = splitLines(*readTextFile(item.path()));
            for (std::size_t i = 0; i < lines.size(); ++i) {
                const std::string reason = objection(room, name, lines[i]);
                if (!reason.empty()) problems += relative.string() + ":" + std::to_string(i + 1) + ": " + reason + "\n";
            }
        }
        QVERIFY2(problems.empty(), problems.c_str());
        QVERIFY2(files > 40, "the sources were not found");
    }
};

QTEST_APPLESS_MAIN(TestLayers)
#include "tst_layers.moc"
