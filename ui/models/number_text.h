// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLocale>
#include <QString>

namespace oodscope::ui {

// Every figure that a person reads is written here, as the locale of the program writes it (the one that the plots and
// the boxes for numbers follow, too). What other programs read gets exportLocale() instead.

/// A point before the decimals and nothing between the thousands, in every language: for CSV and the clipboard.
QLocale exportLocale();

/// "0.9531", "12.35", "1.2e-05": so many significant digits; "+∞", "−∞", "–" for what is not a number.
QString numberText(double value, int digits = 4);
/// The same number of digits for each, zeros at the end too, so that a list of scores can be compared at a glance.
QString scoreText(double score, int digits = 6);
/// The shortest text that reads back as the same number.
QString exactText(double value);
/// "12.30": so many decimals.
QString fixedText(double value, int decimals, const QLocale& locale = QLocale());
/// "95.31 %".
QString percentText(double share, int decimals = 2);
/// "1,200".
QString countText(std::size_t count, const QLocale& locale = QLocale());
/// "12.3 kB".
QString bytesText(qint64 bytes);

}  // namespace oodscope::ui
