// SPDX-License-Identifier: GPL-3.0-or-later
// The list of models and the self-test in the window.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/window/models_dialog.h"
#include "ui/window/selftest_dialog.h"

using namespace oodscope;
using namespace oodscope::ui;

class TestModelsDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init();
    void listsAndSearches();
    void usesWhatIsHere();
    void remembersWhatFits();
    void saysWhatDoesNotFit();
    void selftestShowsFigures();
    void selftestShowsErrors();

private:
    std::unique_ptr<ModelsDialog> open();
    void select(ModelsDialog& dialog, const QString& search);

    QTemporaryDir m_folder;
    Services m_services;
    JobRunner m_jobs;
    std::unique_ptr<WindowSettings> m_settings;
};

void TestModelsDialog::init() {
    m_settings = std::make_unique<WindowSettings>(m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction())));
    m_services = {};
    m_services.listModels = [](const std::vector<model::LocatedModel>& located) {
        model::FoundModel here;
        here.name = "mine";
        here.folder = "/models/mine";
        here.info = model::ModelInfo();
        std::vector<model::ListedModel> listed{{model::findEntry("mae_vit_base"), std::nullopt}, {nullptr, here}};
        for (const auto& model : located) {
            here.name = model.name;
            here.folder = model.path;
            listed.push_back({nullptr, here});
        }
        return listed;
    };
    m_services.checkModel = [](const model::LocatedModel& located) -> Status {
        if (located.path.filename() == "bad") return fail(ErrorCode::BadFile, "bad: 2 tensors missing (a, b)");
        return {};
    };
}

std::unique_ptr<ModelsDialog> TestModelsDialog::open() {
    auto dialog = std::make_unique<ModelsDialog>(m_services, &m_jobs, m_settings.get());
    dialog->show();
    [[maybe_unused]] const bool arrived =
        QTest::qWaitFor([&] { return dialog->table()->model()->rowCount() >= 2; }, 5000);
    return dialog;
}

void TestModelsDialog::select(ModelsDialog& dialog, const QString& search) {
    dialog.searchEdit()->setText(search);
    dialog.table()->selectRow(0);
}

void TestModelsDialog::listsAndSearches() {
    auto dialog = open();
    QCOMPARE(dialog->table()->model()->rowCount(), 2);
    QTest::keyClicks(dialog->searchEdit(), QStringLiteral("mae"));
    QCOMPARE(dialog->table()->model()->rowCount(), 1);
    QVERIFY(!dialog->useButton()->isEnabled());
    dialog->table()->selectRow(0);
    QVERIFY(dialog->noteText().contains(u"timm/vit_base_patch16_224.mae"));
    QVERIFY(!dialog->useButton()->isEnabled());
}

void TestModelsDialog::usesWhatIsHere() {
    auto dialog = open();
    QSignalSpy used(dialog.get(), &ModelsDialog::useRequested);
    select(*dialog, QStringLiteral("mine"));
    QVERIFY(dialog->useButton()->isEnabled());
    QTest::mouseClick(dialog->useButton(), Qt::LeftButton);
    QCOMPARE(used.size(), 1);
    QCOMPARE(used.front().front().toString(), QStringLiteral("/models/mine"));
    QVERIFY(!dialog->isVisible());
}

void TestModelsDialog::remembersWhatFits() {
    auto dialog = open();
    select(*dialog, QStringLiteral("mae"));
    dialog->locate(m_folder.path());
    QTRY_COMPARE(m_settings->locatedModels().size(), std::size_t{1});
    QCOMPARE(m_settings->locatedModels().front().name, std::string("mae_vit_base"));
    QCOMPARE(m_settings->locatedModels().front().path.string(), m_folder.path().toStdString());
    QTRY_COMPARE(dialog->table()->model()->rowCount(), 2);  // "mae" still searched for
    dialog->locate(m_folder.path());                        // again: no second one
    QVERIFY(QTest::qWaitFor([&] { return m_jobs.activeCount() == 0; }, 5000));
    QCOMPARE(m_settings->locatedModels().size(), std::size_t{1});
}

void TestModelsDialog::saysWhatDoesNotFit() {
    auto dialog = open();
    dialog->locate(QStringLiteral("/models/bad"));
    QTRY_VERIFY(dialog->noteText().contains(u"bad: 2 tensors missing (a, b)"));
    QVERIFY(m_settings->locatedModels().empty());
}

void TestModelsDialog::selftestShowsFigures() {
    using experiment::SelftestCheck;
    m_services.selftest = [](const experiment::SelftestOptions& options, std::stop_token,
                             const ProgressFn&) -> Result<experiment::SelftestReport> {
        experiment::SelftestReport report;
        report.checks = {{SelftestCheck::Kind::Resize, "bicubic", 1024, 0, 0},
                         {SelftestCheck::Kind::Encoder, "ViT: image", 5,
                          options.precision == model::Precision::Fp32 ? 1e-7 : 0.5, 1e-4}};
        return report;
    };
    SelftestDialog dialog(m_services, &m_jobs);
    dialog.show();
    QTRY_COMPARE(dialog.list()->topLevelItemCount(), 2);
    QCOMPARE(dialog.list()->topLevelItem(0)->text(2), QStringLiteral("0 of 1,024 differ"));
    QVERIFY(dialog.list()->topLevelItem(1)->text(2).startsWith(u"1e-07"));
    QVERIFY(dialog.verdict().contains(u"gives the recorded numbers"));
    dialog.findChild<QComboBox*>(QStringLiteral("SelftestPrecision"))->setCurrentIndex(1);
    QTest::mouseClick(dialog.startButton(), Qt::LeftButton);
    QTRY_VERIFY(dialog.verdict().contains(u"does not give"));
    QCOMPARE(dialog.list()->topLevelItemCount(), 2);
}

void TestModelsDialog::selftestShowsErrors() {
    m_services.selftest = [](const experiment::SelftestOptions&, std::stop_token,
                             const ProgressFn&) -> Result<experiment::SelftestReport> {
        return fail(ErrorCode::NotFound, "selftest: not there");
    };
    SelftestDialog dialog(m_services, &m_jobs);
    QTRY_COMPARE(dialog.verdict(), QStringLiteral("selftest: not there"));
    QCOMPARE(dialog.list()->topLevelItemCount(), 0);
}

QTEST_MAIN(TestModelsDialog)
#include "tst_models_dialog.moc"
