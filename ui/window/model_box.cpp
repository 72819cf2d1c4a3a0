// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/model_box.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QVBoxLayout>
#include <utility>

#include "core/model/script_config.h"
#include "ui/models/model_list_model.h"
#include "ui/widgets/dropped_files.h"

namespace oodscope::ui {

ModelBox::ModelBox(const Services& services, JobRunner* jobs, std::vector<model::LocatedModel> located, QWidget* parent)
    : QWidget(parent), m_combo(new QComboBox(this)), m_browse(new QToolButton(this)), m_note(new QLabel(this)) {
    setAcceptDrops(true);
    m_combo->setObjectName(QStringLiteral("RunModel"));
    m_combo->setEditable(true);
    m_combo->setInsertPolicy(QComboBox::NoInsert);
    m_combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_combo->lineEdit()->setPlaceholderText(tr("Folder, file or name of a model"));
    setFocusProxy(m_combo);
    m_combo->lineEdit()->setAcceptDrops(false);  // a dropped file is a path here, not a URL in the text
    m_browse->setObjectName(QStringLiteral("RunModelBrowse"));
    m_browse->setText(QStringLiteral("…"));
    m_browse->setToolTip(tr("Browse for a folder or file with a model"));
    m_browse->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_browse);
    menu->addAction(tr("Model f&older…"), this, [this] { browse(PathKind::Folder); });
    menu->addAction(tr("Checkpoint or TorchScript &file…"), this, [this] { browse(PathKind::File); });
    m_browse->setMenu(menu);
    m_note->setObjectName(QStringLiteral("RunModelNote"));
    m_note->setWordWrap(true);
    m_note->setText(QStringLiteral("⚠ ") + ModelListModel::lessCheckedText());
    auto* row = new QHBoxLayout;
    row->addWidget(m_combo, 1);
    row->addWidget(m_browse);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addLayout(row);
    layout->addWidget(m_note);
    m_note->hide();
    connect(m_combo, &QComboBox::editTextChanged, this, &ModelBox::updateNote);
    connect(m_combo, &QComboBox::editTextChanged, this, &ModelBox::changed);
    listModels(services, jobs, std::move(located));
}

void ModelBox::browse(PathKind kind) {
    auto* dialog = makeModelPathDialog(kind, model(), this);
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
        if (found.info->lessChecked) m_lessChecked << m_combo->itemText(m_combo->count() - 1);
        m_combo->setItemData(m_combo->count() - 1,
                             QStringLiteral("%1\n%2").arg(QString::fromStdString(found.name),
                                                          QString::fromStdString(found.info->architecture)),
                             Qt::ToolTipRole);
    }
    if (!typed.isEmpty())
        m_combo->setEditText(typed);
    else if (m_combo->count() > 0)
        m_combo->setCurrentIndex(0);
    updateNote();
}

/// Who chooses such a file here has not seen the list of models, which says the same.
void ModelBox::updateNote() {
    const QString chosen = model();
    m_note->setVisible(m_lessChecked.contains(chosen) || !model::scriptDeclaration(chosen.toStdString()).empty());
}

void ModelBox::dragEnterEvent(QDragEnterEvent* event) {
    acceptFiles(event);
}

void ModelBox::dropEvent(QDropEvent* event) {
    const QStringList paths = takeFiles(event);
    if (!paths.isEmpty()) setModel(paths.front());
}

}  // namespace oodscope::ui
