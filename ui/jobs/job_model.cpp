// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/job_model.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

#include "ui/jobs/progress_text.h"
#include "ui/models/number_text.h"

namespace oodscope::ui {

namespace {

double fractionOf(const Progress& progress) {
    if (progress.total == 0) return -1;
    return std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
}

QString valuesText(const Progress& progress) {
    QStringList parts;
    for (const auto& [name, value] : progress.values)
        parts << QStringLiteral("%1 %2").arg(progressText(name), numberText(value));
    return parts.join(QStringLiteral(", "));
}

void appendPoint(JobSeries& series, QPointF point) {
    if (series.skipped + 1 < series.stride) {
        ++series.skipped;
        return;
    }
    series.skipped = 0;
    series.points.append(point);
    if (series.points.size() < JobModel::kSeriesPoints) return;
    QVector<QPointF> thinned;
    for (qsizetype i = 0; i < series.points.size(); i += 2)
        thinned.append(series.points[i]);
    series.points.swap(thinned);
    series.stride *= 2;
}

void record(std::vector<JobSeries>& all, const Progress& progress) {
    for (const auto& [name, value] : progress.values) {
        if (!std::isfinite(value)) continue;
        const QString label = QString::fromStdString(name);
        auto it = std::find_if(all.begin(), all.end(), [&](const JobSeries& s) { return s.name == label; });
        if (it == all.end()) it = all.insert(all.end(), JobSeries{label, {}, 1, 0});
        const double x = static_cast<double>(progress.done);
        // Counting that starts again means a new stage: its curve replaces the one before.
        if (!it->points.isEmpty() && x < it->points.back().x()) *it = JobSeries{label, {}, 1, 0};
        appendPoint(*it, QPointF(x, value));
    }
}

bool isOver(JobState state) {
    return state == JobState::Done || state == JobState::Failed || state == JobState::Cancelled;
}

}  // namespace

QString durationText(double seconds) {
    const auto total = static_cast<qint64>(std::llround(std::max(0.0, seconds)));
    const auto two = [](qint64 v) { return QStringLiteral("%1").arg(v, 2, 10, QLatin1Char('0')); };
    if (total >= 3600)
        return QCoreApplication::translate("JobModel", "%1 h %2 min").arg(total / 3600).arg(two(total / 60 % 60));
    if (total >= 60) return QCoreApplication::translate("JobModel", "%1 min %2 s").arg(total / 60).arg(two(total % 60));
    return QCoreApplication::translate("JobModel", "%1 s").arg(total);
}

QString jobStateText(JobState state) {
    switch (state) {
        case JobState::Queued:
            return QCoreApplication::translate("JobModel", "waiting");
        case JobState::Running:
            return QCoreApplication::translate("JobModel", "running");
        case JobState::Stopping:
            return QCoreApplication::translate("JobModel", "stopping…");
        case JobState::Done:
            return QCoreApplication::translate("JobModel", "done");
        case JobState::Failed:
            return QCoreApplication::translate("JobModel", "failed");
        case JobState::Cancelled:
            return QCoreApplication::translate("JobModel", "cancelled");
    }
    return {};
}

JobModel::JobModel(JobRunner* runner, QObject* parent) : QAbstractTableModel(parent) {
    connect(runner, &JobRunner::started, this, &JobModel::addJob);
    connect(runner, &JobRunner::progressed, this, &JobModel::setProgress);
    connect(runner, &JobRunner::stopping, this, [this](JobId id) { setState(id, JobState::Stopping, {}); });
    connect(runner, &JobRunner::finished, this, &JobModel::setState);
}

int JobModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int JobModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant JobModel::data(const QModelIndex& index, int role) const {
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) return {};
    const Row& row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
        case Qt::DisplayRole:
            return display(row, index.column());
        case Qt::ToolTipRole:
            return row.error.isEmpty() ? display(row, index.column()) : row.error;
        case Qt::TextAlignmentRole:
            return index.column() >= ProgressColumn ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
        case IdRole:
            return row.id;
        case StateRole:
            return QVariant::fromValue(row.state);
        case FractionRole:
            return row.state == JobState::Done ? 1.0 : fractionOf(row.progress);
        case ErrorRole:
            return row.error;
        case ValuesRole:
            return valuesText(row.progress);
        case ElapsedMsRole:
            return row.elapsedMs;
        case SortRole:
            return sortKey(row, index.column());
        default:
            return {};
    }
}

