// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>

namespace oodscope::ui {

/// A value to read, select and copy. Where there is no room for all of it, "…" stands for the rest until the field has
/// the focus; the tool tip has the whole.
class ElidedField : public QLineEdit {
    Q_OBJECT
public:
    explicit ElidedField(QWidget* parent = nullptr);

    void setElideMode(Qt::TextElideMode mode) { m_mode = mode; }
    /// What can be seen of the text without the focus.
    QString shownText() const;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Qt::TextElideMode m_mode = Qt::ElideRight;
};

}  // namespace oodscope::ui
