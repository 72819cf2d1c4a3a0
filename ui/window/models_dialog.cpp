// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/models_dialog.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QVBoxLayout>
#include <algorithm>

namespace oodscope::ui {

ModelsDialog::ModelsDialog(const Services& services, JobRunner* jobs, WindowSettings* settings, QWidget* parent)
    : QDialog(parent),
      m_services(services),
      m_settings(settings),
      m_listing(jobs),
      m_checking(jobs),
      m_search(new QLineEdit(this)),
      m_table(new QTableView(this)),
      m_note(new QLabel(this)) {
    setObjectName(QStringLiteral("ModelsDialog"));
    setWindowTitle(tr("Models"));
    resize(180 * fontMetrics().averageCharWidth(), 36 * fontMetrics().height());
    m_search->setObjectName(QStringLiteral("ModelsSearch"));
    m_search->setPlaceholderText(tr("Search names, architectures, repositories"));
    m_search->setClearButtonEnabled(true);
    m_note->setObjectName(QStringLiteral("ModelsNote"));
    m_note->setWordWrap(true);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_note->setMinimumHeight(2 * fontMetrics().height());
    createTable();
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_search);
    column->addWidget(m_table, 1);
    column->addWidget(m_note);
    column->addWidget(createButtons());
    connect(m_search, &QLineEdit::textChanged, &m_model, &ModelListModel::setSearch);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &ModelsDialog::followSelection);
    followSelection();
    refresh();
}

void ModelsDialog::createTable() {
    m_sorted.setSourceModel(&m_model);
    m_sorted.setSortRole(ModelListModel::SortRole);
    m_table->setObjectName(QStringLiteral("ModelsTable"));
    m_table->setModel(&m_sorted);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 8);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ModelsDialog::followSelection);
    connect(m_table, &QTableView::activated, this, &ModelsDialog::use);
}

QWidget* ModelsDialog::createButtons() {
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* folder = buttons->addButton(tr("Locate &folder…"), QDialogButtonBox::ActionRole);
    auto* file = buttons->addButton(tr("Locate f&ile…"), QDialogButtonBox::ActionRole);
    m_use = buttons->addButton(tr("&Use for a new run"), QDialogButtonBox::AcceptRole);
    m_use->setObjectName(QStringLiteral("ModelsUse"));
    connect(folder, &QPushButton::clicked, this, [this] { choosePath(PathKind::Folder); });
    connect(file, &QPushButton::clicked, this, [this] { choosePath(PathKind::File); });
    connect(m_use, &QPushButton::clicked, this, &ModelsDialog::use);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    return buttons;
}

QModelIndex ModelsDialog::current() const {
    return m_table->currentIndex().siblingAtColumn(0);
}

void ModelsDialog::refresh() {
    if (!m_services.listModels) return;
    m_note->setText(tr("Looking for models…"));
    m_listing.start<std::vector<model::ListedModel>>(
        tr("Look for models"),
        [list = m_services.listModels, located = m_settings->locatedModels()](
            std::stop_token, const ProgressFn&) -> Result<std::vector<model::ListedModel>> { return list(located); },
        this,
        [this](Result<std::vector<model::ListedModel>> models) {
            if (!models) return m_note->setText(QString::fromStdString(models.error().message));
            m_model.setModels(std::move(*models));
            m_table->resizeColumnsToContents();
        });
}

void ModelsDialog::followSelection() {
    const QModelIndex index = current();
    m_use->setEnabled(index.data(ModelListModel::UsableRole).toBool());
    m_note->setText(index.isValid() ? index.data(ModelListModel::ReasonRole).toString()
                                    : tr("%n models", nullptr, m_model.shownCount()));
}

void ModelsDialog::use() {
    const QModelIndex index = current();
    if (!index.data(ModelListModel::UsableRole).toBool()) return;
    const QString path = index.data(ModelListModel::PathRole).toString();
    // A file may not say which model it holds; its name does.
    Q_EMIT useRequested(QFileInfo(path).isFile() ? index.data(ModelListModel::NameRole).toString() : path);
    accept();
}

void ModelsDialog::choosePath(PathKind kind) {
    auto* dialog = makeModelPathDialog(kind, {}, this);
    connect(dialog, &QFileDialog::fileSelected, this, &ModelsDialog::locate);
    dialog->open();
}

void ModelsDialog::locate(const QString& path) {
    const QModelIndex index = current();
    model::LocatedModel located;
    located.path = path.toStdString();
    // A model that is here already keeps its place: the path then stands for itself.
    if (index.isValid() && !index.data(ModelListModel::UsableRole).toBool())
        located.name = index.data(ModelListModel::NameRole).toString().toStdString();
    m_note->setText(tr("Reading %1…").arg(path));
    m_checking.start<void>(
        tr("Check a model"),
        [check = m_services.checkModel, located](std::stop_token, const ProgressFn&) -> Status {
            return check ? check(located) : Status();
        },
        this,
        [this, located](Status status) {
            if (!status)
                return m_note->setText(tr("Does not fit: %1").arg(QString::fromStdString(status.error().message)));
            std::vector<model::LocatedModel> known = m_settings->locatedModels();
            std::erase_if(known, [&](const model::LocatedModel& model) { return model.path == located.path; });
            known.push_back(located);
            m_settings->setLocatedModels(known);
            refresh();
        });
}

}  // namespace oodscope::ui
