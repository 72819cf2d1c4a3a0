// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/gallery/gallery_header.h"

#include <QClipboard>
#include <QComboBox>
#include <QCoreApplication>
#include <QEvent>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QSlider>
#include <QStringList>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/models/image_info.h"
#include "ui/models/number_text.h"
#include "ui/panels/gallery/filter_chips.h"
#include "ui/panels/gallery/gallery_view.h"
#include "ui/widgets/colors.h"
#include "ui/widgets/flow_layout.h"

namespace oodscope::ui {
namespace {

constexpr int kDebounceMs = 300;
constexpr int kMaxListed = 20;
constexpr int kListedWidth = 700;  // pixels

/// The symbol of a verdict on its colour, as an icon.
QIcon verdictIcon(Verdict verdict, const QWidget& widget) {
    const int side = 14;
    QPixmap pixmap(QSize(side, side) * widget.devicePixelRatioF());
    pixmap.setDevicePixelRatio(widget.devicePixelRatioF());
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor color = verdictColor(verdict, widget.palette());
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(0, 0, side, side, 3, 3);
    QFont font = widget.font();
    font.setPixelSize(10);
    painter.setFont(font);
    painter.setPen(textOn(color));
    painter.drawText(QRect(0, 0, side, side), Qt::AlignCenter, verdictSymbol(verdict));
    return pixmap;
}

QString plural(Verdict verdict) {
    switch (verdict) {
        case Verdict::FalseAccept:
            return GalleryHeader::tr("False accepts");
        case Verdict::FalseReject:
            return GalleryHeader::tr("False rejects");
        case Verdict::TrueAccept:
            return GalleryHeader::tr("True accepts");
        case Verdict::TrueReject:
            return GalleryHeader::tr("True rejects");
        case Verdict::None:
            break;
    }
    return {};
}

std::size_t countOf(const VerdictCounts& counts, Verdict verdict) {
    switch (verdict) {
        case Verdict::FalseAccept:
            return counts.falseAccepts;
        case Verdict::FalseReject:
            return counts.falseRejects;
        case Verdict::TrueAccept:
            return counts.trueAccepts;
        case Verdict::TrueReject:
            return counts.trueRejects;
        case Verdict::None:
            break;
    }
    return counts.unscored;
}

struct Order {
    const char* text;
    ImageSort key;
    bool descending;
};
constexpr std::array kOrders{
    Order{QT_TRANSLATE_NOOP("GalleryHeader", "Farthest from the threshold"), ImageSort::Margin, true},
    Order{QT_TRANSLATE_NOOP("GalleryHeader", "Score, highest first"), ImageSort::Score, true},
    Order{QT_TRANSLATE_NOOP("GalleryHeader", "Score, lowest first"), ImageSort::Score, false},
    Order{QT_TRANSLATE_NOOP("GalleryHeader", "Nearest to the threshold"), ImageSort::Margin, false},
    Order{QT_TRANSLATE_NOOP("GalleryHeader", "True class"), ImageSort::TrueClass, false},
    Order{QT_TRANSLATE_NOOP("GalleryHeader", "Predicted class"), ImageSort::PredictedClass, false},
    Order{QT_TRANSLATE_NOOP("GalleryHeader", "Set and path"), ImageSort::Path, false},
};

}  // namespace

GalleryHeader::GalleryHeader(EvaluationContext* context, ImageListModel* model, QWidget* parent)
    : QWidget(parent), m_context(context), m_model(model) {
    setObjectName(QStringLiteral("galleryHeader"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 6, 6, 4);
    layout->setSpacing(4);
    auto* chips = new FlowLayout(nullptr, 4);
    auto* controls = new FlowLayout(nullptr, 6);
    createVerdictChips(chips);
    createControls(controls);
    createOrder(controls);
    layout->addLayout(chips);
    layout->addLayout(controls);
    layout->addWidget(new FilterChips(context, this));
    m_searchTimer.setSingleShot(true);
    m_searchTimer.setInterval(kDebounceMs);
    connect(&m_searchTimer, &QTimer::timeout, this, &GalleryHeader::applySearch);
    connect(context, &EvaluationContext::evaluationChanged, this, [this] {
        fillSets();
        showFilter();
        showUnreadable();
    });
    connect(context, &EvaluationContext::filterChanged, this, &GalleryHeader::showFilter);
    connect(model, &ImageListModel::countsChanged, this, &GalleryHeader::showCounts);
    connect(model, &ImageListModel::busyChanged, this, &GalleryHeader::showCounts);
    updateIcons();
    fillSets();
    showFilter();
    showCounts();
    showUnreadable();
}

void GalleryHeader::createVerdictChips(FlowLayout* line) {
    const auto chip = [&](const QString& name) {
        auto* button = new QToolButton(this);
        button->setObjectName(name);
        button->setCheckable(true);
        connect(button, &QToolButton::toggled, this, [this, button] { tint(button); });
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        line->addWidget(button);
        return button;
    };
    m_all = chip(QStringLiteral("verdictAll"));
    m_all->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_all->setToolTip(tr("Images of every verdict"));
    connect(m_all, &QToolButton::clicked, this, [this] {
        ImageFilter filter = m_context->filter();
        filter.verdicts.clear();
        m_context->setFilter(filter);
        showFilter();
    });
    const std::array names{QStringLiteral("verdictFalseAccepts"), QStringLiteral("verdictFalseRejects"),
                           QStringLiteral("verdictTrueAccepts"), QStringLiteral("verdictTrueRejects")};
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        m_verdicts[i] = chip(names[i]);
        m_verdicts[i]->setToolTip(verdictHelp(kVerdicts[i]));
        connect(m_verdicts[i], &QToolButton::clicked, this,
                [this, verdict = kVerdicts[i]](bool on) { toggleVerdict(verdict, on); });
    }
}

void GalleryHeader::createControls(FlowLayout* line) {
    m_sets = new QComboBox(this);
    m_sets->setObjectName(QStringLiteral("setFilter"));
    m_sets->setToolTip(tr("Show the images of one set only"));
    m_sets->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_sets->setMaximumWidth(240);
    m_sets->setPlaceholderText(tr("Several sets"));
    connect(m_sets, &QComboBox::activated, this, &GalleryHeader::chooseSet);
    m_search = new QLineEdit(this);
    m_search->setObjectName(QStringLiteral("search"));
    m_search->setPlaceholderText(tr("Path or class name"));
    m_search->setToolTip(tr("Show images with this in their path, true class, pseudo label or predicted class"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(150);
    connect(m_search, &QLineEdit::textChanged, &m_searchTimer, qOverload<>(&QTimer::start));
    connect(m_search, &QLineEdit::returnPressed, this, &GalleryHeader::applySearch);
    line->addWidget(m_sets);
    line->addWidget(m_search);
}

void GalleryHeader::createOrder(FlowLayout* line) {
    m_order = new QComboBox(this);
    m_order->setObjectName(QStringLiteral("order"));
    m_order->setToolTip(tr("Order of the images"));
    for (const auto& order : kOrders)
        m_order->addItem(QCoreApplication::translate("GalleryHeader", order.text));
    connect(m_order, &QComboBox::activated, this, &GalleryHeader::applyOrder);
    applyOrder();
    m_size = new QSlider(Qt::Horizontal, this);
    m_size->setObjectName(QStringLiteral("thumbnailSize"));
    m_size->setToolTip(tr("Size of the thumbnails (Ctrl+wheel in the gallery)"));
    m_size->setRange(GalleryView::kMinSize, GalleryView::kMaxSize);
    m_size->setPageStep(16);
    m_size->setFixedWidth(90);
    m_count = new QLabel(this);
    m_count->setObjectName(QStringLiteral("count"));
    m_unreadable = new QToolButton(this);
    m_unreadable->setObjectName(QStringLiteral("unreadable"));
    m_unreadable->setAutoRaise(true);
    m_unreadable->setPopupMode(QToolButton::InstantPopup);
    m_unreadable->setMenu(new QMenu(m_unreadable));
    for (QWidget* widget : {static_cast<QWidget*>(m_order), static_cast<QWidget*>(m_size),
                            static_cast<QWidget*>(m_count), static_cast<QWidget*>(m_unreadable)}) {
        line->addWidget(widget);
    }
}

void GalleryHeader::focusSearch() {
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void GalleryHeader::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) updateIcons();
}

/// A pressed chip in the colour of selections: "pressed" alone is hard to see in dark palettes.
void GalleryHeader::tint(QToolButton* chip) {
    QPalette tinted = palette();
    if (chip->isChecked()) {
        tinted.setColor(QPalette::Button, palette().color(QPalette::Highlight));
        tinted.setColor(QPalette::ButtonText, palette().color(QPalette::HighlightedText));
    }
    chip->setPalette(tinted);
}

void GalleryHeader::updateIcons() {
    if (m_all) tint(m_all);
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        if (!m_verdicts[i]) continue;
        m_verdicts[i]->setIcon(verdictIcon(kVerdicts[i], *this));
        tint(m_verdicts[i]);
    }
}

void GalleryHeader::fillSets() {
    m_sets->clear();
    m_sets->addItem(tr("All sets"), -1);
    if (m_context->evaluation()) {
        const auto& evaluation = *m_context->evaluation();
        for (int set = 0; set < setCount(evaluation); ++set) {
            if (scoredSet(evaluation, set)->size() == 0) continue;
            m_sets->addItem(tr("%1 (%2)").arg(setName(evaluation, set), countText(scoredSet(evaluation, set)->size())),
                            set);
        }
    }
    setEnabled(m_context->evaluation() != nullptr);
}

void GalleryHeader::showFilter() {
    const ImageFilter& filter = m_context->filter();
    m_all->setChecked(filter.verdicts.empty());
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        m_verdicts[i]->setChecked(std::find(filter.verdicts.begin(), filter.verdicts.end(), kVerdicts[i]) !=
                                  filter.verdicts.end());
    }
    const int wanted = filter.sets.empty() ? -1 : filter.sets.front();
    m_sets->setCurrentIndex(filter.sets.size() > 1 ? -1 : m_sets->findData(wanted));
    if (!m_searchTimer.isActive() && m_search->text() != filter.text) {
        m_search->setText(filter.text);
        m_searchTimer.stop();
    }
}

