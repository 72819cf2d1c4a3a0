// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/results/results_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/panels/results/convention_results.h"
#include "ui/panels/results/results_text.h"

namespace oodscope::ui {

namespace {
constexpr ood::FprConvention kConventions[] = {ood::FprConvention::Plp, ood::FprConvention::Mcm,
                                               ood::FprConvention::Ninco, ood::FprConvention::OpenOod,
                                               ood::FprConvention::TorchUncertainty};
}

ResultsPanel::ResultsPanel(EvaluationContext* context, JobRunner* jobs, QWidget* parent)
    : DeferredPanel(parent),
      m_context(context),
      m_job(jobs),
      m_table(new QTableView(this)),
      m_convention(new QComboBox(this)),
      m_note(new QLabel(this)) {
    setObjectName(QStringLiteral("ResultsPanel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(createBar());
    column->addWidget(m_table, 1);
    createTable();
    connect(m_context, &EvaluationContext::evaluationChanged, this, &ResultsPanel::requestRefresh);
    connect(m_context, &EvaluationContext::detectorChanged, this, &ResultsPanel::followContext);
    connect(m_context, &EvaluationContext::oodSetChanged, this, &ResultsPanel::followContext);
    requestRefresh();
}

QWidget* ResultsPanel::createBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(4, 2, 4, 2);
    m_convention->setObjectName(QStringLiteral("ConventionBox"));
    m_convention->setToolTip(tr("How FPR at 95\u202f% TPR is read off the ROC curve; each names a library's own rule"));
    for (const auto convention : kConventions) {
        const auto name = ood::conventionName(convention);
        m_convention->addItem(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())),
                              static_cast<int>(convention));
    }
    auto* title = new QLabel(tr("Convention"), bar);
    title->setBuddy(m_convention);
    auto* copyButton = new QPushButton(bar);
    copyButton->setText(tr("Copy"));
    auto* menu = new QMenu(copyButton);
    menu->addAction(tr("As CSV"), this, [this] { copy(tableAsCsv(m_model)); });
    menu->addAction(tr("As Markdown"), this, [this] { copy(tableAsMarkdown(m_model)); });
    menu->addSeparator();
    QAction* command = menu->addAction(tr("Command that makes it again"), this, &ResultsPanel::commandRequested);
    command->setObjectName(QStringLiteral("CopyCommandAction"));
    copyButton->setMenu(menu);
    m_note->setToolTip(tr("Higher scores mean more in-distribution; ID is the positive class"));
    m_note->setContentsMargins(6, 0, 6, 0);
    m_note->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(title);
    row->addWidget(m_convention);
    row->addWidget(m_note, 1);
    row->addWidget(copyButton);
    connect(m_convention, &QComboBox::activated, this, &ResultsPanel::changeConvention);
    return bar;
}

void ResultsPanel::createTable() {
    m_table->setObjectName(QStringLiteral("ResultsTable"));
    m_table->setModel(&m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    m_table->horizontalHeader()->setHighlightSections(false);
    connect(m_table, &QTableView::clicked, this, &ResultsPanel::choose);
    connect(m_table, &QTableView::activated, this, &ResultsPanel::choose);
}

void ResultsPanel::refresh() {
    m_job.drop();
    const auto& evaluation = m_context->evaluation();
    if (evaluation && !evaluation->results.empty()) {
        const QSignalBlocker blocker(m_convention);
        const int convention = static_cast<int>(evaluation->results.front().metrics.convention);
        m_convention->setCurrentIndex(m_convention->findData(convention));
    }
    m_convention->setEnabled(evaluation != nullptr);
    showEvaluation(evaluation);
}

void ResultsPanel::showEvaluation(const experiment::EvaluationPtr& evaluation) {
    m_model.setEvaluation(evaluation);
    m_table->resizeColumnsToContents();
    const bool own = evaluation && !evaluation->results.empty() && evaluation == m_context->evaluation();
    m_note->setText(!evaluation ? QString()
                    : own       ? tr("as stored with the evaluation")
                                : tr("measured anew, not stored"));
    followContext();
}

void ResultsPanel::changeConvention() {
    const auto evaluation = m_context->evaluation();
    if (!evaluation || evaluation->results.empty()) return;
    const auto convention = static_cast<ood::FprConvention>(m_convention->currentData().toInt());
    if (convention == evaluation->results.front().metrics.convention) {
        m_job.drop();
        showEvaluation(evaluation);
        return;
    }
    m_job.start<experiment::EvaluationPtr>(
        tr("Metrics"),
        [evaluation, convention](std::stop_token stop, const ProgressFn&) {
            return withConvention(evaluation, convention, stop);
        },
        this,
        [this](Result<experiment::EvaluationPtr> result) {
            if (result)
                showEvaluation(*result);
            else
                Q_EMIT failed(QString::fromStdString(result.error().message));
        });
}

void ResultsPanel::choose(const QModelIndex& index) {
    if (!index.isValid()) return;
    const int detector = index.data(ResultsModel::DetectorIndexRole).toInt();
    const int ood = index.data(ResultsModel::OodIndexRole).toInt();
    if (detector >= 0 && detector != m_context->detector()) m_context->setDetector(detector);
    if (ood >= 0) m_context->setOodSet(kFirstOodSet + ood);
}

void ResultsPanel::followContext() {
    const QSignalBlocker blocker(m_table->selectionModel());
    m_table->clearSelection();
    for (int row = 0; row < m_model.rowCount(); ++row) {
        const QModelIndex index = m_model.index(row, 0);
        if (index.data(ResultsModel::DetectorIndexRole).toInt() == m_context->detector() &&
            index.data(ResultsModel::OodIndexRole).toInt() + kFirstOodSet == m_context->oodSet())
            m_table->selectRow(row);
    }
    m_table->viewport()->update();
}

void ResultsPanel::copy(const QString& text) {
    QApplication::clipboard()->setText(text);
}

}  // namespace oodscope::ui
