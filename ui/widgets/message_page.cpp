// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/message_page.h"

#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace oodscope::ui {

MessagePage::MessagePage(QWidget* parent)
    : QWidget(parent), m_title(new QLabel(this)), m_text(new QLabel(this)), m_button(new QPushButton(this)) {
    QFont bold = font();
    bold.setBold(true);
    m_title->setFont(bold);
    for (QLabel* label : {m_title, m_text}) {
        label->setAlignment(Qt::AlignHCenter);
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
    }
    m_button->setObjectName(QStringLiteral("messageAction"));
    auto* layout = new QVBoxLayout(this);
    layout->addStretch();
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addWidget(m_button, 0, Qt::AlignHCenter);
    layout->addStretch();
    setBackgroundRole(QPalette::Base);
    setAutoFillBackground(true);
    connect(m_button, &QPushButton::clicked, this, &MessagePage::actionTriggered);
}

void MessagePage::setMessage(const QString& title, const QString& text, const QString& action) {
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_button->setText(action);
    m_button->setVisible(!action.isEmpty());
}

QString MessagePage::title() const {
    return m_title->text();
}
QString MessagePage::text() const {
    return m_text->text();
}

}  // namespace oodscope::ui
