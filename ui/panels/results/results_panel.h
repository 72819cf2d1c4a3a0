// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeView>
#include <set>
#include <utility>

#include "ui/jobs/latest_job.h"
#include "ui/models/evaluation_context.h"
#include "ui/models/results_model.h"
#include "ui/models/results_sorter.h"
#include "ui/widgets/deferred_panel.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/message_page.h"

namespace oodscope::ui {

/// Detectors × OOD sets with their metrics; a row selects its detector and OOD set everywhere. A row opens to the OOD
/// classes; one of these also filters the gallery to its images. The convention is named and can be switched; the table
/// can be copied as CSV or Markdown, and the command that makes it again.
class ResultsPanel : public DeferredPanel {
    Q_OBJECT
public:
    ResultsPanel(EvaluationContext* context, JobRunner* jobs, QWidget* parent = nullptr);

    QTreeView* view() const { return m_view; }
    QComboBox* conventionBox() const { return m_convention; }
    ElidedLabel* note() const { return m_note; }
    ResultsModel* model() { return &m_model; }
    QAbstractItemModel* rows() { return &m_rows; }  // the model as the view sorts it

Q_SIGNALS:
    void failed(const QString& message);
    void commandRequested();  // to the clipboard: only the window knows the workspace

protected:
    void refresh() override;

private:
    QWidget* createBar();
    QPushButton* createCopyButton(QWidget* parent);
    void createView();
    void showEvaluation(const experiment::EvaluationPtr& evaluation);
    void changeConvention();
    void choose(const QModelIndex& index);
    void followContext();
    void updateNote();
    bool isMeanOfContext(const QModelIndex& index) const;
    QModelIndex rowOfContext() const;
    void fitColumn(int column);
    std::set<std::pair<int, int>> openRows() const;
    void copy(const QString& text);

    EvaluationContext* m_context;
    ResultsModel m_model;
    ResultsSorter m_rows;
    LatestJob m_job;
    QStackedWidget* m_pages;
    QTreeView* m_view;
    MessagePage* m_message;
    QPushButton* m_copy = nullptr;
    QComboBox* m_convention;
    ElidedLabel* m_note;
    bool m_choosing = false;
};

}  // namespace oodscope::ui
