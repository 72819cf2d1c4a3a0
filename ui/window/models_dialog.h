// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>

#include "ui/jobs/latest_job.h"
#include "ui/models/model_list_model.h"
#include "ui/window/model_path_dialog.h"
#include "ui/window/services.h"
#include "ui/window/window_settings.h"

namespace oodscope::ui {

/// The models that the program knows, what of them lies on this machine, and why something does not fit.
class ModelsDialog : public QDialog {
    Q_OBJECT
public:
    ModelsDialog(const Services& services, JobRunner* jobs, WindowSettings* settings, QWidget* parent = nullptr);

    QLineEdit* searchEdit() const { return m_search; }
    QTableView* table() const { return m_table; }
    QPushButton* useButton() const { return m_use; }
    QString noteText() const { return m_note->text(); }

public Q_SLOTS:
    /// Remembers that `path` holds the selected model (or one of its own name), should it fit; else says why it does
    /// not.
    void locate(const QString& path);

Q_SIGNALS:
    /// A name or a path that openModel takes.
    void useRequested(const QString& model);

private:
    QWidget* createButtons();
    void createTable();
    void refresh();
    void choosePath(PathKind kind);
    void followSelection();
    void use();
    QModelIndex current() const;

    const Services& m_services;
    WindowSettings* m_settings;
    LatestJob m_listing;
    LatestJob m_checking;
    ModelListModel m_model;
    QSortFilterProxyModel m_sorted;
    QLineEdit* m_search;
    QTableView* m_table;
    QLabel* m_note;
    QPushButton* m_use = nullptr;
};

}  // namespace oodscope::ui
