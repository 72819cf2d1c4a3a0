// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing the model of a run: from the list, by typing, as a folder, as a file, by dropping.
#include <QDropEvent>
#include <QMenu>
#include <QMimeData>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QtTest>

#include "ui/window/model_box.h"
#include "ui/window/new_run_dialog.h"

using namespace oodscope;
using namespace oodscope::ui;

class ModelBoxTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void browsesForAFolder();
    void browsesForAFile();
    void takesADroppedFile();
    void marksTorchScript();
    void marksTorchScriptOfTheList();
    void locatedFileKeepsItsName();
    void saysWhereTheWindowAsksForTheName();

private:
    QString write(const char* name, const QByteArray& content = "x");
    QFileDialog* browse(ModelBox& box, int action);
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

    QTemporaryDir m_folder;
    Services m_services;
    JobRunner m_jobs;
};

void ModelBoxTest::initTestCase() {
    QVERIFY(m_folder.isValid());
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("snapshot")));
    write("weights.pth");
}

QString ModelBoxTest::write(const char* name, const QByteArray& content) {
    QFile file(path(name));
    return file.open(QIODevice::WriteOnly) && file.write(content) == content.size() ? file.fileName() : QString();
}

QFileDialog* ModelBoxTest::browse(ModelBox& box, int action) {
    box.browseButton()->menu()->actions().at(action)->trigger();
    return box.findChild<QFileDialog*>(QStringLiteral("ModelPathDialog"));
}

void ModelBoxTest::browsesForAFolder() {
    ModelBox box(m_services, &m_jobs, {});
    QCOMPARE(box.browseButton()->menu()->actions().size(), 2);
    QFileDialog* dialog = browse(box, 0);
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(dialog->fileMode(), QFileDialog::Directory);
    QSignalSpy changed(&box, &ModelBox::changed);
    dialog->setDirectory(path("snapshot"));
    static_cast<QDialog*>(dialog)->accept();
    QTRY_COMPARE(box.model(), path("snapshot"));
    QVERIFY(!changed.empty());
}

void ModelBoxTest::browsesForAFile() {
    ModelBox box(m_services, &m_jobs, {});
    box.setModel(path("snapshot"));
    QFileDialog* dialog = browse(box, 1);
    QVERIFY(dialog && dialog->isVisible());
    QCOMPARE(dialog->fileMode(), QFileDialog::ExistingFile);
    QCOMPARE(dialog->nameFilters().size(), 2);  // files of models, then all files
    for (const char* kind : {"*.pth", "*.pt", "*.safetensors", "*.ts"})
        QVERIFY2(dialog->nameFilters().front().contains(QLatin1String(kind)), kind);
    QSignalSpy chosen(dialog, &QFileDialog::fileSelected);
    dialog->selectFile(path("weights.pth"));
    static_cast<QDialog*>(dialog)->accept();
    QTRY_COMPARE(chosen.size(), 1);
    QCOMPARE(box.model(), path("weights.pth"));
}

void ModelBoxTest::takesADroppedFile() {
    ModelBox box(m_services, &m_jobs, {});
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path("weights.pth"))});
    QDragEnterEvent enter(QPoint(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&box, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop(QPointF(5, 5), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(&box, &drop);
    QCOMPARE(box.model(), path("weights.pth"));
}

void ModelBoxTest::marksTorchScript() {
    write("net.pt");
    write("net.json", R"({"format": "torchscript"})");
    ModelBox box(m_services, &m_jobs, {});
    const auto* note = box.findChild<QLabel*>(QStringLiteral("RunModelNote"));
    QVERIFY(note && note->isHidden());
    box.setModel(path("net.pt"));
    QVERIFY(!note->isHidden());
    QVERIFY(note->text().contains(u"less checked"));
    box.setModel(path("weights.pth"));
    QVERIFY(note->isHidden());
}

void ModelBoxTest::marksTorchScriptOfTheList() {
    m_services.findModels = [this](const std::vector<model::LocatedModel>&) {
        model::FoundModel script;
        script.name = "scripted";
        script.folder = path("weights.pth").toStdString();  // a file is listed by its name
        script.info = model::ModelInfo();
        script.info->lessChecked = true;
        return std::vector{script};
    };
    ModelBox box(m_services, &m_jobs, {});
    const auto* note = box.findChild<QLabel*>(QStringLiteral("RunModelNote"));
    QTRY_COMPARE(box.model(), QStringLiteral("scripted"));
    QVERIFY(!note->isHidden());
    m_services.findModels = {};
}

void ModelBoxTest::locatedFileKeepsItsName() {
    RunForm form;
    form.located = {{"mae_vit_base", path("weights.pth").toStdString()}};
    form.model = path("weights.pth");
    QCOMPARE(toRunOptions(form)->opening.architecture, std::string("mae_vit_base"));
    form.model = path("snapshot");
    QVERIFY(toRunOptions(form)->opening.architecture.empty());
}

void ModelBoxTest::saysWhereTheWindowAsksForTheName() {
    m_services.validate = [](const experiment::RunOptions&) -> Status {
        return fail(ErrorCode::InvalidArgument, "weights.pth: name the model (--arch)");
    };
    WindowSettings settings(path("settings.ini"));
    NewRunDialog dialog(m_services, &m_jobs, &settings);
    RunForm form;
    form.model = path("weights.pth");
    for (QString* folder : {&form.train, &form.idTest}) {
        *folder = path(folder == &form.train ? "train" : "test");
        QVERIFY(QDir().mkpath(*folder));
    }
    form.ood = QStringList{path("snapshot")};
    dialog.setForm(form);
    QTRY_VERIFY(dialog.problemText().contains(u"name the model"));
    QVERIFY(dialog.problemText().contains(u"Models…"));
    m_services.validate = {};
}

QTEST_MAIN(ModelBoxTest)
#include "tst_model_box.moc"
