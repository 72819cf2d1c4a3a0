// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/jobs/jobs_panel.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QSplitter>
#include <QVBoxLayout>

#include "ui/panels/jobs/progress_delegate.h"

namespace oodscope::ui {

JobsPanel::JobsPanel(JobRunner* runner, JobModel* model, EvaluationContext* context, QWidget* parent)
    : QWidget(parent), m_runner(runner), m_model(model), m_context(context), m_curve(new TrainingCurve(this)) {
    setObjectName(QStringLiteral("JobsPanel"));
    auto* split = new QSplitter(Qt::Horizontal, this);
    split->addWidget(createList());
    split->addWidget(m_curve);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(split);
    m_clock.setInterval(1000);
    connect(&m_clock, &QTimer::timeout, m_model, &JobModel::tick);
    connect(m_model, &QAbstractItemModel::rowsInserted, this, [this] { m_table->selectRow(0); });
    connect(m_model, &QAbstractItemModel::dataChanged, this, &JobsPanel::update);
    connect(m_runner, &JobRunner::finished, this, &JobsPanel::updateCurve);
    connect(m_model, &QAbstractItemModel::rowsRemoved, this, &JobsPanel::update);
    connect(m_model, &JobModel::seriesChanged, this, &JobsPanel::updateCurve);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this] {
        update();
        updateCurve();
    });
    connect(m_context, &EvaluationContext::evaluationChanged, this, &JobsPanel::updateCurve);
    update();
    updateCurve();
}

QWidget* JobsPanel::createList() {
    auto* list = new QWidget(this);
    auto* column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    createTable(list);
    m_detail = new QLabel(list);
    m_detail->setObjectName(QStringLiteral("JobDetail"));
    m_detail->setWordWrap(true);
    m_detail->setTextFormat(Qt::PlainText);  // an error may hold anything
    m_detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_detail->setMargin(4);
    m_cancel = new QPushButton(tr("Cancel job"), list);
    m_cancel->setObjectName(QStringLiteral("JobCancel"));
    m_clear = new QPushButton(tr("Remove finished"), list);
    connect(m_cancel, &QPushButton::clicked, this, &JobsPanel::cancelSelected);
    connect(m_clear, &QPushButton::clicked, m_model, &JobModel::clearFinished);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(4, 0, 4, 4);
    row->addWidget(m_detail, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_clear);
    column->addWidget(m_table, 1);
    column->addLayout(row);
    return list;
}

void JobsPanel::createTable(QWidget* parent) {
    m_table = new QTableView(parent);
    m_table->setObjectName(QStringLiteral("JobsTable"));
    m_table->setModel(m_model);
    m_table->setItemDelegateForColumn(JobModel::ProgressColumn, new ProgressDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->setTextElideMode(Qt::ElideMiddle);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    auto* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(JobModel::TitleColumn, QHeaderView::Stretch);
    for (const auto below : {JobModel::StageColumn, JobModel::RateColumn})  // below the table, where there is room
        m_table->hideColumn(below);
    for (const auto fits : {JobModel::StateColumn, JobModel::ProgressColumn, JobModel::LeftColumn})
        header->setSectionResizeMode(fits, QHeaderView::ResizeToContents);
}

int JobsPanel::currentRow() const {
    const QModelIndex current = m_table->currentIndex();
    return current.isValid() ? current.row() : -1;
}

void JobsPanel::cancelSelected() {
    const int row = currentRow();
    if (row >= 0) m_runner->cancel(m_model->index(row, 0).data(JobModel::IdRole).toULongLong());
}

void JobsPanel::update() {
    const int row = currentRow();
    const QModelIndex index = m_model->index(row, 0);
    const auto state = index.isValid() ? index.data(JobModel::StateRole).value<JobState>() : JobState::Done;
    m_cancel->setEnabled(index.isValid() && state == JobState::Running);
    m_clear->setEnabled(m_model->hasFinished());
    QString text;
    if (m_model->rowCount() == 0) {
        text = tr("Nothing is running. File → New run… starts one.");
    } else if (index.isValid()) {
        text = index.data(JobModel::ErrorRole).toString();
        if (text.isEmpty()) text = runningText(row);
    }
    m_detail->setText(text);
    const bool running = m_runner->activeCount() > 0;
    if (running != m_clock.isActive()) running ? m_clock.start() : m_clock.stop();
}

QString JobsPanel::runningText(int row) const {
    const QModelIndex index = m_model->index(row, JobModel::StageColumn);
    QStringList parts;
    for (const QString& part : {index.data().toString(), index.siblingAtColumn(JobModel::RateColumn).data().toString(),
                                index.data(JobModel::ValuesRole).toString()})
        if (!part.isEmpty()) parts << part;
    parts << tr("elapsed %1").arg(durationText(index.data(JobModel::ElapsedMsRole).toDouble() / 1000));
    return parts.join(QStringLiteral("  ·  "));
}

void JobsPanel::updateCurve() {
    const int row = currentRow();
    const bool isJob = row >= 0 && row < m_model->rowCount();
    if (isJob && !m_model->series(row).empty())
        m_curve->setSeries(m_model->series(row), tr("step"));
    else if (isJob && m_model->index(row, 0).data(JobModel::StateRole).value<JobState>() != JobState::Done)
        m_curve->setHistory({});  // the curve of the open run would look as if it belonged to this job
    else
        m_curve->setHistory(m_context->evaluation() ? m_context->evaluation()->history
                                                    : std::vector<probe::EpochStats>());
    m_curve->setVisible(m_curve->plot()->graphCount() > 0);  // else the table can use the room
}

}  // namespace oodscope::ui
