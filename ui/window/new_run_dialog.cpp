// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/new_run_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/window/model_box.h"
#include "ui/window/run_settings_box.h"

namespace oodscope::ui {

namespace {
constexpr int kCheckDelayMs = 300;

/// Core speaks of the option of the command line; here the name of a checkpoint file is given in another place.
QString problemFromCore(const Error& error) {
    const QString text = QString::fromStdString(error.message);
    if (!text.contains(QStringLiteral("--arch"))) return text;
    return text + u'\n' + NewRunDialog::tr("Here: File → Models…, choose the model in the list, then “Locate file…”.");
}
}  // namespace

NewRunDialog::NewRunDialog(const Services& services, JobRunner* jobs, WindowSettings* settings, QWidget* parent)
    : QDialog(parent), m_services(services), m_jobs(jobs), m_settings(settings), m_validation(jobs) {
    setObjectName(QStringLiteral("NewRunDialog"));
    setWindowTitle(tr("New run"));
    auto* columns = new QHBoxLayout;
    auto* left = new QVBoxLayout;
    left->addWidget(createDataPart(), 1);
    m_settingsBox = new RunSettingsBox(services, jobs, this);
    columns->addLayout(left, 3);
    columns->addWidget(m_settingsBox, 2);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(columns, 1);
    createButtons();
    connectFields();
    setForm(loadForm(*settings));
    resize(980, 620);
}

QWidget* NewRunDialog::createDataPart() {
    auto* box = new QGroupBox(tr("Model and images"), this);
    auto* form = new QFormLayout(box);
    m_model = new ModelBox(m_services, m_jobs, m_settings->locatedModels(), box);
    m_train = new PathEdit(PathKind::Folder, tr("Choose the ID train images"), box);
    m_train->setObjectName(QStringLiteral("RunTrain"));
    m_train->setToolTip(tr(
        "One folder per class; its names become the class names. Or a file: images as .npy or .pt, a batch of CIFAR, "
        "a list of images as .txt, or embeddings as .safetensors, .npy or .pt"));
    m_idTest = new PathEdit(PathKind::Folder, tr("Choose the ID test images"), box);
    m_idTest->setObjectName(QStringLiteral("RunIdTest"));
    m_idTest->setToolTip(tr("Folders or a file as for ID train, with the same classes"));
    m_ood = new FolderList(tr("Choose OOD images"), box);
    m_ood->setObjectName(QStringLiteral("RunOod"));
    m_ood->list()->setToolTip(
        tr("Images that belong to none of the classes: drop folders or files here, double click to edit (CIFAR: "
           "FOLDER#test)"));
    const QStringList files{tr("Images or embeddings in one file (*.npy *.pt *.pth *.safetensors *.txt *.bin)"),
                            tr("All files (*)")};
    for (auto* edit : {m_train, m_idTest})
        edit->allowFiles(files);
    m_ood->allowFiles(files);
    m_prompts = new PathEdit(PathKind::File, tr("Choose a file of prompts"), box);
    m_prompts->setObjectName(QStringLiteral("RunPrompts"));
    m_prompts->edit()->setPlaceholderText(tr("The five prompts of the reference"));
    m_prompts->setToolTip(tr("A text file, one prompt a line, with {c} for the class name"));
    auto* modelLabel = new QLabel(tr("&Model:"), box);
    modelLabel->setBuddy(m_model);
    form->addRow(modelLabel, m_model);
    form->addRow(tr("ID &train:"), m_train);
    form->addRow(tr("ID t&est:"), m_idTest);
    form->addRow(tr("&OOD sets:"), m_ood);
    form->addRow(tr("&Prompts:"), m_prompts);
    return box;
}

void NewRunDialog::createButtons() {
    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("RunProblem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setMinimumHeight(2 * fontMetrics().height());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_start = buttons->addButton(tr("Start"), QDialogButtonBox::AcceptRole);
    m_start->setObjectName(QStringLiteral("RunStart"));
    m_start->setDefault(true);
    connect(m_start, &QPushButton::clicked, this, &NewRunDialog::start);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout()->addWidget(m_problem);
    layout()->addWidget(buttons);
}

void NewRunDialog::connectFields() {
    m_checkTimer.setSingleShot(true);
    connect(&m_checkTimer, &QTimer::timeout, this, &NewRunDialog::checkInCore);
    connect(m_model, &ModelBox::changed, this, &NewRunDialog::check);
    connect(m_settingsBox, &RunSettingsBox::changed, this, &NewRunDialog::check);
    for (auto* edit : {m_train, m_idTest, m_prompts})
        connect(edit, &PathEdit::changed, this, &NewRunDialog::check);
    connect(m_ood, &FolderList::changed, this, &NewRunDialog::check);
}

RunForm NewRunDialog::form() const {
    RunForm form;
    form.model = m_model->model();
    form.located = m_settings->locatedModels();
    form.train = m_train->path();
    form.idTest = m_idTest->path();
    form.ood = m_ood->folders();
    form.promptFile = m_prompts->path();
    m_settingsBox->writeTo(form);
    return form;
}

void NewRunDialog::setForm(const RunForm& form) {
    m_model->setModel(form.model);
    m_train->setPath(form.train);
    m_idTest->setPath(form.idTest);
    m_ood->setFolders(form.ood);
    m_prompts->setPath(form.promptFile);
    m_settingsBox->readFrom(form);
    check();
}

void NewRunDialog::check() {
    m_validation.drop();
    const auto problems = formProblems(form());
    m_start->setEnabled(problems.empty());
    showProblem(problems.empty() ? QString() : problems.front().text);
    if (problems.empty())
        m_checkTimer.start(kCheckDelayMs);
    else
        m_checkTimer.stop();
}

void NewRunDialog::checkInCore() {
    if (!m_services.validate) return;
    m_validation.start<void>(
        tr("Check the run"),
        [validate = m_services.validate, form = form()](std::stop_token, const ProgressFn&) -> Status {
            const auto options = toRunOptions(form);
            return options ? validate(*options) : Status(failFrom(options));
        },
        this,
        [this](Status status) {
            // A warning only: what core refuses now may be there when Start is pressed, and Start checks again.
            if (!status) showProblem(problemFromCore(status.error()));
        });
}

void NewRunDialog::showProblem(const QString& text) {
    m_problem->setText(text.isEmpty() ? text : QStringLiteral("⚠ ") + text);
}

void NewRunDialog::start() {
    const RunForm values = form();
    const auto options = toRunOptions(values);
    if (!options) return showProblem(QString::fromStdString(options.error().message));
    saveForm(values, *m_settings);
    Q_EMIT startRequested(*options);
    accept();
}

}  // namespace oodscope::ui
