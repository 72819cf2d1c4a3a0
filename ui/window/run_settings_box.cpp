// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/run_settings_box.h"

#include <QFormLayout>
#include <QGroupBox>
#include <QVBoxLayout>
#include <algorithm>

#include "core/ood/detector.h"
#include "ui/models/number_text.h"

namespace oodscope::ui {

namespace {
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

RunSettingsBox::RunSettingsBox(const Services& services, JobRunner* jobs, QWidget* parent)
    : QWidget(parent), m_measure(services.measurePrecisions), m_speed(jobs) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(createEmbeddingPart());
    layout->addWidget(createProbePart(), 1);
    connectFields();
    listDevices(services, jobs);
}

QWidget* RunSettingsBox::createEmbeddingPart() {
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

QWidget* RunSettingsBox::createProbePart() {
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

void RunSettingsBox::addDetectorRows(QFormLayout* form) {
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
    m_detectors->setMinimumHeight(7 * (fontMetrics().height() + 2));
    m_detectors->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);  // a long name ends in "…"
    m_moreDetectors = new QLineEdit(box);
    m_moreDetectors->setObjectName(QStringLiteral("RunMoreDetectors"));
    m_moreDetectors->setPlaceholderText(QStringLiteral("knn:k=5, react:percentile=95"));
    m_moreDetectors->setToolTip(tr("Detectors with options, separated by commas; the tooltips above name the options"));
    m_negativeWords = new PathEdit(PathKind::File, tr("Choose a file of negative words"), box);
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

void RunSettingsBox::connectFields() {
    for (auto* combo : {m_labels, m_device, m_precision})
        connect(combo, &QComboBox::currentIndexChanged, this, &RunSettingsBox::changed);
    for (auto* box : {m_imageBatch, m_epochs, m_batch})
        connect(box, &QSpinBox::valueChanged, this, &RunSettingsBox::changed);
    connect(m_device, &QComboBox::currentIndexChanged, this, &RunSettingsBox::measurePrecisions);
    connect(m_learningRate, &QDoubleSpinBox::valueChanged, this, &RunSettingsBox::changed);
    connect(m_detectors, &QListWidget::itemChanged, this, &RunSettingsBox::changed);
    connect(m_moreDetectors, &QLineEdit::textChanged, this, &RunSettingsBox::changed);
    connect(m_negativeWords, &PathEdit::changed, this, &RunSettingsBox::changed);
    connect(m_zeroShot, &QCheckBox::toggled, this, &RunSettingsBox::changed);
}

void RunSettingsBox::listDevices(const Services& services, JobRunner* jobs) {
    if (!services.listDevices) return;
    jobs->start<std::vector<model::DeviceInfo>>(
        tr("Look for devices"),
        [list = services.listDevices](std::stop_token, const ProgressFn&) -> Result<std::vector<model::DeviceInfo>> {
            return list();
        },
        this,
        [this](Result<std::vector<model::DeviceInfo>> devices) {
            fillDevices(devices ? *devices : std::vector<model::DeviceInfo>());
        },
        JobVisibility::Background);
}

void RunSettingsBox::fillDevices(const std::vector<model::DeviceInfo>& devices) {
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

void RunSettingsBox::measurePrecisions() {
    showPrecisions({});
    const auto choice = static_cast<std::size_t>(std::max(0, m_device->currentIndex()));
    if (!m_measure || choice >= m_deviceChoices.size()) return;
    m_speed.start<std::vector<model::PrecisionSpeed>>(
        tr("Measure precisions"),
        [measure = m_measure, device = m_deviceChoices[choice].front()](std::stop_token stop, const ProgressFn&) {
            return measure(device, std::move(stop));
        },
        this,
        [this](Result<std::vector<model::PrecisionSpeed>> speeds) {
            if (speeds) showPrecisions(*speeds);
        });
}

/// What each precision gives on the chosen device; in general terms until it is measured.
void RunSettingsBox::showPrecisions(const std::vector<model::PrecisionSpeed>& speeds) {
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
                       .arg(name, fixedText(found->flops / speeds.front().flops, 1),
                            numberText(100 * found->relativeError, 1));
        m_precision->setItemText(i, text);
        m_precision->setItemData(i, text, Qt::ToolTipRole);
    }
}

void RunSettingsBox::writeTo(RunForm& form) const {
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
}

void RunSettingsBox::readFrom(const RunForm& form) {
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
}

}  // namespace oodscope::ui
