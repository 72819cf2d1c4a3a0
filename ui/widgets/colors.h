// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// The colours that mean something, from one place, for light and dark palettes. The hues are those of Okabe and Ito,
/// which people with colour blindness can tell apart; every use also carries a word or a symbol.
bool isDark(const QPalette& palette);
QColor verdictColor(Verdict verdict, const QPalette& palette);
QColor idColor(const QPalette& palette);
QColor oodColor(int oodIndex, const QPalette& palette);  // oodIndex counts from 0 and wraps
Qt::PenStyle oodLine(int oodIndex);                      // tells those of one colour apart
QColor thresholdColor(const QPalette& palette);
/// `color`, darker or lighter as far as text in it needs to be read on `background` (WCAG 2: contrast 4.5).
QColor legible(const QColor& color, const QColor& background);
/// Black or white, whichever reads better on `background`.
QColor textOn(const QColor& background);
/// For secondary text: between text and base, still readable.
QColor faintText(const QPalette& palette);

QString verdictSymbol(Verdict verdict);  // "▲", "▼", "✓", …: never colour alone
QString verdictName(Verdict verdict);    // "False accept"
QString verdictHelp(Verdict verdict);    // "OOD image that the detector takes for ID"

}  // namespace oodscope::ui
