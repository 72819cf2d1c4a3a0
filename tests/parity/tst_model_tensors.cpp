// SPDX-License-Identifier: GPL-3.0-or-later
// The tensors of the full-size models, as Python makes them (make_model_tensors.py), fit what this program expects of
// them: names, shapes, counts.
#include <QtTest>

#include "core/base/files.h"
#include "core/base/text_util.h"
#include "core/model/checkpoint.h"
#include "core/model/clip_architectures.h"
#include "core/model/clip_config.h"
#include "core/model/registry.h"
#include "core/model/vit_checkpoint.h"
#include "support/parity_support.h"

using namespace oodscope;
using namespace oodscope::parity;

namespace {

// A checkpoint without values.
struct Recorded {
    std::string name;
    std::size_t tensors = 0;
    std::uint64_t elements = 0;
    io::TensorFile file;
};

std::vector<std::int64_t> parseShape(const std::string& text) {
    std::vector<std::int64_t> shape;
    if (text == "scalar") return shape;
    for (const std::string& side : split(text, 'x'))
        shape.push_back(std::stoll(side));
    return shape;
}

// "blocks.{0-11}.norm1.weight" stands for twelve tensors.
void addTensors(io::TensorFile& file, const std::string& name, const std::vector<std::int64_t>& shape) {
    const std::size_t open = name.find("{0-");
    const std::size_t close = name.find('}');
    const int last = open == std::string::npos ? 0 : std::stoi(name.substr(open + 3));
    for (int number = 0; number <= last; ++number) {
        const std::string each =
            open == std::string::npos ? name : name.substr(0, open) + std::to_string(number) + name.substr(close + 1);
        file.tensors[each] = {io::DType::F32, shape, {}, nullptr};
    }
}

std::vector<Recorded> recordedModels() {
    std::vector<Recorded> models;
    for (const std::string& line :
         splitLines(valueOf(readTextFile(fs::path(OODSCOPE_TEST_DATA) / "model_tensors.txt")))) {
        const std::vector<std::string> words = split(line, ' ');
        if (words[0] == "=") {
            models.push_back({words[1], std::stoul(words[2]), std::stoull(words[3]), {words[1], {}, {}}});
            continue;
        }
        addTensors(models.back().file, words[0], parseShape(words[1]));
    }
    return models;
}

// Without values there are no bytes to count.
std::uint64_t elementsOf(const io::TensorFile& file) {
    std::uint64_t count = 0;
    for (const auto& [name, view] : file.tensors) {
        std::uint64_t elements = 1;
        for (const std::int64_t side : view.shape)
            elements *= static_cast<std::uint64_t>(side);
        count += elements;
    }
    return count;
}

}  // namespace

class TestModelTensors : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fullSizeModels_data();
    void fullSizeModels();
};

void TestModelTensors::fullSizeModels_data() {
    QTest::addColumn<int>("number");
    const auto models = recordedModels();
    QCOMPARE(models.size(), std::size_t{21});
    for (std::size_t i = 0; i < models.size(); ++i)
        QTest::addRow("%s", models[i].name.c_str()) << static_cast<int>(i);
}

void TestModelTensors::fullSizeModels() {
    QFETCH(int, number);
    const Recorded recorded = recordedModels()[static_cast<std::size_t>(number)];
    QCOMPARE(recorded.file.tensors.size(), recorded.tensors);
    QCOMPARE(elementsOf(recorded.file), recorded.elements);
    const auto* entry = model::findEntry(recorded.name);
    QVERIFY(entry != nullptr);
    QCOMPARE(entry->parameters, recorded.elements);
    if (entry->isClip()) {
        const io::Json json{{"model_cfg", *model::clipArchitecture(entry->architecture)}};
        const auto config = valueOf(model::parseClipConfig(json, "config"));
        const Status fits = model::compareTensors(recorded.file, model::expectedTensors(config), entry->architecture);
        QVERIFY2(fits, fits ? "" : fits.error().message.c_str());
        QCOMPARE(model::widthOf(config.vision), entry->embeddingWidth);
        QCOMPARE(config.embedDim, entry->projectedWidth);
        QCOMPARE(config.preprocess.size, entry->own.size);
        return;
    }
    model::TowerHints hints;
    hints.architecture = entry->architecture;
    hints.imageSize = entry->own.size;
    const auto fitted = model::fitTower(recorded.file, hints);
    QVERIFY2(fitted, fitted ? "" : fitted.error().message.c_str());
    QCOMPARE(elementsOf(fitted->tensors), recorded.elements);
    QCOMPARE(model::widthOf(fitted->spec), entry->embeddingWidth);
    QCOMPARE(model::activationOf(fitted->spec), entry->activation);
    QVERIFY(fitted->ignored.empty() && fitted->head.tensors.empty());
}

QTEST_APPLESS_MAIN(TestModelTensors)
#include "tst_model_tensors.moc"
