// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QWidget>
#include <vector>

#include "ui/jobs/job_runner.h"
#include "ui/window/services.h"

namespace oodscope::ui {

/// A model to choose from those on this machine (looked for on a worker), to type or to browse for.
class ModelBox : public QWidget {
    Q_OBJECT
public:
    /// `located`: where models lie that the user pointed at.
    ModelBox(const Services& services, JobRunner* jobs, std::vector<model::LocatedModel> located,
             QWidget* parent = nullptr);

    QString model() const { return m_combo->currentText().trimmed(); }
    void setModel(const QString& model) { m_combo->setEditText(model); }
    QComboBox* combo() const { return m_combo; }

Q_SIGNALS:
    void changed();

private:
    void listModels(const Services& services, JobRunner* jobs, std::vector<model::LocatedModel> located);
    void fill(const std::vector<model::FoundModel>& models);
    void browse();

    QComboBox* m_combo;
};

}  // namespace oodscope::ui
