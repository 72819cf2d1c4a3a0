// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QString>

class QApplication;

namespace oodscope::ui {

enum class Theme { System, Light, Dark };

QString themeKey(Theme theme);  // "system", "light", "dark"
Theme themeFromKey(const QString& key);
QPalette lightPalette();
QPalette darkPalette();
/// Fusion style with the palette of the theme, for every window of the program.
void applyTheme(QApplication& app, Theme theme);

}  // namespace oodscope::ui
