// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <functional>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

class FlowLayout;

/// One button for each part of the filter that has no control of its own; a click takes that part away.
class FilterChips : public QWidget {
    Q_OBJECT
public:
    explicit FilterChips(EvaluationContext* context, QWidget* parent = nullptr);

private:
    void rebuild();
    void addChip(const QString& name, const QString& text, const std::function<void(ImageFilter&)>& remove);
    QString trueClassText() const;

    EvaluationContext* m_context;
    FlowLayout* m_layout;
};

}  // namespace oodscope::ui
