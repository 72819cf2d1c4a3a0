// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/threshold_counts.h"

#include <QEvent>
#include <QGridLayout>

#include "ui/models/number_text.h"
#include "ui/widgets/colors.h"

namespace oodscope::ui {

namespace {
constexpr int kFrame = 16;  // pixels of a button around its text

constexpr std::array kVerdicts{Verdict::FalseAccept, Verdict::FalseReject, Verdict::TrueReject, Verdict::TrueAccept};

std::size_t countOf(const ood::ThresholdCounts& counts, Verdict verdict) {
    switch (verdict) {
        case Verdict::TrueAccept:
            return counts.trueAccepts;
        case Verdict::FalseReject:
            return counts.falseRejects;
        case Verdict::FalseAccept:
            return counts.falseAccepts;
        case Verdict::TrueReject:
            return counts.trueRejects;
        case Verdict::None:
            break;
    }
    return 0;
}

/// The rate that goes with a count, as researchers call it.
QString rateName(Verdict verdict) {
    switch (verdict) {
        case Verdict::TrueAccept:
            return QStringLiteral("TPR");
        case Verdict::FalseReject:
            return QStringLiteral("FNR");
        case Verdict::FalseAccept:
            return QStringLiteral("FPR");
        default:
            return QStringLiteral("TNR");
    }
}

/// "506   FPR 70.28 %"
QString figuresOf(const ood::ThresholdCounts& counts, Verdict verdict) {
    const bool id = verdict == Verdict::TrueAccept || verdict == Verdict::FalseReject;
    const std::size_t total = id ? counts.trueAccepts + counts.falseRejects : counts.falseAccepts + counts.trueRejects;
    const std::size_t n = countOf(counts, verdict);
    // Of no images there is no rate: 0 / 0 is written as a dash.
    const double share = static_cast<double>(n) / static_cast<double>(total);
    return QStringLiteral("%1   %2 %3").arg(countText(n), rateName(verdict), percentText(share));
}

QString joined(const QString& name, const QString& figures) {
    return QStringLiteral("%1  %2").arg(name, figures);
}
}  // namespace

ThresholdCountsBar::ThresholdCountsBar(EvaluationContext* context, QWidget* parent)
    : QWidget(parent), m_context(context) {
    setObjectName(QStringLiteral("ThresholdCounts"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(4, 2, 4, 2);
    grid->setSpacing(2);
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("Count%1").arg(static_cast<int>(kVerdicts[i])));
        button->setAutoRaise(true);
        button->setCheckable(true);
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        button->setToolTip(tr("%1. Click to show exactly these images.").arg(verdictHelp(kVerdicts[i])));
        connect(button, &QToolButton::clicked, this, [this, verdict = kVerdicts[i]] { choose(verdict); });
        grid->addWidget(button, static_cast<int>(i) / 2, static_cast<int>(i) % 2);
        m_buttons[i] = button;
    }
    for (auto signal : {&EvaluationContext::evaluationChanged, &EvaluationContext::detectorChanged,
                        &EvaluationContext::oodSetChanged, &EvaluationContext::filterChanged})
        connect(m_context, signal, this, &ThresholdCountsBar::update);
    connect(m_context, &EvaluationContext::thresholdChanged, this, &ThresholdCountsBar::update);
    recolor();
    update();
}

QToolButton* ThresholdCountsBar::button(Verdict verdict) const {
    for (std::size_t i = 0; i < kVerdicts.size(); ++i)
        if (kVerdicts[i] == verdict) return m_buttons[i];
    return nullptr;
}

void ThresholdCountsBar::update() {
    setEnabled(m_context->evaluation() && m_context->detector() >= 0);
    const ood::ThresholdCounts counts = m_context->counts();
    const auto& filtered = m_context->filter().verdicts;
    std::array<QString, 4> names, figures;
    bool fits = true;
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        names[i] = QStringLiteral("%1 %2").arg(verdictSymbol(kVerdicts[i]), verdictName(kVerdicts[i]));
        figures[i] = figuresOf(counts, kVerdicts[i]);
        const QFontMetrics metrics = m_buttons[i]->fontMetrics();
        fits = fits && metrics.horizontalAdvance(joined(names[i], figures[i])) + kFrame <= width() / 2;
    }
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        // Too narrow for the names in this language: symbol, count and rate say it, too, and the tool tip in words.
        m_buttons[i]->setText(joined(fits ? names[i] : verdictSymbol(kVerdicts[i]), figures[i]));
        m_buttons[i]->setChecked(filtered.size() == 1 && filtered.front() == kVerdicts[i]);
    }
}

void ThresholdCountsBar::choose(Verdict verdict) {
    ImageFilter filter;
    const auto& shown = m_context->filter().verdicts;
    if (shown.size() != 1 || shown.front() != verdict) {
        filter.verdicts = {verdict};
        for (int set = kIdTestSet; m_context->evaluation() && set < setCount(*m_context->evaluation()); ++set)
            if (m_context->isCompared(set)) filter.sets.push_back(set);
    }
    m_context->setFilter(filter);
    update();
}

void ThresholdCountsBar::recolor() {
    // A button that is pressed has the least contrast.
    const QColor button = palette().color(QPalette::Button);
    const QColor pressed = isDark(palette()) ? button.lighter(130) : button.darker(115);
    for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
        QPalette pal = palette();
        pal.setColor(QPalette::ButtonText, legible(verdictColor(kVerdicts[i], palette()), pressed));
        pal.setColor(QPalette::Disabled, QPalette::ButtonText, palette().color(QPalette::Disabled, QPalette::Text));
        m_buttons[i]->setPalette(pal);
    }
}

void ThresholdCountsBar::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    update();
}

void ThresholdCountsBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) recolor();
}

}  // namespace oodscope::ui
