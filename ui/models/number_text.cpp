// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/number_text.h"

#include <cmath>

namespace oodscope::ui {

namespace {
constexpr int kScoreDigits = 6;
}  // namespace

QLocale exportLocale() {
    return QLocale::c();  // has no group separators
}

QString numberText(double value, int digits) {
    if (std::isnan(value)) return QStringLiteral("–");
    if (std::isinf(value)) return value > 0 ? QStringLiteral("+∞") : QStringLiteral("−∞");
    return QLocale().toString(value, 'g', digits);
}

QString scoreText(double score) {
    return numberText(score, kScoreDigits);
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
