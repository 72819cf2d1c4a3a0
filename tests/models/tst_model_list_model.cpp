// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

#include "ui/models/model_list_model.h"

using namespace oodscope;
using namespace oodscope::ui;

namespace {

std::vector<model::ListedModel> someModels() {
    model::FoundModel here;
    here.name = "timm/vit_base_patch16_clip_224.openai";
    here.folder = "/models/clip";
    here.info = model::ModelInfo();
    here.info->architecture = "open_clip ViT 12 layers";
    here.info->embeddingWidth = 768;
    here.info->parameterCount = 149'620'737;
    model::FoundModel broken;
    broken.name = "mine";
    broken.folder = "/models/mine";
    broken.problem = "/models/mine: no weights";
    return {{model::findEntry("ViT-B-16/openai"), here},
            {model::findEntry("mae_vit_huge"), std::nullopt},
            {nullptr, broken}};
}

}  // namespace

class TestModelListModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void showsWhatIsHereAndWhatIsNot();
    void marksWhatIsLessChecked();
    void figuresStandBelowTheirHeaders();
    void searches();
    void outOfRange();
};

void TestModelListModel::showsWhatIsHereAndWhatIsNot() {
    ModelListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setModels(someModels());
    QCOMPARE(model.rowCount(), 3);
    const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(text(0, ModelListModel::Name), QStringLiteral("openclip_ViT-B-16/openai"));
    QCOMPARE(text(0, ModelListModel::State), QStringLiteral("here"));
    QCOMPARE(text(0, ModelListModel::Architecture), QStringLiteral("open_clip ViT 12 layers"));
    QCOMPARE(text(0, ModelListModel::Width), QStringLiteral("768"));
    QVERIFY(model.index(0, 0).data(ModelListModel::UsableRole).toBool());
    QVERIFY(model.index(0, 0).data(ModelListModel::ReasonRole).toString().isEmpty());
    QCOMPARE(model.index(0, 0).data(ModelListModel::PathRole).toString(), QStringLiteral("/models/clip"));

    QCOMPARE(text(1, ModelListModel::State), QStringLiteral("not here"));
    QCOMPARE(text(1, ModelListModel::Licence), QStringLiteral("CC-BY-NC-4.0"));
    QCOMPARE(model.index(1, ModelListModel::Parameters).data(ModelListModel::SortRole).toDouble(), 630764800.0);
    QVERIFY(model.index(1, 0).data(ModelListModel::ReasonRole).toString().contains(u"mae_pretrain_vit_huge.pth"));
    QVERIFY(!model.index(1, 0).data(ModelListModel::UsableRole).toBool());

    QCOMPARE(text(2, ModelListModel::State), QStringLiteral("does not fit"));
    QCOMPARE(model.index(2, 0).data(ModelListModel::ReasonRole).toString(), QStringLiteral("/models/mine: no weights"));
    QCOMPARE(model.index(2, 0).data(ModelListModel::NameRole).toString(), QStringLiteral("mine"));
}

void TestModelListModel::marksWhatIsLessChecked() {
    std::vector<model::ListedModel> models = someModels();
    models[0].found->info->lessChecked = true;
    ModelListModel model;
    model.setModels(std::move(models));
    const QModelIndex script = model.index(0, ModelListModel::State);
    QCOMPARE(script.data().toString(), QStringLiteral("here, less checked"));
    QVERIFY(script.data(ModelListModel::UsableRole).toBool());
    for (const int role : {int(ModelListModel::ReasonRole), int(Qt::ToolTipRole)})
        QVERIFY(script.data(role).toString().contains(u"runs the code in the file"));
}

void TestModelListModel::figuresStandBelowTheirHeaders() {
    ModelListModel model;
    model.setModels(someModels());
    for (int column = 0; column < ModelListModel::Columns; ++column) {
        const auto cell = model.index(0, column).data(Qt::TextAlignmentRole).value<Qt::Alignment>();
        QCOMPARE(model.headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).value<Qt::Alignment>(), cell);
        const bool figures = column == ModelListModel::Width || column == ModelListModel::Parameters;
        QCOMPARE(cell.testFlag(Qt::AlignRight), figures);
    }
}

void TestModelListModel::searches() {
    ModelListModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    model.setModels(someModels());
    model.setSearch(QStringLiteral("VIT huge"));
    QCOMPARE(model.shownCount(), 1);
    QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("mae_vit_huge"));
    model.setSearch(QStringLiteral("/models/"));
    QCOMPARE(model.shownCount(), 2);
    model.setSearch(QStringLiteral("nothing like it"));
    QCOMPARE(model.rowCount(), 0);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    model.setSearch(QStringLiteral("nothing like it"));
    QCOMPARE(resets.size(), 0);
    model.setSearch({});
    QCOMPARE(model.rowCount(), 3);
}

void TestModelListModel::outOfRange() {
    ModelListModel model;
    QVERIFY(!model.index(0, 0).isValid());
    model.setModels(someModels());
    QVERIFY(!model.index(3, 0).isValid());
    QVERIFY(!model.index(-1, 0).isValid());
    QVERIFY(!model.index(0, ModelListModel::Columns).isValid());
    QVERIFY(!model.data({}).isValid());
    QCOMPARE(model.rowCount(model.index(0, 0)), 0);
    QVERIFY(!model.headerData(ModelListModel::Columns, Qt::Horizontal).isValid());
    QVERIFY(!model.headerData(-1, Qt::Horizontal).isValid());
}

QTEST_GUILESS_MAIN(TestModelListModel)
#include "tst_model_list_model.moc"
