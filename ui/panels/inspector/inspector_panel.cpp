// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspector/inspector_panel.h"

#include <QAction>
#include <QEvent>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListView>
#include <QScrollArea>
#include <QSplitter>
#include <QStyledItemDelegate>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeView>
#include <QtConcurrent>

#include "core/data/image_location.h"
#include "ui/models/image_info.h"
#include "ui/models/image_scores_model.h"
#include "ui/models/number_text.h"
#include "ui/models/provenance_model.h"
#include "ui/models/top_classes_model.h"
#include "ui/panels/inspector/top_classes_delegate.h"
#include "ui/widgets/colors.h"
#include "ui/widgets/elided_field.h"
#include "ui/widgets/image_view.h"

namespace oodscope::ui {
namespace {

constexpr int kLoadingMs = 200;

struct Loaded {
    QImage image;
    QString error;
};

Loaded loadImage(const QString& path) {
    const auto image = data::readImage(path.toStdString());
    if (!image) return {{}, QString::fromStdString(image.error().message)};
    const QImage rgb(image->rgb.data(), image->width, image->height, qsizetype{image->width} * 3,
                     QImage::Format_RGB888);
    return {rgb.convertToFormat(QImage::Format_RGB32), {}};
}

/// The detector in use in bold.
class ScoresDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

protected:
    void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
        QStyledItemDelegate::initStyleOption(option, index);
        option->font.setBold(index.data(ImageScoresModel::IsCurrentRole).toBool());
    }
};

QLabel* heading(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    QFont bold = label->font();
    bold.setBold(true);
    label->setFont(bold);
    return label;
}

void setField(ElidedField* field, const QString& text) {
    field->setText(text.isEmpty() ? QStringLiteral("–") : text);
    field->setToolTip(text);
    field->setCursorPosition(0);
}

}  // namespace

InspectorPanel::InspectorPanel(EvaluationContext* context, QWidget* parent)
    : QWidget(parent),
      m_context(context),
      m_image(new ImageView(this)),
      m_classes(new TopClassesModel(5, this)),
      m_scores(new ImageScoresModel(this)),
      m_provenance(new ProvenanceModel(this)) {
    setObjectName(QStringLiteral("inspectorPanel"));
    m_pool.setMaxThreadCount(1);
    m_tabs = new QTabWidget(this);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(createDetails(), tr("Details"));
    m_tabs->addTab(createProvenance(), tr("Provenance"));
    auto* splitter = new QSplitter(Qt::Vertical, this);
    splitter->setObjectName(QStringLiteral("inspectorSplitter"));
    splitter->addWidget(m_image);
    splitter->addWidget(m_tabs);
    splitter->setSizes({360, 400});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createBar());
    layout->addWidget(splitter, 1);
    createShortcuts();
    m_loadingTimer.setSingleShot(true);
    m_loadingTimer.setInterval(kLoadingMs);
    connect(&m_loadingTimer, &QTimer::timeout, this, [this] { m_image->setMessage(tr("Loading…")); });
    connect(m_image, &ImageView::zoomChanged, this, &InspectorPanel::showZoom);
    connect(m_image, &ImageView::stepRequested, this, &InspectorPanel::stepRequested);
    connect(context, &EvaluationContext::evaluationChanged, this, &InspectorPanel::showEvaluation);
    connect(context, &EvaluationContext::currentImageChanged, this, &InspectorPanel::showImage);
    connect(context, &EvaluationContext::detectorChanged, this, &InspectorPanel::showVerdict);
    connect(context, &EvaluationContext::thresholdChanged, this, &InspectorPanel::showVerdict);
    showEvaluation();
}

InspectorPanel::~InspectorPanel() {
    m_pool.waitForDone();
}

