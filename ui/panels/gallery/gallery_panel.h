// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/models/image_list_model.h"

class QMenu;
class QStackedWidget;

namespace oodscope::ui {

class GalleryHeader;
class GalleryView;
class MessagePage;

/// The images of the open evaluation, filtered and sorted, with the verdict at the shared threshold.
class GalleryPanel : public QWidget {
    Q_OBJECT
public:
    explicit GalleryPanel(EvaluationContext* context, QWidget* parent = nullptr);

    GalleryView* view() const { return m_view; }
    ImageListModel* model() const { return m_model; }
    int thumbnailSize() const;
    void setThumbnailSize(int size);

public Q_SLOTS:
    /// Makes the next (+1) or previous (−1) image current; the first one where none is.
    void step(int delta);

Q_SIGNALS:
    /// Double click or Enter: the image should be seen large. It is the context's current image by then.
    void inspectRequested(oodscope::ui::ImageRef image);

private:
    void connectSelection();
    void createActions();
    void showState();
    void takeCurrent(const QModelIndex& index);
    void followCurrent();
    void showMenu(const QPoint& position);
    void copyPaths() const;
    void inspect(const QModelIndex& index);
    QString emptyTitle() const;
    QString emptyText() const;

    EvaluationContext* m_context;
    ImageListModel* m_model;
    GalleryHeader* m_header;
    GalleryView* m_view;
    MessagePage* m_message;
    QStackedWidget* m_stack;
    QMenu* m_menu;
    bool m_rowsChanging = false;  // the view moves its current index by itself then
};

}  // namespace oodscope::ui
