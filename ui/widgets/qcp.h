// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// QCustomPlot's header speaks in Qt's keywords, which QT_NO_KEYWORDS turns off for everything of ours.
#include <QObject>
#define signals Q_SIGNALS
#define slots Q_SLOTS
#define emit Q_EMIT
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef emit
#undef foreach
