// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/flow_layout.h"

#include <QStyle>
#include <QWidget>
#include <algorithm>

namespace oodscope::ui {

FlowLayout::FlowLayout(QWidget* parent, int spacing) : QLayout(parent) {
    setContentsMargins(0, 0, 0, 0);
    setSpacing(spacing);
}

FlowLayout::~FlowLayout() = default;

void FlowLayout::addItem(QLayoutItem* item) {
    m_items.emplace_back(item);
}

int FlowLayout::count() const {
    return static_cast<int>(m_items.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
    return index >= 0 && index < count() ? m_items[static_cast<std::size_t>(index)].get() : nullptr;
}

QLayoutItem* FlowLayout::takeAt(int index) {
    if (index < 0 || index >= count()) return nullptr;
    QLayoutItem* item = m_items[static_cast<std::size_t>(index)].release();
    m_items.erase(m_items.begin() + index);
    return item;
}

QSize FlowLayout::sizeHint() const {
    int width = 0, height = 0;
    for (const auto& item : m_items) {
        if (item->isEmpty()) continue;
        width += item->sizeHint().width() + spacing();
        height = std::max(height, item->sizeHint().height());
    }
    const QMargins margins = contentsMargins();
    return {width + margins.left() + margins.right(), height + margins.top() + margins.bottom()};
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const auto& item : m_items) {
        if (!item->isEmpty()) size = size.expandedTo(item->minimumSize());
    }
    const QMargins margins = contentsMargins();
    return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom());
}

int FlowLayout::heightForWidth(int width) const {
    return arrange({0, 0, width, 0}, /*apply=*/false);
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    arrange(rect, /*apply=*/true);
}

/// Returns the height that is used. Items that can grow share what is left of their line.
int FlowLayout::arrange(const QRect& rect, bool apply) const {
    const QRect area = rect.marginsRemoved(contentsMargins());
    int y = area.y();
    for (std::size_t first = 0; first < m_items.size();) {
        int used = 0, height = 0, growing = 0;
        std::size_t end = first;
        for (; end < m_items.size(); ++end) {
            if (m_items[end]->isEmpty()) continue;
            const QSize hint = m_items[end]->sizeHint();
            if (used > 0 && used + spacing() + hint.width() > area.width()) break;
            used += hint.width() + (used > 0 ? spacing() : 0);
            height = std::max(height, hint.height());
            growing += m_items[end]->expandingDirections().testFlag(Qt::Horizontal) ? 1 : 0;
        }
        const int extra = growing > 0 ? std::max(0, area.width() - used) / growing : 0;
        int x = area.x();
        for (std::size_t i = first; i < end; ++i) {
            const auto& item = m_items[i];
            if (item->isEmpty()) continue;
            const bool grows = item->expandingDirections().testFlag(Qt::Horizontal);
            const QSize hint = item->sizeHint();
            const int width = std::min(hint.width() + (grows ? extra : 0), area.width());
            const QRect logical(x, y + (height - hint.height()) / 2, width, hint.height());
            const auto direction = parentWidget() ? parentWidget()->layoutDirection() : Qt::LeftToRight;
            if (apply) item->setGeometry(QStyle::visualRect(direction, area, logical));
            x += width + spacing();
        }
        if (height > 0) y += height + spacing();
        first = end;
    }
    const int bottom = contentsMargins().bottom();
    return std::max(0, y - rect.y() - (y > area.y() ? spacing() : 0) + bottom);
}

}  // namespace oodscope::ui
