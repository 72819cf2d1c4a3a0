// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/model/state_dict.h"

using namespace oodscope;

class TestStateDict : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void wrappersComeOff_data();
    void wrappersComeOff();
    void whatArchivesCarryIsLeftOut();
};

void TestStateDict::wrappersComeOff_data() {
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QString>("inside");
    QTest::addColumn<QStringList>("kept");
    const auto row = [](const char* tag, const QStringList& names, const char* inside, const QStringList& kept) {
        QTest::newRow(tag) << names << QString::fromUtf8(inside) << kept;
    };
    const QStringList plain{QStringLiteral("blocks.0.w"), QStringLiteral("cls_token")};
    const auto with = [&](const char* prefix) {
        QStringList names;
        for (const QString& name : plain)
            names << QString::fromUtf8(prefix) + name;
        return names;
    };
    row("bare", plain, "", plain);
    row("state_dict", with("state_dict."), "state_dict", plain);
    row("open_clip", with("state_dict.module."), "state_dict.module", plain);
    row("DINO", with("teacher.") + with("student.module.") + QStringList{QStringLiteral("epoch")}, "teacher", plain);
    row("MSN", with("target_encoder.module.") + with("encoder.module.") + QStringList{QStringLiteral("prototypes")},
        "target_encoder.module", plain);
    row("MoCo", with("state_dict.module.base_encoder."), "state_dict.module", with("base_encoder."));
    row("EMA", with("model.") + with("model_ema."), "model_ema", plain);
    row("Lightning", with("state_dict.model."), "state_dict.model", plain);
    row("encoder is a part", {QStringLiteral("encoder.layers.0"), QStringLiteral("head.w")}, "",
        {QStringLiteral("encoder.layers.0"), QStringLiteral("head.w")});
}

void TestStateDict::wrappersComeOff() {
    QFETCH(QStringList, names);
    QFETCH(QString, inside);
    QFETCH(QStringList, kept);
    io::TensorFile file;
    for (const QString& name : names)
        file.tensors.emplace(name.toStdString(), io::TensorView());
    const model::StateDict unwrapped = model::unwrapStateDict(file);
    QCOMPARE(QString::fromStdString(unwrapped.inside), inside);
    QStringList found;
    for (const auto& [name, view] : unwrapped.file.tensors)
        found << QString::fromStdString(name);
    QCOMPARE(found, kept);
}

void TestStateDict::whatArchivesCarryIsLeftOut() {
    io::TensorFile file;
    for (const char* name : {"input_resolution", "context_length", "vocab_size", "logit_scale"})
        file.tensors.emplace(name, io::TensorView());
    io::TensorView wide;
    wide.shape = {3, 2};
    file.tensors.emplace("proj", wide);
    QCOMPARE(model::unwrapStateDict(file).file.tensors.size(), 2U);
    // A mask is square; another tensor of that name is not silently dropped.
    wide.shape = {77, 77};
    file.tensors.emplace("attn_mask", wide);
    QCOMPARE(model::unwrapStateDict(file).file.tensors.size(), 2U);
    wide.shape = {77, 76};
    file.tensors.insert_or_assign("attn_mask", wide);
    QCOMPARE(model::unwrapStateDict(file).file.tensors.size(), 3U);
}

QTEST_APPLESS_MAIN(TestStateDict)
#include "tst_state_dict.moc"