QWidget* InspectorPanel::createBar() {
    auto* bar = new QWidget(this);
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(6, 4, 6, 4);
    const auto button = [&](const QString& name, const QString& text, const QString& help) {
        auto* result = new QToolButton(bar);
        result->setObjectName(name);
        result->setText(text);
        result->setToolTip(help);
        result->setAccessibleName(help);
        layout->addWidget(result);
        return result;
    };
    m_previous = button(QStringLiteral("previous"), QStringLiteral("◀"), tr("Previous image of the gallery (P)"));
    m_next = button(QStringLiteral("next"), QStringLiteral("▶"), tr("Next image of the gallery (N)"));
    connect(m_previous, &QToolButton::clicked, this, [this] { Q_EMIT stepRequested(-1); });
    connect(m_next, &QToolButton::clicked, this, [this] { Q_EMIT stepRequested(1); });
    layout->addStretch();
    m_zoom = new QLabel(bar);
    m_zoom->setObjectName(QStringLiteral("zoom"));
    layout->addWidget(m_zoom);
    m_fit = button(QStringLiteral("fit"), tr("Fit"), tr("Fit the image into the panel (0)"));
    m_actual = button(QStringLiteral("actualSize"), tr("1:1"), tr("One image pixel for one screen pixel (1)"));
    connect(m_fit, &QToolButton::clicked, m_image, &ImageView::fit);
    connect(m_actual, &QToolButton::clicked, m_image, [this] { m_image->setZoom(1); });
    return bar;
}

ElidedField* InspectorPanel::addField(QFormLayout* form, const QString& name, const QString& label) {
    auto* field = new ElidedField(this);
    field->setObjectName(name);
    form->addRow(label, field);
    return field;
}

QWidget* InspectorPanel::createDetails() {
    auto* page = new QWidget;
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(8, 8, 8, 8);
    m_verdict = new QLabel(page);
    m_verdict->setObjectName(QStringLiteral("verdict"));
    m_verdict->setWordWrap(true);
    m_verdict->setAutoFillBackground(true);
    m_verdict->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(m_verdict);
    auto* form = new QFormLayout;
    form->setVerticalSpacing(1);
    m_file = addField(form, QStringLiteral("file"), tr("File"));
    m_file->setElideMode(Qt::ElideLeft);  // the name is at the end
    m_size = addField(form, QStringLiteral("size"), tr("Size"));
    m_set = addField(form, QStringLiteral("set"), tr("Set"));
    m_set->setElideMode(Qt::ElideMiddle);
    m_true = addField(form, QStringLiteral("trueClass"), tr("True class"));
    m_pseudo = addField(form, QStringLiteral("pseudoClass"), tr("Pseudo label"));
    m_predicted = addField(form, QStringLiteral("predictedClass"), tr("Predicted"));
    layout->addLayout(form);
    layout->addWidget(heading(tr("Most probable classes"), page));
    layout->addWidget(createClasses(page));
    layout->addWidget(heading(tr("Scores"), page));
    layout->addWidget(createScores(page), 1);
    auto* scroll = new QScrollArea(this);
    scroll->setWidget(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    return scroll;
}

QWidget* InspectorPanel::createClasses(QWidget* page) {
    auto* classes = new QListView(page);
    classes->setObjectName(QStringLiteral("topClasses"));
    classes->setModel(m_classes);
    classes->setItemDelegate(new TopClassesDelegate(classes));
    classes->setSelectionMode(QAbstractItemView::NoSelection);
    classes->setFrameShape(QFrame::NoFrame);
    classes->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    classes->setFixedHeight(5 * (fontMetrics().height() + 8) + 2);
    return classes;
}

QWidget* InspectorPanel::createScores(QWidget* page) {
    auto* scores = new QTableView(page);
    scores->setObjectName(QStringLiteral("scores"));
    scores->setModel(m_scores);
    scores->setItemDelegate(new ScoresDelegate(scores));
    scores->verticalHeader()->hide();
    scores->verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 6);
    scores->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Stretch);
    scores->horizontalHeader()->setSectionResizeMode(1, QHeaderView::ResizeToContents);
    scores->horizontalHeader()->setSectionResizeMode(2, QHeaderView::ResizeToContents);
    scores->setSelectionMode(QAbstractItemView::NoSelection);
    scores->setShowGrid(false);
    scores->setMinimumHeight(7 * fontMetrics().height());
    return scores;
}

QWidget* InspectorPanel::createProvenance() {
    m_tree = new QTreeView(this);
    m_tree->setObjectName(QStringLiteral("provenance"));
    m_tree->setModel(m_provenance);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setAlternatingRowColors(true);
    m_tree->setTextElideMode(Qt::ElideMiddle);
    m_tree->setUniformRowHeights(true);
    return m_tree;
}

void InspectorPanel::createShortcuts() {
    for (const auto& [key, delta] : {std::pair{Qt::Key_N, 1}, std::pair{Qt::Key_P, -1}}) {
        auto* action = new QAction(this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        connect(action, &QAction::triggered, this, [this, delta = delta] { Q_EMIT stepRequested(delta); });
        addAction(action);
    }
}

void InspectorPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_verdict) showVerdict();
}

