// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QTableView>

#include "ui/jobs/latest_job.h"
#include "ui/models/evaluation_context.h"
#include "ui/models/results_model.h"
#include "ui/widgets/deferred_panel.h"

namespace oodscope::ui {

/// Detectors × OOD sets with their metrics; a row selects its detector and OOD set everywhere. The convention is named
/// and can be switched; the table can be copied as CSV or Markdown, and the command that makes it again.
class ResultsPanel : public DeferredPanel {
    Q_OBJECT
public:
    ResultsPanel(EvaluationContext* context, JobRunner* jobs, QWidget* parent = nullptr);

    QTableView* table() const { return m_table; }
    QComboBox* conventionBox() const { return m_convention; }
    ResultsModel* model() { return &m_model; }

Q_SIGNALS:
    void failed(const QString& message);
    void commandRequested();  // to the clipboard: only the window knows the workspace

protected:
    void refresh() override;

private:
    QWidget* createBar();
    void createTable();
    void showEvaluation(const experiment::EvaluationPtr& evaluation);
    void changeConvention();
    void choose(const QModelIndex& index);
    void followContext();
    void copy(const QString& text);

    EvaluationContext* m_context;
    ResultsModel m_model;
    LatestJob m_job;
    QTableView* m_table;
    QComboBox* m_convention;
    QLabel* m_note;
};

}  // namespace oodscope::ui
