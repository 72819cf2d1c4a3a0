// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace oodscope::ui {

/// Where there is nothing to show: what is missing, why, and what to do, with a button where one click helps.
class MessagePage : public QWidget {
    Q_OBJECT
public:
    explicit MessagePage(QWidget* parent = nullptr);
    /// An empty `action` hides the button.
    void setMessage(const QString& title, const QString& text, const QString& action = {});
    QString title() const;
    QString text() const;

Q_SIGNALS:
    void actionTriggered();

private:
    QLabel* m_title;
    QLabel* m_text;
    QPushButton* m_button;
};

}  // namespace oodscope::ui
