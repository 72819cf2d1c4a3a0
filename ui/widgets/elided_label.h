// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLabel>

namespace oodscope::ui {

/// One line of plain text that ends in "…" where there is no room for all of it; the tool tip then has the whole.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(QWidget* parent = nullptr);

    QSize minimumSizeHint() const override;
    /// What can be seen of the text.
    QString shownText() const;

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace oodscope::ui
