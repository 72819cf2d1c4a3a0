// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/benchmark_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QTableView>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/widgets/path_edit.h"
#include "ui/window/model_box.h"
#include "ui/window/run_settings_box.h"

namespace oodscope::ui {

namespace {
const QString kLastProtocol = QStringLiteral("benchmark/protocol");
const QString kLastFile = QStringLiteral("benchmark/file");

QStringList folderNames(const data::DatasetFolders& folders) {
    QStringList names;
    for (const auto& folder : folders.folders)
        names << QString::fromStdString(folder.string());
    return names;
}
}  // namespace

BenchmarkDialog::BenchmarkDialog(const Services& services, JobRunner* jobs, WindowSettings* settings, QWidget* parent)
    : QDialog(parent),
      m_services(services),
      m_jobs(jobs),
      m_settings(settings),
      m_looking(jobs),
      m_starting(jobs),
      m_sets(new BenchmarkSetsModel(this)) {
    setObjectName(QStringLiteral("BenchmarkDialog"));
    setWindowTitle(tr("Run benchmark"));
    auto* left = new QVBoxLayout;
    left->addWidget(createChoice());
    left->addWidget(createSets(), 1);
    m_settingsBox = new RunSettingsBox(services, jobs, this);
    auto* columns = new QHBoxLayout;
    columns->addLayout(left, 3);
    columns->addWidget(m_settingsBox, 1);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(columns, 1);
    createButtons();
    const RunForm form = loadForm(*settings);
    m_model->setModel(form.model);
    m_settingsBox->readFrom(form);
    loadFolders();
    connectFields();
    chooseProtocol();
    resize(1180, 640);
}

QWidget* BenchmarkDialog::createChoice() {
    auto* box = new QGroupBox(tr("Benchmark"), this);
    auto* form = new QFormLayout(box);
    m_choice = new QComboBox(box);
    m_choice->setObjectName(QStringLiteral("BenchmarkProtocol"));
    for (const auto& protocol : experiment::builtInProtocols())
        m_choice->addItem(QString::fromStdString(protocol.title), QString::fromStdString(protocol.key));
    m_choice->addItem(tr("A protocol of your own (.json file)"), QString());
    // Nothing remembered is not the empty key of an own protocol.
    const QVariant last = m_settings->value(kLastProtocol);
    m_choice->setCurrentIndex(last.isValid() ? std::max(0, m_choice->findData(last.toString())) : 0);
    m_file = new PathEdit(PathKind::File, tr("Choose a protocol"), box);
    m_file->setObjectName(QStringLiteral("BenchmarkFile"));
    m_file->setPath(m_settings->value(kLastFile).toString());
    m_file->setToolTip(tr("'oodscope-cli benchmark --help' describes the file"));
    m_model = new ModelBox(m_services, m_jobs, m_settings->locatedModels(), box);
    form->addRow(tr("&Protocol:"), m_choice);
    form->addRow(tr("&File:"), m_file);
    m_names = new PathEdit(PathKind::File, tr("Choose a file of class names"), box);
    m_names->setObjectName(QStringLiteral("BenchmarkNames"));
    m_names->edit()->setPlaceholderText(tr("Those of the data set; for ImageNet LOC_synset_mapping.txt near it"));
    m_names->setToolTip(tr("One name a line in the order of the classes, or lines of wnid and names"));
    form->addRow(tr("&Model:"), m_model);
    form->addRow(tr("Class &names:"), m_names);
    return box;
}

QWidget* BenchmarkDialog::createSets() {
    auto* box = new QGroupBox(tr("Data sets"), this);
    auto* column = new QVBoxLayout(box);
    auto* label = new QLabel(tr("Looked for below these &folders:"), box);
    m_folders = new FolderList(tr("Choose a folder that holds data sets"), box);
    m_folders->setObjectName(QStringLiteral("BenchmarkFolders"));
    m_folders->list()->setToolTip(tr("Folders that hold your data sets; they are remembered. Drop them here."));
    m_folders->list()->setMaximumHeight(5 * (fontMetrics().height() + 4));  // the table below needs the room
    label->setBuddy(m_folders);
    m_table = new QTableView(box);
    m_table->setObjectName(QStringLiteral("BenchmarkSets"));
    m_table->setModel(m_sets);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setShowGrid(false);
    m_table->setWordWrap(true);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(BenchmarkSetsModel::Found, QHeaderView::Stretch);
    m_skip = new QCheckBox(tr("Go on without OOD sets that are &missing"), box);
    m_skip->setObjectName(QStringLiteral("BenchmarkSkip"));
    column->addWidget(label);
    column->addWidget(m_folders);
    column->addWidget(m_table, 1);
    column->addWidget(m_skip);
    return box;
}

void BenchmarkDialog::createButtons() {
    m_problem = new QLabel(this);
    m_problem->setObjectName(QStringLiteral("BenchmarkProblem"));
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setMinimumHeight(2 * fontMetrics().height());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_start = buttons->addButton(tr("Start"), QDialogButtonBox::AcceptRole);
    m_start->setObjectName(QStringLiteral("BenchmarkStart"));
    m_start->setDefault(true);
    // Not accepted at once: class names are read on a worker first.
    connect(m_start, &QPushButton::clicked, this, &BenchmarkDialog::start);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout()->addWidget(m_problem);
    layout()->addWidget(buttons);
}

void BenchmarkDialog::connectFields() {
    connect(m_choice, &QComboBox::currentIndexChanged, this, &BenchmarkDialog::chooseProtocol);
    connect(m_file, &PathEdit::changed, this, &BenchmarkDialog::chooseProtocol);
    connect(m_folders, &FolderList::changed, this, &BenchmarkDialog::takeFolders);
    connect(m_names, &PathEdit::changed, this, [this] {
        m_error.clear();
        check();
    });
    connect(this, &QDialog::finished, this, [this] { m_looking.drop(); });
    connect(m_model, &ModelBox::changed, this, &BenchmarkDialog::check);
    connect(m_skip, &QCheckBox::toggled, this, &BenchmarkDialog::check);
    connect(m_settingsBox, &RunSettingsBox::changed, this, &BenchmarkDialog::check);
}

void BenchmarkDialog::loadFolders() {
    auto folders = m_services.loadDatasetFolders();
    if (!folders) {
        // Nothing is written over a file that cannot be read.
        m_foldersError = QString::fromStdString(folders.error().message);
        m_folders->setEnabled(false);
        return;
    }
    m_remembered = std::move(*folders);
    m_folders->setFolders(folderNames(m_remembered));
}

void BenchmarkDialog::chooseProtocol() {
    const QString key = m_choice->currentData().toString();
    m_file->setEnabled(key.isEmpty());
    m_sets->setSets({});
    m_protocol.reset();
    m_error.clear();
    if (key.isEmpty() && m_file->path().isEmpty()) {
        m_error = tr("Choose the file of the protocol.");
    } else if (auto protocol = experiment::findProtocol((key.isEmpty() ? m_file->path() : key).toStdString())) {
        m_protocol = std::move(*protocol);
        m_settingsBox->setProbeBatch(m_protocol->probeBatch);
    } else {
        m_error = QString::fromStdString(protocol.error().message);
    }
    look();
}

/// What the list shows is what is remembered; a set that was told by itself on the command line stays.
void BenchmarkDialog::takeFolders() {
    data::DatasetFolders wanted;
    wanted.sets = m_remembered.sets;
    m_foldersError.clear();
    const QStringList shown = m_folders->folders();
    for (const QString& folder : shown) {
        const std::filesystem::path path(folder.toStdString());
        if (std::ranges::find(m_remembered.folders, path) != m_remembered.folders.end()) {
            wanted.folders.push_back(path);  // also while its disk is not there
        } else if (const Status added = wanted.addFolder(path); !added) {
            m_foldersError = QString::fromStdString(added.error().message);
        }
    }
    if (wanted == m_remembered) return check();
    m_remembered = std::move(wanted);
    const Status saved = m_services.saveDatasetFolders(m_remembered);
    if (!saved) m_foldersError = QString::fromStdString(saved.error().message);
    m_error.clear();
    look();
}

void BenchmarkDialog::look() {
    m_looking.drop();
    m_isLooking = m_protocol.has_value();
    check();
    if (!m_protocol) return;
    m_looking.start<experiment::LocatedSets>(
        tr("Look for data sets"),
        [locate = m_services.locate, protocol = *m_protocol, folders = m_remembered](
            std::stop_token stop, const ProgressFn& progress) { return locate(protocol, folders, stop, progress); },
        this, [this](Result<experiment::LocatedSets> located) { showLocated(std::move(located)); });
}

void BenchmarkDialog::showLocated(Result<experiment::LocatedSets> located) {
    m_isLooking = false;
    if (located)
        m_sets->setSets(std::move(*located));
    else
        m_error = QString::fromStdString(located.error().message);
    check();
}

QString BenchmarkDialog::problem() const {
    if (!m_foldersError.isEmpty()) return m_foldersError;
    if (!m_error.isEmpty()) return m_error;
    if (m_isLooking) return {};
    if (m_model->model().isEmpty()) return tr("Choose a model: a folder, a file or a name.");
    RunForm form;
    m_settingsBox->writeTo(form);
    if (form.detectors.isEmpty()) return tr("Choose at least one detector.");
    if (experiment::canRun(m_sets->sets(), m_skip->isChecked())) return {};
    if (m_skip->isChecked()) return tr("Both ID sets and at least one OOD set are needed.");
    return tr("Data sets missing: %1. Add the folder that they are in.").arg(m_sets->missingCount());
}

void BenchmarkDialog::check() {
    const QString text = problem();
    m_start->setEnabled(!m_isLooking && text.isEmpty());
    m_problem->setText(!text.isEmpty() ? QStringLiteral("⚠ ") + text
                       : m_isLooking   ? tr("Looking for the data sets and counting their images…")
                                       : QString());
}

void BenchmarkDialog::start() {
    RunForm form = loadForm(*m_settings);
    form.model = m_model->model();
    form.located = m_settings->locatedModels();
    m_settingsBox->writeTo(form);
    form.promptFile.clear();
    auto base = toRunOptions(form);
    if (!base) return m_problem->setText(QString::fromStdString(base.error().message));
    m_start->setEnabled(false);
    m_settings->setValue(kLastProtocol, m_choice->currentData());
    m_settings->setValue(kLastFile, m_file->path());
    experiment::Protocol protocol = *m_protocol;
    if (!m_names->path().isEmpty()) protocol.names = m_names->path().toStdString();
    m_starting.start<experiment::RunOptions>(
        tr("Prepare the benchmark"),
        [protocol, sets = m_sets->sets(), base = *base, skip = m_skip->isChecked()](
            std::stop_token, const ProgressFn&) { return experiment::protocolRun(protocol, sets, base, skip); },
        this,
        [this](Result<experiment::RunOptions> options) {
            if (!options) {
                m_error = QString::fromStdString(options.error().message);
                return check();
            }
            Q_EMIT startRequested(*options);
            accept();
        });
}

}  // namespace oodscope::ui