void GalleryHeader::showCounts() {
    const VerdictCounts& counts = m_model->counts();
    m_all->setText(tr("All %1").arg(countText(counts.total())));
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        m_verdicts[i]->setText(
            QStringLiteral(" %1 %2").arg(plural(kVerdicts[i]), countText(countOf(counts, kVerdicts[i]))));
    }
    const auto shown = static_cast<std::size_t>(m_model->rowCount());
    m_count->setText(m_model->isBusy() ? tr("Searching…")
                     : !m_context->evaluation()
                         ? QString()
                         : tr("%1 of %2 images").arg(countText(shown), countText(m_model->totalCount())));
}

void GalleryHeader::showUnreadable() {
    QStringList lines;
    for (int set = 0; m_context->evaluation() && set < setCount(*m_context->evaluation()); ++set) {
        for (const auto& [path, reason] : scoredSet(*m_context->evaluation(), set)->unreadable) {
            lines << QStringLiteral("%1/%2: %3")
                         .arg(setName(*m_context->evaluation(), set), QString::fromStdString(path),
                              QString::fromStdString(reason));
        }
    }
    const auto count = static_cast<std::size_t>(lines.size());
    m_unreadable->setVisible(count > 0);
    m_unreadable->setText(tr("⚠ %1 unreadable").arg(countText(count)));
    m_unreadable->setToolTip(tr("Files that could not be read and are left out"));
    QMenu* menu = m_unreadable->menu();
    menu->clear();
    for (const QString& line : lines.mid(0, kMaxListed))
        menu->addAction(
                fontMetrics().elidedText(line, Qt::ElideMiddle, kListedWidth).replace(u'&', QStringLiteral("&&")))
            ->setEnabled(false);
    if (count > kMaxListed) menu->addAction(tr("and %1 more").arg(countText(count - kMaxListed)))->setEnabled(false);
    menu->addSeparator();
    menu->addAction(tr("Copy the whole list"), this,
                    [lines] { QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n'))); });
}

void GalleryHeader::toggleVerdict(Verdict verdict, bool on) {
    ImageFilter filter = m_context->filter();
    std::erase(filter.verdicts, verdict);
    if (on) filter.verdicts.push_back(verdict);
    if (filter.verdicts.size() == kVerdicts.size()) filter.verdicts.clear();
    m_context->setFilter(filter);
    showFilter();
}

void GalleryHeader::chooseSet(int comboIndex) {
    const int set = m_sets->itemData(comboIndex).toInt();
    ImageFilter filter = m_context->filter();
    filter.sets = set < 0 ? std::vector<int>{} : std::vector<int>{set};
    filter.trueLabel.reset();  // counts in the classes of the set before
    m_context->setFilter(filter);
}

void GalleryHeader::applySearch() {
    m_searchTimer.stop();
    ImageFilter filter = m_context->filter();
    filter.text = m_search->text().trimmed();
    m_context->setFilter(filter);
}

void GalleryHeader::applyOrder() {
    const auto& order = kOrders[static_cast<std::size_t>(std::max(0, m_order->currentIndex()))];
    m_model->setSort(order.key, order.descending);
}

}  // namespace oodscope::ui
