// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/thumbnail_provider.h"

#include <QMutexLocker>
#include <QThread>
#include <algorithm>
#include <memory>

#include "core/data/image_location.h"

namespace oodscope::ui {
namespace {

constexpr int kStep = 64;
constexpr qsizetype kDefaultCacheBytes = qsizetype{256} << 20;

QImage toQImage(const image::Image& image) {
    const QImage rgb(image.rgb.data(), image.width, image.height, qsizetype{image.width} * 3, QImage::Format_RGB888);
    return rgb.convertToFormat(QImage::Format_RGB32);  // copies, and spares the GUI thread the conversion
}

}  // namespace

ThumbnailProvider::ThumbnailProvider(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(std::clamp(QThread::idealThreadCount() - 1, 1, 4));
    m_pool.setThreadPriority(QThread::LowPriority);
    setCacheLimit(kDefaultCacheBytes);
}

ThumbnailProvider::~ThumbnailProvider() {
    {
        const QMutexLocker lock(&m_mutex);
        m_stack.clear();
    }
    m_pool.waitForDone();
}

void ThumbnailProvider::setLongSide(int pixels) {
    m_longSide = (std::max(pixels, 1) + kStep - 1) / kStep * kStep;
}

void ThumbnailProvider::setCacheLimit(qsizetype bytes) {
    m_cache.setMaxCost(bytes);
}

const Thumbnail* ThumbnailProvider::find(const QString& path) {
    const Thumbnail* thumbnail = m_cache.object(path);
    if (!thumbnail || (thumbnail->decodedFor < m_longSide && thumbnail->error.isEmpty())) request(path);
    return thumbnail;
}

void ThumbnailProvider::request(const QString& path) {
    const QMutexLocker lock(&m_mutex);
    if (m_asked.contains(path)) {
        const auto queued =
            std::find_if(m_stack.begin(), m_stack.end(), [&](const Request& r) { return r.path == path; });
        if (queued == m_stack.end()) return;  // being decoded
        queued->longSide = m_longSide;
        std::rotate(queued, queued + 1, m_stack.end());  // on screen again: next
        return;
    }
    m_asked.insert(path);
    m_stack.push_back({path, m_longSide});
    if (m_workers < m_pool.maxThreadCount()) {
        ++m_workers;
        m_pool.start([this] { work(); });
    }
}

void ThumbnailProvider::work() {
    for (;;) {
        Request request;
        {
            const QMutexLocker lock(&m_mutex);
            if (m_stack.empty()) {
                --m_workers;
                return;
            }
            request = std::move(m_stack.back());
            m_stack.pop_back();
        }
        const auto image = data::readThumbnail(request.path.toStdString(), request.longSide);
        const QImage picture = image && !image->empty() ? toQImage(*image) : QImage();
        const QString error = image ? (picture.isNull() ? tr("the image is empty") : QString())
                                    : QString::fromStdString(image.error().message);
        QMetaObject::invokeMethod(
            this, [this, request, picture, error] { deliver(request, picture, error); }, Qt::QueuedConnection);
    }
}

void ThumbnailProvider::deliver(const Request& request, const QImage& image, const QString& error) {
    m_asked.remove(request.path);
    auto thumbnail = std::make_unique<Thumbnail>();
    thumbnail->pixmap = QPixmap::fromImage(image);
    thumbnail->error = error;
    thumbnail->decodedFor = request.longSide;
    m_cache.insert(request.path, thumbnail.release(), std::max<qsizetype>(image.sizeInBytes(), 256));
    Q_EMIT ready(request.path);
}

void ThumbnailProvider::retain(const QSet<QString>& paths) {
    const QMutexLocker lock(&m_mutex);
    std::erase_if(m_stack, [&](const Request& request) {
        if (paths.contains(request.path)) return false;
        m_asked.remove(request.path);
        return true;
    });
}

int ThumbnailProvider::queuedCount() const {
    const QMutexLocker lock(&m_mutex);
    return static_cast<int>(m_stack.size());
}

void ThumbnailProvider::clear() {
    retain({});
    m_cache.clear();
}

}  // namespace oodscope::ui
