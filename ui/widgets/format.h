// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

namespace oodscope::ui {

QString formatScore(double score);       // six significant digits
QString formatCount(std::size_t count);  // "1,200" as the locale writes it
QString formatPercent(double fraction);  // "12.3 %"
QString formatBytes(qint64 bytes);       // "12.3 kB"

}  // namespace oodscope::ui
