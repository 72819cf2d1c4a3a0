// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>

#include "ui/widgets/qcp.h"

namespace oodscope::ui {

/// Names at whole coordinates, as many as fit: every class when there is room, else every second, fifth, tenth, …
class ClassTicker : public QCPAxisTicker {
public:
    void setNames(const QStringList& names) { m_names = names; }
    /// Room along the axis and what one label takes, in pixels.
    void setRoom(double axisPixels, double labelPixels);

protected:
    double getTickStep(const QCPRange& range) override;
    int getSubTickCount(double) override { return 0; }
    QVector<double> createTickVector(double step, const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override;

private:
    QStringList m_names;
    double m_axisPixels = 300;
    double m_labelPixels = 14;
};

}  // namespace oodscope::ui
