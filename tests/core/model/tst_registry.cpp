// SPDX-License-Identifier: GPL-3.0-or-later
// The table of known models: names in every spelling, what is found of them on this machine.
#include <QTemporaryDir>
#include <QtTest>
#include <filesystem>
#include <set>

#include "core/base/files.h"
#include "core/model/clip_architectures.h"
#include "core/model/model_list.h"
#include "core/model/registry.h"
#include "core/model/vit_checkpoint.h"
#include "support/parity_support.h"

using namespace oodscope;

class TestRegistry : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void everySpelling_data();
    void everySpelling();
    void namesAreUnique();
    void entriesAreWhole();
    void preprocessing();
    void similarNames();
    void opensByAnyName();
    void opensFiles();
    void lists();

private:
    // A snapshot folder of MAE's base model, two layers of it.
    void writeTimm(const fs::path& folder, const std::string& architecture);

    std::unique_ptr<QTemporaryDir> m_root;
    fs::path m_folder;
};

void TestRegistry::init() {
    m_root = std::make_unique<QTemporaryDir>();
    m_folder = m_root->path().toStdString();
    qputenv("HF_HUB_CACHE", (m_folder / "hub").c_str());
    qunsetenv("OODSCOPE_MODELS");
}

void TestRegistry::writeTimm(const fs::path& folder, const std::string& architecture) {
    fs::create_directories(folder);
    const io::Json json{
        {"architecture", architecture},
        {"model_args", {{"embed_dim", 64}, {"depth", 2}, {"num_heads", 2}}},
        {"pretrained_cfg", {{"input_size", {3, 32, 32}}, {"crop_pct", 0.9}, {"interpolation", "bicubic"}}}};
    QVERIFY(writeFileAtomically(folder / "config.json", json.dump()));
    model::VitSpec spec;
    spec.transformer.width = 64;
    spec.transformer.layers = 2;
    spec.transformer.heads = 2;
    spec.transformer.mlpWidth = 256;
    spec.imageSize = 32;
    spec.patchSize = 8;
    spec.patchBias = true;
    spec.normBefore = false;
    model::TensorShapes shapes;
    for (const auto& [name, place] : model::timmLayout(spec))
        shapes[name] = place.shape;
    parity::writeWeights(folder / "model.safetensors", shapes, 1);
}

void TestRegistry::everySpelling_data() {
    QTest::addColumn<QString>("spelling");
    QTest::addColumn<QString>("name");
    const auto row = [](const char* spelling, const char* name) { QTest::addRow("%s", spelling) << spelling << name; };
    for (const char* spelling : {"openclip_ViT-B-16/openai", "ViT-B-16/openai", "ViT-B-16::openai", "vit-b-16:openai",
                                 "timm/vit_base_patch16_clip_224.openai",
                                 "hf-hub:timm/vit_base_patch16_clip_224.openai", "vit_base_patch16_clip_224.openai"})
        row(spelling, "openclip_ViT-B-16/openai");
    for (const char* spelling : {"openclip_ViT-B-16/laion2b", "ViT-B-16::laion2b_s34b_b88k",
                                 "ViT-B-16/laion2b_s34b_b88k", "laion/CLIP-ViT-B-16-laion2B-s34B-b88K"})
        row(spelling, "openclip_ViT-B-16/laion2b");
    row("vit_base_patch16_224", "timm_vit_base_patch16_224");
    row("vit_base_patch16_224.mae", "mae_vit_base");
    row("MAE_ViT_Huge", "mae_vit_huge");
    row("timm/vit_giant_patch14_dinov2.lvd142m", "dinov2_vitg14");
    row("convnext_base", "convnext_base");
}

void TestRegistry::everySpelling() {
    QFETCH(QString, spelling);
    QFETCH(QString, name);
    const auto* entry = model::findEntry(spelling.toStdString());
    QVERIFY(entry != nullptr);
    QCOMPARE(QString::fromStdString(entry->name), name);
}

void TestRegistry::namesAreUnique() {
    std::set<std::string> files;
    for (const auto& entry : model::registry()) {
        QCOMPARE(model::findEntry(entry.name), &entry);
        for (const std::string& alias : entry.aliases)
            QCOMPARE(model::findEntry(alias), &entry);
        if (!entry.repository.empty()) QCOMPARE(model::findEntry(entry.repository), &entry);
        if (entry.file.empty()) continue;
        QVERIFY2(files.insert(entry.file).second, entry.file.c_str());
        QCOMPARE(model::findEntryOfFile(entry.file), &entry);
    }
    QVERIFY(model::findEntry("") == nullptr);
    QVERIFY(model::findEntry("ViT-B-16") == nullptr);  // an architecture without a tag is no model
    QVERIFY(model::findEntryOfFile("") == nullptr);
}

void TestRegistry::entriesAreWhole() {
    for (const auto& entry : model::registry()) {
        QVERIFY2(!entry.architecture.empty() && !entry.activation.empty() && !entry.licence.empty(),
                 entry.name.c_str());
        QVERIFY2(entry.embeddingWidth > 0 && entry.parameters > 1'000'000, entry.name.c_str());
        QCOMPARE(entry.isClip(), entry.projectedWidth > 0);
        if (entry.isClip()) QVERIFY2(model::clipArchitecture(entry.architecture), entry.name.c_str());
        const auto size = entry.isClip() ? std::nullopt : model::vitSizeOf(entry.architecture);
        if (size && entry.architecture.find("convnext") == std::string::npos)
            QCOMPARE(size->width, entry.embeddingWidth);
    }
}

