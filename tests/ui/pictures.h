// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QDir>
#include <QPalette>
#include <QStyleFactory>
#include <QWidget>

namespace oodscope::testing {

/// A dark palette as desktops have it.
inline QPalette darkPalette() {
    QPalette palette;
    const QColor window(0x2b2d30), base(0x1e1f22), text(0xdfe1e5);
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, base);
    palette.setColor(QPalette::AlternateBase, QColor(0x26282b));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, QColor(0x393b40));
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::ToolTipBase, window);
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, QColor(0x8a8d93));
    palette.setColor(QPalette::Highlight, QColor(0x2e5fa8));
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Disabled, QPalette::Text, QColor(0x7a7d83));
    palette.setColor(QPalette::Disabled, QPalette::ButtonText, QColor(0x7a7d83));
    palette.setColor(QPalette::Disabled, QPalette::WindowText, QColor(0x7a7d83));
    return palette;
}

/// Same look everywhere: Fusion, one font size.
inline void useTestStyle() {
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
}

/// Saves what the widget looks like below the test program, for people to look at.
inline bool savePicture(QWidget& widget, const QString& name) {
    const QDir folder(QCoreApplication::applicationDirPath() + QStringLiteral("/pictures"));
    return folder.mkpath(QStringLiteral(".")) && widget.grab().save(folder.filePath(name + QStringLiteral(".png")));
}

}  // namespace oodscope::testing
