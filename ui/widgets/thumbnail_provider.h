// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QMutex>
#include <QObject>
#include <QPixmap>
#include <QSet>
#include <QString>
#include <QThreadPool>
#include <vector>

namespace oodscope::ui {

/// A small version of an image file, or why there is none.
struct Thumbnail {
    QPixmap pixmap;
    QString error;       // not empty: the file cannot be read
    int decodedFor = 0;  // long side that was asked for, in device pixels
};

/// Decodes thumbnails on its own threads, newest request first, and keeps the last used ones. All public functions on
/// the GUI thread.
class ThumbnailProvider : public QObject {
    Q_OBJECT
public:
    explicit ThumbnailProvider(QObject* parent = nullptr);
    ~ThumbnailProvider() override;

    /// Long side in device pixels that later requests ask for; rounded up, so that a slider does not decode at each
    /// step.
    void setLongSide(int pixels);
    int longSide() const { return m_longSide; }
    void setCacheLimit(qsizetype bytes);

    /// What is known of a file; null: nothing yet. Asks for it where it is not there or too small; a smaller one is
    /// handed out meanwhile. Valid until the next call.
    const Thumbnail* find(const QString& path);
    /// Drops requests for other files that have not been started.
    void retain(const QSet<QString>& paths);
    int queuedCount() const;
    void clear();

Q_SIGNALS:
    void ready(const QString& path);

private:
    struct Request {
        QString path;
        int longSide = 0;
    };
    void request(const QString& path);
    void work();
    void deliver(const Request& request, const QImage& image, const QString& error);

    QCache<QString, Thumbnail> m_cache;  // cost in bytes
    QSet<QString> m_asked;               // queued or being decoded
    int m_longSide = 128;
    mutable QMutex m_mutex;  // guards the two below
    std::vector<Request> m_stack;
    int m_workers = 0;
    QThreadPool m_pool;
};

}  // namespace oodscope::ui
