// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/new_run_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "core/ood/detector.h"

namespace oodscope::ui {

namespace {
constexpr int kCheckDelayMs = 300;

QString fromView(std::string_view text) {
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QSpinBox* spin(QWidget* parent, const char* name, int low, int high) {
    auto* box = new QSpinBox(parent);
    box->setObjectName(QLatin1String(name));
    box->setRange(low, high);
    box->setGroupSeparatorShown(true);
    return box;
}
}  // namespace

NewRunDialog::NewRunDialog(const Services& services, JobRunner* jobs, WindowSettings* settings, QWidget* parent)
    : QDialog(parent), m_services(services), m_jobs(jobs), m_settings(settings), m_validation(jobs), m_speed(jobs) {
    setObjectName(QStringLiteral("NewRunDialog"));
    setWindowTitle(tr("New run"));
    auto* columns = new QHBoxLayout;
    auto* left = new QVBoxLayout;
    left->addWidget(createDataPart(), 1);
    auto* right = new QVBoxLayout;
    right->addWidget(createModelPart());
    right->addWidget(createProbePart(), 1);
    columns->addLayout(left, 3);
    columns->addLayout(right, 2);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(columns, 1);
    createButtons();
    connectFields();
    setForm(loadForm(*settings));
    listModels();
    listDevices();
    resize(940, 560);
}

QWidget* NewRunDialog::createDataPart() {
    auto* box = new QGroupBox(tr("Model and images"), this);
    auto* form = new QFormLayout(box);
    m_model = new QComboBox(box);
    m_model->setObjectName(QStringLiteral("RunModel"));
    m_model->setEditable(true);
    m_model->setInsertPolicy(QComboBox::NoInsert);
    m_model->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_model->lineEdit()->setPlaceholderText(tr("Folder of a CLIP checkpoint, or a name"));
    auto* browse = new QToolButton(box);
    browse->setText(QStringLiteral("…"));
    browse->setToolTip(tr("Browse for a model folder"));
    connect(browse, &QToolButton::clicked, this, [this] {
        auto* dialog = new QFileDialog(this, tr("Choose a model folder"), m_model->currentText());
        dialog->setFileMode(QFileDialog::Directory);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        connect(dialog, &QFileDialog::fileSelected, m_model, &QComboBox::setEditText);
        dialog->open();
    });
    auto* modelRow = new QHBoxLayout;
    modelRow->addWidget(m_model, 1);
    modelRow->addWidget(browse);
    m_train = new PathEdit(PathEdit::Kind::Folder, tr("Choose the ID train images"), box);
    m_train->setObjectName(QStringLiteral("RunTrain"));
    m_train->setToolTip(tr("One folder per class; its names become the class names"));
    m_idTest = new PathEdit(PathEdit::Kind::Folder, tr("Choose the ID test images"), box);
    m_idTest->setObjectName(QStringLiteral("RunIdTest"));
    m_ood = new FolderList(box);
    m_ood->setObjectName(QStringLiteral("RunOod"));
    m_ood->list()->setToolTip(tr("Folders of images that belong to none of the classes; drop them here"));
    m_prompts = new PathEdit(PathEdit::Kind::File, tr("Choose a file of prompts"), box);
    m_prompts->setObjectName(QStringLiteral("RunPrompts"));
    m_prompts->edit()->setPlaceholderText(tr("The five prompts of the reference"));
    m_prompts->setToolTip(tr("A text file, one prompt a line, with {c} for the class name"));
    auto* modelLabel = new QLabel(tr("&Model:"), box);
    modelLabel->setBuddy(m_model);
    form->addRow(modelLabel, modelRow);
    form->addRow(tr("ID &train:"), m_train);
    form->addRow(tr("ID t&est:"), m_idTest);
    form->addRow(tr("&OOD sets:"), m_ood);
    form->addRow(tr("&Prompts:"), m_prompts);
    return box;
}

QWidget* NewRunDialog::createModelPart() {
    auto* box = new QGroupBox(tr("Embedding"), this);
    auto* form = new QFormLayout(box);
    m_device = new QComboBox(box);
    m_device->setObjectName(QStringLiteral("RunDevice"));
    m_device->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_deviceChoices = {{model::Device{}}};
    m_device->addItem(tr("CPU (looking for GPUs…)"));
    m_precision = new QComboBox(box);
    m_precision->setObjectName(QStringLiteral("RunPrecision"));
    for (const auto precision : {model::Precision::Fp32, model::Precision::Bf16, model::Precision::Fp16})
        m_precision->addItem({}, static_cast<int>(precision));
    m_precision->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    showPrecisions({});
    m_imageBatch = spin(box, "RunImageBatch", 1, 4096);
    m_imageBatch->setSuffix(tr(" images"));
    form->addRow(tr("&Device:"), m_device);
    form->addRow(tr("P&recision:"), m_precision);
    form->addRow(tr("Batch:"), m_imageBatch);
    return box;
}

QWidget* NewRunDialog::createProbePart() {
    auto* box = new QGroupBox(tr("Probe and detectors"), this);
    auto* form = new QFormLayout(box);
    m_labels = new QComboBox(box);
    m_labels->setObjectName(QStringLiteral("RunLabels"));
    m_labels->addItem(tr("Pseudo labels (PLP)"));
    m_labels->addItem(tr("True labels (supervised)"));
    m_epochs = spin(box, "RunEpochs", 1, 100000);
    m_batch = spin(box, "RunBatch", 1, 1 << 20);
    m_learningRate = new QDoubleSpinBox(box);
    m_learningRate->setObjectName(QStringLiteral("RunLearningRate"));
    m_learningRate->setDecimals(6);
    m_learningRate->setRange(0, 100);
    m_learningRate->setSingleStep(1e-4);
    form->addRow(tr("&Labels:"), m_labels);
    form->addRow(tr("Ep&ochs:"), m_epochs);
    form->addRow(tr("&Batch size:"), m_batch);
    form->addRow(tr("Learning r&ate:"), m_learningRate);
    addDetectorRows(form);
    return box;
}

void NewRunDialog::addDetectorRows(QFormLayout* form) {
    QWidget* box = form->parentWidget();
    m_detectors = new QListWidget(box);
    m_detectors->setObjectName(QStringLiteral("RunDetectors"));
    for (const auto& info : ood::detectors()) {
        auto* item = new QListWidgetItem(fromView(info.name), m_detectors);
        item->setData(Qt::UserRole, fromView(info.key));
        const QString options = QString::fromStdString(ood::describeOptions(info));
        const QString tip = tr("%1: %2\n%3").arg(fromView(info.key), fromView(info.formula), fromView(info.source));
        item->setToolTip(options.isEmpty() ? tip : tip + u'\n' + options);
        item->setFlags(Qt::ItemIsUserCheckable | Qt::ItemIsEnabled | Qt::ItemIsSelectable);
        item->setCheckState(Qt::Unchecked);
    }
    m_detectors->setMinimumHeight(4 * (fontMetrics().height() + 4));
    m_moreDetectors = new QLineEdit(box);
    m_moreDetectors->setObjectName(QStringLiteral("RunMoreDetectors"));
    m_moreDetectors->setPlaceholderText(QStringLiteral("knn:k=5, react:percentile=95"));
    m_moreDetectors->setToolTip(tr("Detectors with options, separated by commas; the tooltips above name the options"));
    m_negativeWords = new PathEdit(PathEdit::Kind::File, tr("Choose a file of negative words"), box);
    m_negativeWords->setObjectName(QStringLiteral("RunNegativeWords"));
    m_negativeWords->edit()->setPlaceholderText(tr("For NegLabel only"));
    m_negativeWords->setToolTip(tr("A text file, one word a line; NegLabel takes those farthest from the classes"));
    m_zeroShot = new QCheckBox(tr("Zero-shot scores beside the probe's"), box);
    m_zeroShot->setObjectName(QStringLiteral("RunZeroShot"));
    form->addRow(tr("Dete&ctors:"), m_detectors);
    form->addRow(tr("With options:"), m_moreDetectors);
    form->addRow(tr("Negative words:"), m_negativeWords);
    form->addRow(QString(), m_zeroShot);
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
    connect(m_model, &QComboBox::editTextChanged, this, &NewRunDialog::check);
    for (auto* edit : {m_train, m_idTest, m_prompts, m_negativeWords})
        connect(edit, &PathEdit::changed, this, &NewRunDialog::check);
    connect(m_ood, &FolderList::changed, this, &NewRunDialog::check);
    for (auto* combo : {m_labels, m_device, m_precision})
        connect(combo, &QComboBox::currentIndexChanged, this, &NewRunDialog::check);
    for (auto* box : {m_imageBatch, m_epochs, m_batch})
        connect(box, &QSpinBox::valueChanged, this, &NewRunDialog::check);
    connect(m_device, &QComboBox::currentIndexChanged, this, &NewRunDialog::measurePrecisions);
    connect(m_learningRate, &QDoubleSpinBox::valueChanged, this, &NewRunDialog::check);
    connect(m_detectors, &QListWidget::itemChanged, this, &NewRunDialog::check);
    connect(m_moreDetectors, &QLineEdit::textChanged, this, &NewRunDialog::check);
    connect(m_zeroShot, &QCheckBox::toggled, this, &NewRunDialog::check);
}

void NewRunDialog::listModels() {
    if (!m_services.findModels) return;
    m_jobs->start<std::vector<model::FoundModel>>(
        tr("Look for models"),
        [find = m_services.findModels, located = m_settings->locatedModels()](
            std::stop_token, const ProgressFn&) -> Result<std::vector<model::FoundModel>> { return find(located); },
        this,
        [this](Result<std::vector<model::FoundModel>> models) {
            if (!models) return;
            const QString typed = m_model->currentText();
            for (const auto& found : *models) {
                if (!found.info) continue;
                const QString folder = QString::fromStdString(found.folder.string());
                // A file may not say which model it holds; its name does.
                m_model->addItem(QFileInfo(folder).isFile() ? QString::fromStdString(found.name) : folder);
                m_model->setItemData(m_model->count() - 1,
                                     QStringLiteral("%1\n%2").arg(QString::fromStdString(found.name),
                                                                  QString::fromStdString(found.info->architecture)),
                                     Qt::ToolTipRole);
            }
            if (!typed.isEmpty())
                m_model->setEditText(typed);
            else if (m_model->count() > 0)
                m_model->setCurrentIndex(0);
        },
        JobVisibility::Background);
}

void NewRunDialog::listDevices() {
    if (!m_services.listDevices) return;
    m_jobs->start<std::vector<model::DeviceInfo>>(
        tr("Look for devices"),
        [list = m_services.listDevices](std::stop_token, const ProgressFn&) -> Result<std::vector<model::DeviceInfo>> {
            return list();
        },
        this,
        [this](Result<std::vector<model::DeviceInfo>> devices) {
            fillDevices(devices ? *devices : std::vector<model::DeviceInfo>());
        },
        JobVisibility::Background);
}

void NewRunDialog::fillDevices(const std::vector<model::DeviceInfo>& devices) {
    std::vector<model::Device> gpus;
    for (const auto& info : devices)
        if (info.device.kind == model::Device::Kind::Cuda) gpus.push_back(info.device);
    m_device->clear();
    m_deviceChoices.clear();
    if (gpus.size() > 1) {
        m_deviceChoices.push_back(gpus);
        m_device->addItem(tr("All %n GPUs", nullptr, static_cast<int>(gpus.size())));
    }
    for (const auto& gpu : gpus)
        m_deviceChoices.push_back({gpu});
    m_deviceChoices.push_back({model::Device{}});
    for (const auto& info : devices)
        if (info.device.kind == model::Device::Kind::Cuda)
            m_device->addItem(QStringLiteral("%1 – %2").arg(QString::fromStdString(info.device.name()),
                                                            QString::fromStdString(info.description)));
    QString cpu = tr("CPU");
    for (const auto& info : devices)
        if (info.device.kind == model::Device::Kind::Cpu && !info.description.empty())
            cpu = tr("CPU – %1").arg(QString::fromStdString(info.description));
    m_device->addItem(cpu);
}

void NewRunDialog::measurePrecisions() {
    showPrecisions({});
    const auto choice = static_cast<std::size_t>(std::max(0, m_device->currentIndex()));
    if (!m_services.measurePrecisions || choice >= m_deviceChoices.size()) return;
    m_speed.start<std::vector<model::PrecisionSpeed>>(
        tr("Measure precisions"),
        [measure = m_services.measurePrecisions, device = m_deviceChoices[choice].front()](
            std::stop_token stop, const ProgressFn&) { return measure(device, std::move(stop)); },
        this,
        [this](Result<std::vector<model::PrecisionSpeed>> speeds) {
            if (speeds) showPrecisions(*speeds);
        });
}

/// What each precision gives on the chosen device; in general terms until it is measured.
void NewRunDialog::showPrecisions(const std::vector<model::PrecisionSpeed>& speeds) {
    for (int i = 0; i < m_precision->count(); ++i) {
        const auto precision = static_cast<model::Precision>(m_precision->itemData(i).toInt());
        const QString name = fromView(model::precisionName(precision));
        const auto found = std::ranges::find(speeds, precision, &model::PrecisionSpeed::precision);
        QString text;
        if (precision == model::Precision::Fp32)
            text = tr("%1 – equal to the reference").arg(name);
        else if (speeds.empty())
            text = tr("%1 – small error, speed depends on the device").arg(name);
        else if (found == speeds.end())
            text = tr("%1 – not on this device").arg(name);
        else
            text = tr("%1 – %2× the speed of fp32 here, error %3 %")
                       .arg(name, locale().toString(found->flops / speeds.front().flops, 'f', 1),
                            locale().toString(100 * found->relativeError, 'g', 1));
        m_precision->setItemText(i, text);
        m_precision->setItemData(i, text, Qt::ToolTipRole);
    }
}

RunForm NewRunDialog::form() const {
    RunForm form;
    form.model = m_model->currentText().trimmed();
    form.located = m_settings->locatedModels();
    form.train = m_train->path();
    form.idTest = m_idTest->path();
    form.ood = m_ood->folders();
    form.promptFile = m_prompts->path();
    form.labels = m_labels->currentIndex() == 1 ? experiment::LabelSource::True : experiment::LabelSource::Pseudo;
    const auto choice = static_cast<std::size_t>(std::max(0, m_device->currentIndex()));
    if (choice < m_deviceChoices.size()) form.devices = m_deviceChoices[choice];
    form.precision = static_cast<model::Precision>(m_precision->currentData().toInt());
    form.imageBatch = m_imageBatch->value();
    form.epochs = m_epochs->value();
    form.batchSize = m_batch->value();
    form.learningRate = m_learningRate->value();
    form.detectors.clear();
    for (int i = 0; i < m_detectors->count(); ++i)
        if (m_detectors->item(i)->checkState() == Qt::Checked)
            form.detectors << m_detectors->item(i)->data(Qt::UserRole).toString();
    for (const QString& key : m_moreDetectors->text().split(u',', Qt::SkipEmptyParts)) {
        if (!key.trimmed().isEmpty()) form.detectors << key.trimmed();
    }
    form.negativeWordsFile = m_negativeWords->path();
    form.zeroShot = m_zeroShot->isChecked();
    return form;
}

void NewRunDialog::setForm(const RunForm& form) {
    m_model->setEditText(form.model);
    m_train->setPath(form.train);
    m_idTest->setPath(form.idTest);
    m_ood->setFolders(form.ood);
    m_prompts->setPath(form.promptFile);
    m_labels->setCurrentIndex(form.labels == experiment::LabelSource::True ? 1 : 0);
    m_precision->setCurrentIndex(m_precision->findData(static_cast<int>(form.precision)));
    m_imageBatch->setValue(form.imageBatch);
    m_epochs->setValue(form.epochs);
    m_batch->setValue(form.batchSize);
    m_learningRate->setValue(form.learningRate);
    QStringList more = form.detectors;
    for (int i = 0; i < m_detectors->count(); ++i) {
        const bool on = more.removeAll(m_detectors->item(i)->data(Qt::UserRole).toString()) > 0;
        m_detectors->item(i)->setCheckState(on ? Qt::Checked : Qt::Unchecked);
    }
    m_moreDetectors->setText(more.join(QStringLiteral(", ")));
    m_negativeWords->setPath(form.negativeWordsFile);
    m_zeroShot->setChecked(form.zeroShot);
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
            if (!status) showProblem(QString::fromStdString(status.error().message));
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