QString JobModel::display(const Row& row, int column) const {
    const Progress& p = row.progress;
    switch (column) {
        case TitleColumn:
            return row.title;
        case StateColumn:
            return jobStateText(row.state);
        case StageColumn:
            return row.error.isEmpty() ? progressText(p.stage) : row.error;
        case ProgressColumn:
            if (p.total == 0) return p.done == 0 ? QString() : countText(p.done);
            return tr("%1 of %2").arg(countText(p.done), countText(p.total));
        case RateColumn:
            if (p.perSecond <= 0) return {};
            return tr("%1 %2/s").arg(fixedText(p.perSecond, p.perSecond < 10 ? 2 : 0), progressText(p.unit));
        case LeftColumn:
            if (isOver(row.state)) return tr("took %1").arg(durationText(static_cast<double>(row.elapsedMs) / 1000));
            return p.secondsLeft < 0 ? QString() : tr("%1 left").arg(durationText(p.secondsLeft));
        default:
            return {};
    }
}

QVariant JobModel::sortKey(const Row& row, int column) const {
    switch (column) {
        case StateColumn:
            return static_cast<int>(row.state);
        case ProgressColumn:
            return fractionOf(row.progress);
        case RateColumn:
            return row.progress.perSecond;
        case LeftColumn:
            return row.progress.secondsLeft;
        default:
            return display(row, column);
    }
}

QVariant JobModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) return {};
    switch (section) {
        case TitleColumn:
            return tr("Job");
        case StateColumn:
            return tr("State");
        case StageColumn:
            return tr("Stage");
        case ProgressColumn:
            return tr("Progress");
        case RateColumn:
            return tr("Rate");
        case LeftColumn:
            return tr("Time");
        default:
            return {};
    }
}

int JobModel::rowOf(JobId id) const {
    const auto it = std::find_if(m_rows.begin(), m_rows.end(), [id](const Row& r) { return r.id == id; });
    return it == m_rows.end() ? -1 : static_cast<int>(it - m_rows.begin());
}

bool JobModel::hasFinished() const {
    return std::any_of(m_rows.begin(), m_rows.end(), [](const Row& r) { return isOver(r.state); });
}

void JobModel::addJob(JobId id, const QString& title) {
    beginInsertRows({}, 0, 0);
    Row row;
    row.id = id;
    row.title = title;
    row.clock.start();
    m_rows.insert(m_rows.begin(), std::move(row));
    endInsertRows();
}

void JobModel::setProgress(JobId id, const Progress& progress) {
    const int row = rowOf(id);
    if (row < 0) return;
    Row& r = m_rows[static_cast<std::size_t>(row)];
    r.progress = progress;
    r.elapsedMs = r.clock.elapsed();
    record(r.series, progress);
    changed(row);
    if (!progress.values.empty()) Q_EMIT seriesChanged(row);
}

void JobModel::setState(JobId id, JobState state, const QString& message) {
    const int row = rowOf(id);
    if (row < 0) return;
    Row& r = m_rows[static_cast<std::size_t>(row)];
    r.state = state;
    r.error = message;
    r.elapsedMs = r.clock.elapsed();
    changed(row);
}

void JobModel::changed(int row) {
    Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
}

void JobModel::clearFinished() {
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (!isOver(m_rows[static_cast<std::size_t>(row)].state)) continue;
        beginRemoveRows({}, row, row);
        m_rows.erase(m_rows.begin() + row);
        endRemoveRows();
    }
}

void JobModel::tick() {
    for (int row = 0; row < rowCount(); ++row) {
        Row& r = m_rows[static_cast<std::size_t>(row)];
        if (isOver(r.state)) continue;
        r.elapsedMs = r.clock.elapsed();
        changed(row);
    }
}

}  // namespace oodscope::ui
