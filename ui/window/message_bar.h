// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <functional>
#include <vector>

namespace oodscope::ui {

/// One message above the work, never in its way: what happened and what to do; details on demand. A newer message
/// replaces the one before.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    enum class Kind { Information, Error, Question };
    struct Choice {
        QString text;
        std::function<void()> choose;
    };
    explicit MessageBar(QWidget* parent = nullptr);

    QString text() const { return m_text->text(); }
    QToolButton* closeButton() const { return m_close; }
    QToolButton* detailsButton() const { return m_more; }
    /// What can be done about `text`, a button each; stays until one is pressed, or another message comes.
    void ask(const QString& text, const std::vector<Choice>& choices);

public Q_SLOTS:
    /// `details` may be empty. The bar closes itself only for information.
    void showMessage(oodscope::ui::MessageBar::Kind kind, const QString& text, const QString& details = {});
    void showError(const QString& text, const QString& details = {}) { showMessage(Kind::Error, text, details); }

protected:
    void changeEvent(QEvent* event) override;

private:
    void recolor();
    void setChoices(const std::vector<Choice>& choices);

    Kind m_kind = Kind::Information;
    QLabel* m_icon;
    QLabel* m_text;
    QLabel* m_details;
    QToolButton* m_more;
    QToolButton* m_close;
    QHBoxLayout* m_choices;
    quint64 m_serial = 0;
};

}  // namespace oodscope::ui
