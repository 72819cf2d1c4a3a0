// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QToolButton>
#include <QWidget>
#include <array>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// The four counts at the threshold. Each is a button: it sets the gallery to exactly those images.
class ThresholdCountsBar : public QWidget {
    Q_OBJECT
public:
    explicit ThresholdCountsBar(EvaluationContext* context, QWidget* parent = nullptr);
    QToolButton* button(Verdict verdict) const;
    QSize minimumSizeHint() const override { return {200, QWidget::minimumSizeHint().height()}; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void update();
    void choose(Verdict verdict);
    void recolor();

    EvaluationContext* m_context;
    std::array<QToolButton*, 4> m_buttons{};
};

}  // namespace oodscope::ui
