// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/results/results_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include "ui/panels/results/convention_results.h"
#include "ui/panels/results/results_delegate.h"
#include "ui/panels/results/results_text.h"

namespace oodscope::ui {

namespace {

constexpr int kNameChars = 32;  // of the widest column

constexpr ood::FprConvention kConventions[] = {ood::FprConvention::Plp, ood::FprConvention::Mcm,
                                               ood::FprConvention::Ninco, ood::FprConvention::OpenOod,
                                               ood::FprConvention::TorchUncertainty};

/// All images of one OOD class.
ImageFilter classFilter(int set, int label) {
    ImageFilter filter;
    filter.sets = {set};
    filter.trueLabel = label;
    return filter;
}

/// The OOD class that the gallery is filtered to, where it is filtered to nothing else; -1: none.
int filteredClass(const ImageFilter& filter) {
    const bool one = filter.sets.size() == 1 && filter.sets.front() >= kFirstOodSet && filter.trueLabel;
    return one && filter == classFilter(filter.sets.front(), *filter.trueLabel) ? *filter.trueLabel : -1;
}

int intAt(const QModelIndex& index, int role) {
    return index.data(role).toInt();
}

std::pair<int, int> keyOf(const QModelIndex& index) {
    return {intAt(index, ResultsModel::DetectorIndexRole), intAt(index, ResultsModel::OodIndexRole)};
}

}  // namespace

ResultsPanel::ResultsPanel(EvaluationContext* context, JobRunner* jobs, QWidget* parent)
    : DeferredPanel(parent),
      m_context(context),
      m_job(jobs),
      m_pages(new QStackedWidget(this)),
      m_view(new QTreeView(this)),
      m_message(new MessagePage(this)),
      m_convention(new QComboBox(this)),
      m_note(new ElidedLabel(this)) {
    setObjectName(QStringLiteral("ResultsPanel"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(createBar());
    column->addWidget(m_pages, 1);
    m_pages->addWidget(m_view);
    m_pages->addWidget(m_message);
    createView();
    connect(m_context, &EvaluationContext::evaluationChanged, this, &ResultsPanel::requestRefresh);
    connect(m_context, &EvaluationContext::detectorChanged, this, &ResultsPanel::followContext);
    connect(m_context, &EvaluationContext::oodSetChanged, this, &ResultsPanel::followContext);
    connect(m_context, &EvaluationContext::filterChanged, this, &ResultsPanel::followContext);
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
    m_note->setToolTip(tr("Higher scores mean more in-distribution"));
    m_note->setContentsMargins(6, 0, 6, 0);
    row->addWidget(title);
    row->addWidget(m_convention);
    row->addWidget(m_note, 1);
    m_copy = createCopyButton(bar);
    row->addWidget(m_copy);
    connect(m_convention, &QComboBox::activated, this, &ResultsPanel::changeConvention);
    return bar;
}

QPushButton* ResultsPanel::createCopyButton(QWidget* parent) {
    auto* button = new QPushButton(tr("Copy"), parent);
    auto* menu = new QMenu(button);
    menu->addAction(tr("As CSV"), this, [this] { copy(tableAsCsv(m_rows)); });
    menu->addAction(tr("As Markdown"), this, [this] { copy(tableAsMarkdown(m_rows)); });
    menu->addAction(tr("OOD classes as CSV"), this, [this] { copy(childrenAsCsv(m_rows, tr("OOD class"))); });
    menu->addSeparator();
    QAction* command = menu->addAction(tr("Command that makes it again"), this, &ResultsPanel::commandRequested);
    command->setObjectName(QStringLiteral("CopyCommandAction"));
    button->setMenu(menu);
    return button;
}

void ResultsPanel::createView() {
    m_rows.setSourceModel(&m_model);
    m_view->setObjectName(QStringLiteral("ResultsView"));
    m_view->setModel(&m_rows);
    m_view->setItemDelegate(new ResultsDelegate(m_view));
    m_view->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_view->setSelectionMode(QAbstractItemView::SingleSelection);
    m_view->setUniformRowHeights(true);
    m_view->setTextElideMode(Qt::ElideMiddle);
    m_view->setAllColumnsShowFocus(true);
    m_view->setAlternatingRowColors(true);
    m_view->setExpandsOnDoubleClick(false);  // a double click chooses, like a click
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(-1, Qt::AscendingOrder);
    m_view->header()->setStretchLastSection(false);
    connect(m_view, &QTreeView::clicked, this, &ResultsPanel::choose);
    connect(m_view, &QTreeView::activated, this, &ResultsPanel::choose);
    connect(m_view, &QTreeView::expanded, this, [this] { fitColumn(ResultsModel::Detector); });
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
    m_copy->setEnabled(evaluation != nullptr);
    if (evaluation)
        m_message->setMessage(tr("This evaluation has no results"), {});
    else
        m_message->setMessage(tr("No evaluation is open"), tr("Open a run in the Library first."));
    showEvaluation(evaluation);
}

void ResultsPanel::showEvaluation(const experiment::EvaluationPtr& evaluation) {
    const auto open = openRows();
    m_model.setEvaluation(evaluation);
    for (int row = 0; row < m_rows.rowCount(); ++row) {
        const QModelIndex index = m_rows.index(row, 0);
        if (m_rows.hasChildren(index) && open.contains(keyOf(index))) m_view->expand(index);
    }
    for (int column = 0; column < ResultsModel::Columns; ++column)
        fitColumn(column);
    m_pages->setCurrentWidget(m_rows.rowCount() > 0 ? static_cast<QWidget*>(m_view) : m_message);
    updateNote();
    followContext();
}

/// As wide as its texts, but a long name must not push the figures out of sight; its tool tip has it whole.
void ResultsPanel::fitColumn(int column) {
    m_view->resizeColumnToContents(column);
    const int most = kNameChars * m_view->fontMetrics().averageCharWidth();
    if (m_view->columnWidth(column) > most) m_view->setColumnWidth(column, most);
}

/// Detector and OOD set of the rows that are open.
std::set<std::pair<int, int>> ResultsPanel::openRows() const {
    std::set<std::pair<int, int>> open;
    for (int row = 0; row < m_rows.rowCount(); ++row) {
        const QModelIndex index = m_rows.index(row, 0);
        if (m_view->isExpanded(index)) open.insert(keyOf(index));
    }
    return open;
}

void ResultsPanel::updateNote() {
    const auto& evaluation = m_context->evaluation();
    const auto convention = m_model.convention();
    if (!evaluation || !convention) {
        m_note->clear();
        return;
    }
    const bool own = *convention == evaluation->results.front().metrics.convention;
    const QString positive =
        ood::oodIsPositive(*convention) ? tr("OOD is the positive class") : tr("ID is the positive class");
    m_note->setText(
        tr("%1; %2").arg(positive, own ? tr("as stored with the evaluation") : tr("measured anew, not stored")));
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
    const auto [detector, ood] = keyOf(index);
    const int label = intAt(index, ResultsModel::ClassRole);
    const int shown = filteredClass(m_context->filter());
    const bool again = label >= 0 && m_context->filter() == classFilter(kFirstOodSet + ood, label);
    m_choosing = true;  // the clicked row stays current while one thing after another changes
    if (detector >= 0 && detector != m_context->detector()) m_context->setDetector(detector);
    m_context->setOodSet(ood >= 0 ? kFirstOodSet + ood : -1);
    if (label >= 0 && !again)
        m_context->setFilter(classFilter(kFirstOodSet + ood, label));
    else if (shown >= 0)
        m_context->setFilter({});  // a class was chosen before; any other filter is not ours to take away
    m_choosing = false;
    followContext();
}

/// The row of the context's detector and OOD set, or of the class that the gallery shows; invalid: none.
QModelIndex ResultsPanel::rowOfContext() const {
    const int label = filteredClass(m_context->filter());
    for (int row = 0; row < m_rows.rowCount(); ++row) {
        const QModelIndex result = m_rows.index(row, 0);
        if (intAt(result, ResultsModel::KindRole) != ResultsModel::Pooled) continue;
        if (keyOf(result) != std::pair(m_context->detector(), m_context->oodSet() - kFirstOodSet)) continue;
        const bool own = label >= 0 && m_context->filter().sets.front() == m_context->oodSet();
        for (int child = 0; own && child < m_rows.rowCount(result) && m_view->isExpanded(result); ++child) {
            const QModelIndex one = m_rows.index(child, 0, result);
            if (intAt(one, ResultsModel::ClassRole) == label) return one;
        }
        return result;
    }
    return {};
}

/// A mean that was clicked stays selected: no other row says as well what is compared.
bool ResultsPanel::isMeanOfContext(const QModelIndex& index) const {
    const int kind = intAt(index, ResultsModel::KindRole);
    if (!index.isValid() || (kind != ResultsModel::SetMean && kind != ResultsModel::ClassMean)) return false;
    const auto [detector, ood] = keyOf(index);
    const int set = ood < 0 ? -1 : kFirstOodSet + ood;
    return detector == m_context->detector() && set == m_context->oodSet() && filteredClass(m_context->filter()) < 0;
}

void ResultsPanel::followContext() {
    if (m_choosing || isMeanOfContext(m_view->currentIndex())) return;
    const QSignalBlocker blocker(m_view->selectionModel());
    m_view->selectionModel()->clearSelection();
    const QModelIndex row = rowOfContext();
    if (row.isValid())
        m_view->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    m_view->viewport()->update();
}

void ResultsPanel::copy(const QString& text) {
    QApplication::clipboard()->setText(text);
}

}  // namespace oodscope::ui
