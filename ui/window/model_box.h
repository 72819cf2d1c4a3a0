// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QToolButton>
#include <QWidget>
#include <vector>

#include "ui/jobs/job_runner.h"
#include "ui/window/model_path_dialog.h"
#include "ui/window/services.h"

namespace oodscope::ui {

/// A model to choose from those on this machine (looked for on a worker), to type, to browse for (folder or file) or
/// to drop.
class ModelBox : public QWidget {
    Q_OBJECT
public:
    /// `located`: where models lie that the user pointed at.
    ModelBox(const Services& services, JobRunner* jobs, std::vector<model::LocatedModel> located,
             QWidget* parent = nullptr);

    QString model() const { return m_combo->currentText().trimmed(); }
    void setModel(const QString& model) { m_combo->setEditText(model); }
    QComboBox* combo() const { return m_combo; }
    QToolButton* browseButton() const { return m_browse; }

Q_SIGNALS:
    void changed();

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void listModels(const Services& services, JobRunner* jobs, std::vector<model::LocatedModel> located);
    void fill(const std::vector<model::FoundModel>& models);
    void browse(PathKind kind);
    void updateNote();

    QComboBox* m_combo;
    QToolButton* m_browse;
    QLabel* m_note;
    QStringList m_lessChecked;  // texts of the box that stand for such models
};

}  // namespace oodscope::ui