void InspectorPanel::showEvaluation() {
    const auto& evaluation = m_context->evaluation();
    m_provenance->setJson(evaluation ? evaluation->provenance : nlohmann::json());
    m_tree->expandToDepth(0);
    m_tree->resizeColumnToContents(0);
    showImage();
}

void InspectorPanel::showImage() {
    const ImageRef image = m_context->currentImage();
    m_classes->setImage(m_context->evaluation().get(), image);
    m_scores->setImage(m_context->evaluation().get(), image);
    showFields();
    showVerdict();
    const QString path = m_context->filePath(image);
    if (path == m_path && !path.isEmpty()) return;
    m_path = path;
    ++m_generation;
    m_loadingTimer.stop();
    m_next->setEnabled(m_context->evaluation() != nullptr);
    m_previous->setEnabled(m_context->evaluation() != nullptr);
    if (path.isEmpty()) {
        m_image->setMessage(tr("No image is chosen"), m_context->evaluation() ? tr("Click one in the gallery.")
                                                                              : tr("Open a run in the Library first."));
    } else {
        load(path);
    }
}

void InspectorPanel::load(const QString& path) {
    m_loadingTimer.start();
    QtConcurrent::run(&m_pool, loadImage, path)
        .then(this, [this, path, generation = m_generation](const Loaded& loaded) {
            if (generation != m_generation) return;
            m_loadingTimer.stop();
            const auto location = data::parseLocation(path.toStdString());
            const QFileInfo file(QString::fromStdString(location.file.string()));
            const QString kept = location.record ? tr("in %1").arg(file.fileName()) : bytesText(file.size());
            if (loaded.image.isNull()) {
                m_image->setMessage(tr("This image cannot be read"), loaded.error);
                setField(m_size, file.exists() ? kept : tr("the file is missing"));
            } else {
                m_image->setImage(loaded.image);
                setField(m_size,
                         tr("%1 × %2 pixels, %3").arg(loaded.image.width()).arg(loaded.image.height()).arg(kept));
            }
        });
}

void InspectorPanel::showFields() {
    const ImageRef image = m_context->currentImage();
    const experiment::Evaluation none;
    const auto& evaluation = m_context->evaluation() ? *m_context->evaluation() : none;
    const QString path = m_context->filePath(image);
    setField(m_file, path);
    m_file->end(/*mark=*/false);
    if (path.isEmpty() || path != m_path) setField(m_size, {});
    setField(m_set, image.isValid() ? setName(evaluation, image.set) : QString());
    setField(m_true, trueClassName(evaluation, image));
    setField(m_pseudo, pseudoClassName(evaluation, image));
    setField(m_predicted, predictedClassName(evaluation, image));
}

void InspectorPanel::showVerdict() {
    m_scores->setCurrentDetector(m_context->detector());
    const ImageRef image = m_context->currentImage();
    m_verdict->setVisible(image.isValid());
    if (!image.isValid()) return;
    const Verdict verdict = m_context->verdict(image);
    const auto score = m_context->score(image);
    QString text = QStringLiteral("%1 %2").arg(verdictSymbol(verdict), verdictName(verdict));
    if (score) {
        text +=
            tr(": %1 %2 %3 threshold %4")
                .arg(QString::fromStdString(
                         m_context->evaluation()->detectorKeys[static_cast<std::size_t>(m_context->detector())]),
                     scoreText(*score), *score >= m_context->threshold() ? QStringLiteral("≥") : QStringLiteral("<"),
                     scoreText(m_context->threshold()));
    }
    const QColor color = verdictColor(verdict, palette());
    QPalette palette = m_verdict->palette();
    palette.setColor(QPalette::Window, color);
    palette.setColor(QPalette::WindowText, textOn(color));
    m_verdict->setPalette(palette);
    m_verdict->setText(text);
    m_verdict->setToolTip(verdictHelp(verdict));
}

void InspectorPanel::showZoom(double zoom) {
    m_zoom->setText(m_image->hasImage() ? percentText(zoom, 1) : QString());
    for (QToolButton* button : {m_fit, m_actual})
        button->setEnabled(m_image->hasImage());
}

}  // namespace oodscope::ui
