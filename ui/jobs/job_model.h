// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <QElapsedTimer>
#include <QPointF>
#include <QVector>
#include <map>
#include <vector>

#include "ui/jobs/job_runner.h"

namespace oodscope::ui {

/// A named live figure of a job ("loss", "accuracy") over what has been done.
struct JobSeries {
    QString name;
    QVector<QPointF> points;  // at most JobModel::kSeriesPoints, thinned evenly
    int stride = 1;           // every how many updates one point is kept
    int skipped = 0;
};

/// The jobs of a JobRunner, newest first. Finished ones stay until clearFinished().
class JobModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { TitleColumn, StateColumn, StageColumn, ProgressColumn, RateColumn, LeftColumn, ColumnCount };
    enum Role {
        IdRole = Qt::UserRole + 1,
        StateRole,      // JobState
        FractionRole,   // 0..1, negative: not known
        ErrorRole,      // QString
        ValuesRole,     // QString: "loss 0.31, accuracy 0.87"
        ElapsedMsRole,  // qint64
        SortRole,
    };
    static constexpr int kSeriesPoints = 1000;

    explicit JobModel(JobRunner* runner, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    int rowOf(JobId id) const;  // -1: not there
    const std::vector<JobSeries>& series(int row) const { return m_rows.at(static_cast<std::size_t>(row)).series; }
    bool hasFinished() const;

public Q_SLOTS:
    void clearFinished();
    /// Elapsed times move on without news from the jobs.
    void tick();

Q_SIGNALS:
    void seriesChanged(int row);

private:
    struct Row {
        JobId id = 0;
        QString title;
        JobState state = JobState::Running;
        Progress progress;
        QString error;
        QElapsedTimer clock;
        qint64 elapsedMs = 0;
        std::vector<JobSeries> series;
    };
    void addJob(JobId id, const QString& title);
    void setProgress(JobId id, const Progress& progress);
    void setState(JobId id, JobState state, const QString& message);
    void changed(int row);
    QString display(const Row& row, int column) const;
    QVariant sortKey(const Row& row, int column) const;

    std::vector<Row> m_rows;
};

/// "1 h 02 min", "3 min 20 s", "45 s".
QString durationText(double seconds);
QString jobStateText(JobState state);

}  // namespace oodscope::ui
