// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/status_jobs.h"

#include <QHBoxLayout>

namespace oodscope::ui {

StatusJobs::StatusJobs(JobRunner* runner, JobModel* model, QWidget* parent)
    : QWidget(parent),
      m_runner(runner),
      m_model(model),
      m_text(new QLabel(this)),
      m_bar(new QProgressBar(this)),
      m_cancel(new QToolButton(this)) {
    m_bar->setFixedWidth(20 * fontMetrics().averageCharWidth());
    m_bar->setMaximumHeight(fontMetrics().height() + 4);
    m_bar->setTextVisible(true);
    m_cancel->setObjectName(QStringLiteral("StatusCancel"));
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAutoRaise(true);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_text);
    row->addWidget(m_bar);
    row->addWidget(m_cancel);
    connect(m_cancel, &QToolButton::clicked, this, [this] { m_runner->cancel(m_shown); });
    connect(m_model, &QAbstractItemModel::rowsInserted, this, &StatusJobs::update);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &StatusJobs::update);
    connect(m_model, &QAbstractItemModel::dataChanged, this, &StatusJobs::update);
    update();
}

void StatusJobs::update() {
    int row = -1;
    for (int i = 0; i < m_model->rowCount() && row < 0; ++i) {
        const auto state = m_model->index(i, 0).data(JobModel::StateRole).value<JobState>();
        if (state == JobState::Running || state == JobState::Stopping) row = i;
    }
    setVisible(row >= 0);
    if (row < 0) return;
    const auto text = [&](JobModel::Column column) { return m_model->index(row, column).data().toString(); };
    m_shown = m_model->index(row, 0).data(JobModel::IdRole).toULongLong();
    QStringList parts{text(JobModel::TitleColumn)};
    for (const auto column : {JobModel::StageColumn, JobModel::RateColumn, JobModel::LeftColumn})
        if (!text(column).isEmpty()) parts << text(column);
    m_text->setText(parts.join(QStringLiteral("  ·  ")));
    const double fraction = m_model->index(row, 0).data(JobModel::FractionRole).toDouble();
    m_bar->setRange(0, fraction < 0 ? 0 : 1000);
    m_bar->setValue(fraction < 0 ? 0 : static_cast<int>(fraction * 1000));
    const auto state = m_model->index(row, 0).data(JobModel::StateRole).value<JobState>();
    m_cancel->setEnabled(state == JobState::Running);
}

}  // namespace oodscope::ui
