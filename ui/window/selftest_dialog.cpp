// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/selftest_dialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/number_text.h"

namespace oodscope::ui {

namespace {

using experiment::SelftestCheck;

QString kindText(SelftestCheck::Kind kind) {
    switch (kind) {
        case SelftestCheck::Kind::Resize:
            return SelftestDialog::tr("Resizing");
        case SelftestCheck::Kind::Tokenizer:
            return SelftestDialog::tr("Tokenizer");
        case SelftestCheck::Kind::Encoder:
            break;
    }
    return SelftestDialog::tr("Encoder");
}

QString errorText(const SelftestCheck& check) {
    if (check.kind == SelftestCheck::Kind::Encoder)
        return SelftestDialog::tr("%1 relative (at most %2)")
            .arg(numberText(check.error, 2), numberText(check.tolerance, 2));
    return SelftestDialog::tr("%1 of %2 differ").arg(fixedText(check.error, 0), countText(check.cases));
}

}  // namespace

SelftestDialog::SelftestDialog(const Services& services, JobRunner* jobs, QWidget* parent)
    : QDialog(parent),
      m_services(services),
      m_jobs(jobs),
      m_job(jobs),
      m_device(new QComboBox(this)),
      m_precision(new QComboBox(this)),
      m_list(new QTreeWidget(this)),
      m_verdict(new QLabel(this)) {
    setObjectName(QStringLiteral("SelftestDialog"));
    setWindowTitle(tr("Self-test"));
    resize(125 * fontMetrics().averageCharWidth(), 24 * fontMetrics().height());
    m_device->setObjectName(QStringLiteral("SelftestDevice"));
    m_device->addItem(tr("CPU"));
    m_precision->setObjectName(QStringLiteral("SelftestPrecision"));
    for (const auto precision : {model::Precision::Fp32, model::Precision::Bf16, model::Precision::Fp16}) {
        const auto name = model::precisionName(precision);
        m_precision->addItem(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())),
                             static_cast<int>(precision));
    }
    m_list->setObjectName(QStringLiteral("SelftestList"));
    m_list->setHeaderLabels({tr("Part"), tr("Compared with Python"), tr("Difference"), tr("Verdict")});
    m_list->setRootIsDecorated(false);
    m_list->setAlternatingRowColors(true);
    m_verdict->setObjectName(QStringLiteral("SelftestVerdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setTextFormat(Qt::PlainText);
    m_verdict->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* row = new QHBoxLayout;
    row->addWidget(m_device, 1);
    row->addWidget(m_precision);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_start = buttons->addButton(tr("&Run"), QDialogButtonBox::ActionRole);
    connect(m_start, &QPushButton::clicked, this, &SelftestDialog::start);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(m_list, 1);
    column->addWidget(m_verdict);
    column->addWidget(buttons);
    listDevices();
    start();
}

void SelftestDialog::listDevices() {
    if (!m_services.listDevices) return;
    m_jobs->start<std::vector<model::DeviceInfo>>(
        tr("Look for devices"),
        [list = m_services.listDevices](std::stop_token, const ProgressFn&) -> Result<std::vector<model::DeviceInfo>> {
            return list();
        },
        this,
        [this](Result<std::vector<model::DeviceInfo>> devices) {
            if (!devices) return;
            for (const model::DeviceInfo& info : *devices) {
                if (info.device.kind == model::Device::Kind::Cpu) continue;
                m_devices.push_back(info.device);
                m_device->addItem(QStringLiteral("%1 – %2").arg(QString::fromStdString(info.device.name()),
                                                                QString::fromStdString(info.description)));
            }
        },
        JobVisibility::Background);
}

void SelftestDialog::start() {
    if (!m_services.selftest) return;
    experiment::SelftestOptions options;
    options.device = m_devices[static_cast<std::size_t>(std::max(0, m_device->currentIndex()))];
    options.precision = static_cast<model::Precision>(m_precision->currentData().toInt());
    m_list->clear();
    m_verdict->setText(tr("Comparing…"));
    m_job.start<experiment::SelftestReport>(
        tr("Self-test"),
        [run = m_services.selftest, options](std::stop_token stop, const ProgressFn& progress) {
            return run(options, stop, progress);
        },
        this, [this](Result<experiment::SelftestReport> report) { showReport(report); }, JobVisibility::Shown);
}

void SelftestDialog::showReport(const Result<experiment::SelftestReport>& report) {
    if (!report) return m_verdict->setText(QString::fromStdString(report.error().message));
    for (const SelftestCheck& check : report->checks)
        new QTreeWidgetItem(m_list, {kindText(check.kind), QString::fromStdString(check.name), errorText(check),
                                     check.passed() ? tr("✓ agrees") : tr("✗ differs")});
    for (int i = 0; i < m_list->columnCount(); ++i)
        m_list->resizeColumnToContents(i);
    m_verdict->setText(report->passed() ? tr("This build on this device gives the recorded numbers.")
                                        : tr("This build on this device does not give the recorded numbers."));
}

}  // namespace oodscope::ui
