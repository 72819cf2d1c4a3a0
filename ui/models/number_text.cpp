// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/number_text.h"

#include <cmath>

namespace oodscope::ui {

namespace {
QString significantText(double value, int digits, const QLocale& locale) {
    if (std::isnan(value)) return QStringLiteral("–");
    if (std::isinf(value)) return value > 0 ? QStringLiteral("+∞") : QStringLiteral("−∞");
    return locale.toString(value, 'g', digits);
}
}  // namespace

QLocale exportLocale() {
    return QLocale::c();  // has no group separators
}

QString numberText(double value, int digits) {
    return significantText(value, digits, QLocale());
}

QString scoreText(double score, int digits) {
    QLocale locale;
    locale.setNumberOptions(locale.numberOptions() | QLocale::IncludeTrailingZeroesAfterDot);
    return significantText(score, digits, locale);
}

QString exactText(double value) {
    return numberText(value, QLocale::FloatingPointShortest);
}

QString fixedText(double value, int decimals, const QLocale& locale) {
    return locale.toString(value, 'f', decimals);
}

QString percentText(double share, int decimals) {
    if (!std::isfinite(share)) return QStringLiteral("–");
    return fixedText(share * 100, decimals) + QStringLiteral("\u202f%");
}

QString countText(std::size_t count, const QLocale& locale) {
    return locale.toString(static_cast<qulonglong>(count));
}

QString bytesText(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

}  // namespace oodscope::ui
