// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/format.h"

#include <QCoreApplication>
#include <QLocale>

namespace oodscope::ui {

QString formatScore(double score) {
    return QString::number(score, 'g', 6);
}

QString formatCount(std::size_t count) {
    return QLocale().toString(static_cast<qulonglong>(count));
}

QString formatPercent(double fraction) {
    return QCoreApplication::translate("Format", "%1 %").arg(QLocale().toString(100 * fraction, 'f', 1));
}

QString formatBytes(qint64 bytes) {
    return QLocale().formattedDataSize(bytes, 1, QLocale::DataSizeSIFormat);
}

}  // namespace oodscope::ui