void TestRegistry::preprocessing() {
    const auto* mae = model::findEntry("mae_vit_base");
    QCOMPARE(mae->own.resizeTo, 256);
    QVERIFY(mae->own.mode == image::ResizeMode::ShortestEdge);
    QCOMPARE(mae->reference.resizeTo, 224);
    QVERIFY(mae->reference.mode == image::ResizeMode::Squash);
    QCOMPARE(mae->reference.mean[0], 0.485F);
    const auto* baseline = model::findEntry("timm_vit_base_patch16_224_in21k");
    QCOMPARE(baseline->reference.resizeTo, 256);
    QCOMPARE(baseline->reference.size, 224);
    QCOMPARE(baseline->own.mean[0], 0.5F);
    const auto* clip = model::findEntry("ViT-L-14/laion2b");
    QCOMPARE(clip->own.mean[2], 0.5F);
    QCOMPARE(clip->own.describe(), clip->reference.describe());
    QVERIFY(model::parsePreprocessing("reference").value() == model::Preprocessing::Reference);
    QVERIFY(!model::parsePreprocessing("mine"));
}

void TestRegistry::similarNames() {
    QCOMPARE(model::similarNames("mae_vit_bse").front(), std::string("mae_vit_base"));
    QCOMPARE(model::similarNames("ViT-B-16").size(), std::size_t{2});
    QVERIFY(model::similarNames("something quite different from all of them").empty());
    const auto missing = model::openModel("mae_vit_hug");
    QVERIFY(!missing && missing.error().message.find("similar names: mae_vit_huge") != std::string::npos);
    const auto known = model::openModel("mae_vit_huge");
    QVERIFY(!known && known.error().message.find("timm/vit_huge_patch14_224.mae") != std::string::npos);
    QVERIFY(known.error().message.find("mae_pretrain_vit_huge.pth") != std::string::npos);
}

void TestRegistry::opensByAnyName() {
    const fs::path repository = m_folder / "hub" / "models--timm--vit_base_patch16_224.mae";
    writeTimm(repository / "snapshots" / "abc", "vit_base_patch16_224");
    for (const char* name : {"mae_vit_base", "hf-hub:timm/vit_base_patch16_224.mae", "vit_base_patch16_224.mae"}) {
        const auto opened = model::openModel(name);
        QVERIFY2(opened, opened ? "" : opened.error().message.c_str());
        QCOMPARE((*opened)->info().name, std::string("timm/vit_base_patch16_224.mae"));
        QCOMPARE((*opened)->info().imageSize, 32);
        QCOMPARE((*opened)->info().preprocess.resizeTo, 35);  // floor(32 / 0.9)
    }
    model::OpenOptions options;
    options.preprocessing = model::Preprocessing::Reference;
    const auto reference = model::openModel("mae_vit_base", options);
    QVERIFY(reference.has_value());
    QCOMPARE((*reference)->info().imageSize, 224);  // the position embedding is resized
    QVERIFY((*reference)->info().preprocess.mode == image::ResizeMode::Squash);
    QVERIFY(*(*reference)->identity() != *(*model::openModel("mae_vit_base"))->identity());
    const auto foreign = m_folder / "foreign";
    writeTimm(foreign, "vit_base_patch16_rpn_224");
    const auto refused = model::openModel(foreign.string());
    QVERIFY(!refused && refused.error().message.find("vit_base_patch16_rpn_224") != std::string::npos);
}

void TestRegistry::opensFiles() {
    writeTimm(m_folder / "own", "vit_base_patch16_224");
    const fs::path file = m_folder / "checkpoint.safetensors";
    fs::copy_file(m_folder / "own" / "model.safetensors", file);
    const auto nameless = model::openModel(file.string());
    QVERIFY(!nameless && nameless.error().message.find("--arch") != std::string::npos);
    model::OpenOptions options;
    options.architecture = "mae_vit_bas";
    const auto unknown = model::openModel(file.string(), options);
    QVERIFY(!unknown && unknown.error().message.find("mae_vit_base") != std::string::npos);
    options.architecture = "mae_vit_base";  // known, and this is no such model
    const auto misfit = model::openModel(file.string(), options);
    QVERIFY(!misfit && misfit.error().message.find(
                           "12 layers of width 768, these tensors are of 2 layers of width 64") != std::string::npos);
    options.architecture.clear();
    options.located = {{"my model", m_folder / "own"}};
    const auto located = model::openModel("my model", options);
    QVERIFY2(located, located ? "" : located.error().message.c_str());
    QCOMPARE((*located)->info().name, std::string("my model"));
}

void TestRegistry::lists() {
    writeTimm(m_folder / "hub" / "models--timm--vit_base_patch16_224.mae" / "snapshots" / "abc",
              "vit_base_patch16_224");
    fs::create_directories(m_folder / "more" / "broken");
    QVERIFY(writeFileAtomically(m_folder / "more" / "broken" / "open_clip_config.json", "{"));
    const auto listed = model::listModels({m_folder / "more"});
    QCOMPARE(listed.size(), model::registry().size() + 1);
    int usable = 0;
    for (const auto& model : listed) {
        if (!model.usable()) continue;
        ++usable;
        QCOMPARE(model.name(), std::string("mae_vit_base"));
        QVERIFY(model.matches("MAE base") && model.matches("snapshots") && !model.matches("mae huge"));
    }
    QCOMPARE(usable, 1);
    const auto& last = listed.back();
    QVERIFY(last.entry == nullptr && last.found && !last.found->info);
    QCOMPARE(last.name(), std::string("broken"));
    QVERIFY(!last.found->problem.empty());
}

QTEST_APPLESS_MAIN(TestRegistry)
#include "tst_registry.moc"
