// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/message_bar.h"

#include <QEvent>
#include <QGridLayout>
#include <QPushButton>
#include <QStyle>
#include <QTimer>

#include "ui/widgets/colors.h"

namespace oodscope::ui {

namespace {
constexpr int kInformationMs = 8000;
}

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent),
      m_icon(new QLabel(this)),
      m_text(new QLabel(this)),
      m_details(new QLabel(this)),
      m_more(new QToolButton(this)),
      m_close(new QToolButton(this)),
      m_choices(new QHBoxLayout) {
    setObjectName(QStringLiteral("MessageBar"));
    setFrameShape(QFrame::NoFrame);
    setAutoFillBackground(true);
    for (auto* label : {m_text, m_details}) {
        label->setWordWrap(true);
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    }
    m_text->setObjectName(QStringLiteral("MessageText"));
    m_more->setText(tr("Details"));
    m_more->setCheckable(true);
    m_more->setAutoRaise(true);
    m_close->setText(QStringLiteral("✕"));
    m_close->setToolTip(tr("Close this message"));
    m_close->setAccessibleName(tr("Close"));
    m_close->setAutoRaise(true);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(10, 6, 6, 6);
    grid->addWidget(m_icon, 0, 0, Qt::AlignTop);
    grid->addWidget(m_text, 0, 1);
    grid->addWidget(m_more, 0, 2, Qt::AlignTop);
    grid->addWidget(m_close, 0, 3, Qt::AlignTop);
    grid->addWidget(m_details, 1, 1, 1, 3);
    grid->addLayout(m_choices, 2, 1, 1, 3);
    grid->setColumnStretch(1, 1);
    connect(m_close, &QToolButton::clicked, this, &QWidget::hide);
    connect(m_more, &QToolButton::toggled, m_details, &QWidget::setVisible);
    hide();
}

void MessageBar::showMessage(Kind kind, const QString& text, const QString& details) {
    m_kind = kind;
    setChoices({});
    m_text->setText(text);
    m_details->setText(details);
    m_more->setChecked(false);
    m_details->hide();
    m_more->setVisible(!details.isEmpty());
    recolor();
    show();
    const quint64 mine = ++m_serial;
    if (kind != Kind::Information) return;
    QTimer::singleShot(kInformationMs, this, [this, mine] {
        if (mine == m_serial) hide();
    });
}

void MessageBar::ask(const QString& text, const std::vector<Choice>& choices) {
    showMessage(Kind::Question, text);
    setChoices(choices);
}

void MessageBar::setChoices(const std::vector<Choice>& choices) {
    while (QLayoutItem* item = m_choices->takeAt(0)) {
        // Later: the button that was pressed may be the one that asks for it.
        if (item->widget()) item->widget()->deleteLater();
        delete item;
    }
    for (const Choice& choice : choices) {
        auto* button = new QPushButton(choice.text, this);
        button->setAutoDefault(true);  // Enter presses it
        connect(button, &QPushButton::clicked, this, [this, choose = choice.choose] {
            hide();
            choose();
        });
        m_choices->addWidget(button);
    }
    if (!choices.empty()) m_choices->addStretch(1);
}

void MessageBar::recolor() {
    const bool dark = isDark(palette());
    const bool error = m_kind == Kind::Error;
    QPalette pal = palette();
    const QRgb background = error ? (dark ? 0x5a2323 : 0xfbe3e1) : (dark ? 0x1f3d5c : 0xdfeefc);
    const QColor text = dark ? QColor(0xf5f6f8) : QColor(0x1c2128);
    pal.setColor(QPalette::Window, background);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        pal.setColor(role, text);
    setPalette(pal);
    const auto icon = error                      ? QStyle::SP_MessageBoxWarning
                      : m_kind == Kind::Question ? QStyle::SP_MessageBoxQuestion
                                                 : QStyle::SP_MessageBoxInformation;
    m_icon->setPixmap(style()->standardIcon(icon).pixmap(fontMetrics().height() + 2));
}

void MessageBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    // ApplicationPaletteChange, not PaletteChange: recolor() itself sets the palette.
    if (event->type() == QEvent::ApplicationPaletteChange && isVisible()) recolor();
}

}  // namespace oodscope::ui
