// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/window/theme.h"

#include <QApplication>
#include <QPainter>
#include <QProxyStyle>
#include <QStyle>
#include <QStyleFactory>
#include <QStyleOption>
#include <QToolTip>

namespace oodscope::ui {

namespace {

struct Colors {
    QRgb window, base, alternate, text, button, highlight, highlightedText, toolTip, link, disabled, placeholder;
};

QPalette makePalette(const Colors& c) {
    QPalette palette{QColor(c.button), QColor(c.window)};
    palette.setColor(QPalette::Window, c.window);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.base);
    palette.setColor(QPalette::AlternateBase, c.alternate);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::Button, c.button);
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, c.text);
    palette.setColor(QPalette::Highlight, c.highlight);
    palette.setColor(QPalette::HighlightedText, c.highlightedText);
    palette.setColor(QPalette::ToolTipBase, c.toolTip);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::Link, c.link);
    palette.setColor(QPalette::LinkVisited, c.link);
    palette.setColor(QPalette::PlaceholderText, c.placeholder);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, c.disabled);
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.disabled);
    return palette;
}

/// Fusion with check boxes that can be seen on a dark window: its own outline there is darker than dark.
class Style : public QProxyStyle {
public:
    Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) { setObjectName(kStyle); }
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override {
        QProxyStyle::drawPrimitive(element, option, painter, widget);
        if (element != PE_IndicatorCheckBox && element != PE_IndicatorItemViewItemCheck) return;
        QColor outline = option->palette.color(QPalette::Text);
        outline.setAlpha(option->state & State_Enabled ? 130 : 60);
        painter->save();
        painter->setPen(outline);
        painter->setBrush(Qt::NoBrush);
        painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
        painter->restore();
    }
    inline static const QString kStyle = QStringLiteral("oodscope");
};

}  // namespace

QString themeKey(Theme theme) {
    switch (theme) {
        case Theme::Light:
            return QStringLiteral("light");
        case Theme::Dark:
            return QStringLiteral("dark");
        case Theme::System:
            break;
    }
    return QStringLiteral("system");
}

Theme themeFromKey(const QString& key) {
    if (key == QStringLiteral("light")) return Theme::Light;
    if (key == QStringLiteral("dark")) return Theme::Dark;
    return Theme::System;
}

QPalette lightPalette() {
    return makePalette(
        {0xf3f4f6, 0xffffff, 0xf7f8fa, 0x1c2128, 0xeceef1, 0x2f6fd0, 0xffffff, 0xffffff, 0x1f5fbf, 0x9aa1ab, 0x767d87});
}

QPalette darkPalette() {
    return makePalette(
        {0x22262c, 0x191c21, 0x1f2329, 0xe4e7eb, 0x2d3239, 0x3f7fdb, 0xffffff, 0x2d3239, 0x7db4ff, 0x767d87, 0x8c939d});
}

void applyTheme(QApplication& app, Theme theme) {
    // What the desktop asked for, before any theme of ours.
    static const QPalette system = app.palette();
    if (app.style()->objectName() != Style::kStyle) app.setStyle(new Style);
    const bool systemDark = system.color(QPalette::Window).lightness() < system.color(QPalette::WindowText).lightness();
    const bool dark = theme == Theme::Dark || (theme == Theme::System && systemDark);
    const QPalette palette = dark ? darkPalette() : lightPalette();
    app.setPalette(palette);
    QToolTip::setPalette(palette);
}

}  // namespace oodscope::ui
