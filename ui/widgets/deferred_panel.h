// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace oodscope::ui {

/// A panel that refreshes at most once per turn of the event loop, and not at all while nobody sees it.
class DeferredPanel : public QWidget {
    Q_OBJECT
public:
    using QWidget::QWidget;
    bool refreshPending() const { return m_dirty; }

public Q_SLOTS:
    /// refresh() soon when visible, else when the panel is shown.
    void requestRefresh();

protected:
    virtual void refresh() = 0;
    /// Fonts and colours changed (a theme): plots must be coloured again.
    virtual void applyPalette() {}
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refreshNow();
    bool m_dirty = false;
    bool m_queued = false;
};

}  // namespace oodscope::ui
