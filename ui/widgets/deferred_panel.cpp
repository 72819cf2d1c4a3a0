// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/deferred_panel.h"

#include <QEvent>
#include <QMetaObject>

namespace oodscope::ui {

void DeferredPanel::requestRefresh() {
    m_dirty = true;
    if (!isVisible() || m_queued) return;
    m_queued = true;
    QMetaObject::invokeMethod(
        this,
        [this] {
            m_queued = false;
            if (m_dirty && isVisible()) refreshNow();
        },
        Qt::QueuedConnection);
}

void DeferredPanel::refreshNow() {
    m_dirty = false;
    refresh();
}

void DeferredPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_dirty) refreshNow();
}

void DeferredPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) applyPalette();
}

}  // namespace oodscope::ui
