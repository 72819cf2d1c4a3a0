// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/confusion/class_ticker.h"

#include <algorithm>
#include <cmath>

namespace oodscope::ui {

void ClassTicker::setRoom(double axisPixels, double labelPixels) {
    m_axisPixels = std::max(1.0, axisPixels);
    m_labelPixels = std::max(1.0, labelPixels);
}

double ClassTicker::getTickStep(const QCPRange& range) {
    const double fitting = std::max(1.0, m_axisPixels / m_labelPixels);
    const double least = range.size() / fitting;
    for (double step = 1;; step *= 10)
        for (const double factor : {1.0, 2.0, 5.0})
            if (step * factor >= least) return step * factor;
}

QVector<double> ClassTicker::createTickVector(double step, const QCPRange& range) {
    QVector<double> ticks;
    const double last = std::min(std::floor(range.upper), static_cast<double>(m_names.size()) - 1);
    for (double at = std::max(0.0, std::ceil(range.lower / step) * step); at <= last; at += step)
        ticks.append(at);
    return ticks;
}

QString ClassTicker::getTickLabel(double tick, const QLocale&, QChar, int) {
    constexpr int kLongest = 18;
    const QString name = m_names.value(static_cast<int>(std::lround(tick)));
    return name.size() <= kLongest ? name : name.left(kLongest - 1) + QStringLiteral("…");
}

}  // namespace oodscope::ui
