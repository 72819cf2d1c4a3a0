// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/model_box.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QToolButton>
#include <utility>

namespace oodscope::ui {

ModelBox::ModelBox(const Services& services, JobRunner* jobs, std::vector<model::LocatedModel> located, QWidget* parent)
    : QWidget(parent), m_combo(new QComboBox(this)) {
    m_combo->setObjectName(QStringLiteral("RunModel"));
    m_combo->setEditable(true);
    m_combo->setInsertPolicy(QComboBox::NoInsert);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->lineEdit()->setPlaceholderText(tr("Folder of a CLIP checkpoint, or a name"));
    setFocusProxy(m_combo);
    auto* button = new QToolButton(this);
    button->setText(QStringLiteral("…"));
    button->setToolTip(tr("Browse for a model folder"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_combo, 1);
    layout->addWidget(button);
    connect(button, &QToolButton::clicked, this, &ModelBox::browse);
    connect(m_combo, &QComboBox::editTextChanged, this, &ModelBox::changed);
    listModels(services, jobs, std::move(located));
}

void ModelBox::browse() {
    auto* dialog = new QFileDialog(this, tr("Choose a model folder"), m_combo->currentText());
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QFileDialog::fileSelected, m_combo, &QComboBox::setEditText);
    dialog->open();
}

void ModelBox::listModels(const Services& services, JobRunner* jobs, std::vector<model::LocatedModel> located) {
    if (!services.findModels) return;
    jobs->start<std::vector<model::FoundModel>>(
        tr("Look for models"),
        [find = services.findModels, located = std::move(located)](
            std::stop_token, const ProgressFn&) -> Result<std::vector<model::FoundModel>> { return find(located); },
        this,
        [this](Result<std::vector<model::FoundModel>> models) {
            if (models) fill(*models);
        },
        JobVisibility::Background);
}

void ModelBox::fill(const std::vector<model::FoundModel>& models) {
    const QString typed = m_combo->currentText();
    for (const auto& found : models) {
        if (!found.info) continue;
        const QString folder = QString::fromStdString(found.folder.string());
        // A file may not say which model it holds; its name does.
        m_combo->addItem(QFileInfo(folder).isFile() ? QString::fromStdString(found.name) : folder);
        m_combo->setItemData(m_combo->count() - 1,
                             QStringLiteral("%1\n%2").arg(QString::fromStdString(found.name),
                                                          QString::fromStdString(found.info->architecture)),
                             Qt::ToolTipRole);
    }
    if (!typed.isEmpty())
        m_combo->setEditText(typed);
    else if (m_combo->count() > 0)
        m_combo->setCurrentIndex(0);
}

}  // namespace oodscope::ui
