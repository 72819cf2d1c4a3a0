// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/gallery/filter_chips.h"

#include <QStringList>
#include <QToolButton>

#include "ui/models/image_info.h"
#include "ui/models/number_text.h"
#include "ui/widgets/flow_layout.h"

namespace oodscope::ui {
namespace {

constexpr int kMaxTextWidth = 260;

}  // namespace

FilterChips::FilterChips(EvaluationContext* context, QWidget* parent)
    : QWidget(parent), m_context(context), m_layout(new FlowLayout(this)) {
    setObjectName(QStringLiteral("filterChips"));
    connect(context, &EvaluationContext::filterChanged, this, &FilterChips::rebuild);
    connect(context, &EvaluationContext::evaluationChanged, this, &FilterChips::rebuild);
    rebuild();
}

QString FilterChips::trueClassText() const {
    const auto& filter = m_context->filter();
    const int set = filter.sets.empty() ? kIdTestSet : filter.sets.front();
    const auto* scored = scoredSet(*m_context->evaluation(), set);
    const QString name = scored ? nameAt(scored->classNames, *filter.trueLabel) : QString();
    return name.isEmpty() ? QString::number(*filter.trueLabel) : name;
}

void FilterChips::addChip(const QString& name, const QString& text, const std::function<void(ImageFilter&)>& remove) {
    auto* chip = new QToolButton(this);
    chip->setObjectName(name);
    const QString shown =
        fontMetrics().elidedText(text, Qt::ElideMiddle, kMaxTextWidth).replace(QLatin1Char('&'), QStringLiteral("&&"));
    chip->setText(shown + QStringLiteral("  ✕"));
    chip->setToolTip(tr("%1\nClick to remove this filter").arg(text));
    chip->setAccessibleName(tr("Remove filter: %1").arg(text));
    connect(chip, &QToolButton::clicked, this, [this, remove] {
        ImageFilter filter = m_context->filter();
        remove(filter);
        m_context->setFilter(filter);
    });
    m_layout->addWidget(chip);
    chip->show();
}

void FilterChips::rebuild() {
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        item->widget()->hide();
        item->widget()->deleteLater();  // a click of it may be on the stack
        delete item;
    }
    const ImageFilter& filter = m_context->filter();
    if (m_context->evaluation()) {
        const auto& evaluation = *m_context->evaluation();
        if (filter.sets.size() > 1) {
            QStringList names;
            for (const int set : filter.sets)
                names << setName(evaluation, set);
            addChip(QStringLiteral("chipSets"), tr("Sets: %1").arg(names.join(QStringLiteral(", "))),
                    [](ImageFilter& f) { f.sets.clear(); });
        }
        if (filter.trueLabel) {
            addChip(QStringLiteral("chipTrueLabel"), tr("True class: %1").arg(trueClassText()),
                    [](ImageFilter& f) { f.trueLabel.reset(); });
        }
        if (filter.pseudoLabel) {
            addChip(QStringLiteral("chipPseudoLabel"),
                    tr("Pseudo label: %1").arg(nameAt(evaluation.classNames, *filter.pseudoLabel)),
                    [](ImageFilter& f) { f.pseudoLabel.reset(); });
        }
        if (filter.predicted) {
            addChip(QStringLiteral("chipPredicted"),
                    tr("Predicted: %1").arg(nameAt(evaluation.classNames, *filter.predicted)),
                    [](ImageFilter& f) { f.predicted.reset(); });
        }
        if (filter.scores) {
            addChip(QStringLiteral("chipScores"),
                    tr("Score %1 to %2").arg(scoreText(filter.scores->first), scoreText(filter.scores->second)),
                    [](ImageFilter& f) { f.scores.reset(); });
        }
        if (!filter.text.isEmpty()) {
            addChip(QStringLiteral("chipText"), tr("Text: %1").arg(filter.text),
                    [](ImageFilter& f) { f.text.clear(); });
        }
        if (m_layout->count() > 1) {
            addChip(QStringLiteral("chipAll"), tr("Clear all filters"), [](ImageFilter& f) { f = {}; });
        }
    }
    setVisible(m_layout->count() > 0);
    m_layout->invalidate();
    updateGeometry();
}

}  // namespace oodscope::ui
