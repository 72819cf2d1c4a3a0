// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/image_scores_model.h"

#include <algorithm>
#include <cmath>

#include "ui/models/number_text.h"

namespace oodscope::ui {

ImageScoresModel::ImageScoresModel(QObject* parent) : QAbstractTableModel(parent) {}

void ImageScoresModel::setImage(const experiment::Evaluation* evaluation, ImageRef image) {
    beginResetModel();
    m_items.clear();
    const int detectors = evaluation && image.isValid() ? static_cast<int>(evaluation->detectorKeys.size()) : 0;
    for (int d = 0; d < detectors; ++d) {
        Item item;
        item.detector = QString::fromStdString(evaluation->detectorKeys[static_cast<std::size_t>(d)]);
        const auto scores = setScores(*evaluation, image.set, d);
        const auto id = setScores(*evaluation, kIdTestSet, d);
        if (image.row < static_cast<int>(scores.size()) && !std::isnan(scores[static_cast<std::size_t>(image.row)])) {
            const double score = scores[static_cast<std::size_t>(image.row)];
            item.score = score;
            const auto lower = std::count_if(id.begin(), id.end(), [score](double s) { return s < score; });
            item.idShare = id.empty() ? 0 : static_cast<double>(lower) / static_cast<double>(id.size());
        }
        m_items.push_back(std::move(item));
    }
    endResetModel();
}

void ImageScoresModel::setCurrentDetector(int detector) {
    if (detector == m_current) return;
    m_current = detector;
    if (!m_items.empty()) Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, Columns - 1), {IsCurrentRole});
}

int ImageScoresModel::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_items.size());
}

int ImageScoresModel::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Columns;
}

QVariant ImageScoresModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid() || index.row() >= rowCount() || index.column() >= Columns) return {};
    const Item& item = m_items[static_cast<std::size_t>(index.row())];
    if (role == IsCurrentRole) return index.row() == m_current;
    if (role == Qt::TextAlignmentRole) {
        return QVariant::fromValue(
            Qt::Alignment((index.column() == Detector ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter));
    }
    const bool shown = role == Qt::DisplayRole || role == Qt::ToolTipRole;
    if (!shown && role != SortRole) return {};
    if (index.column() == Detector) return item.detector;
    if (!item.score) return shown ? QVariant(QStringLiteral("–")) : QVariant();
    if (!shown) return index.column() == Score ? *item.score : item.idShare;
    if (index.column() == Score) return role == Qt::ToolTipRole ? exactText(*item.score) : scoreText(*item.score);
    if (role == Qt::ToolTipRole) return headerData(IdShare, Qt::Horizontal, Qt::ToolTipRole);
    return percentText(item.idShare, 1);
}

QVariant ImageScoresModel::headerData(int section, Qt::Orientation orientation, int role) const {
    if (orientation != Qt::Horizontal || section < 0 || section >= Columns) return {};
    if (role == Qt::ToolTipRole) {
        switch (section) {
            case Detector:
                return tr("The score that decides");
            case Score:
                return tr("Higher means more in-distribution");
            default:
                return tr("Share of the ID test images that score lower than this image");
        }
    }
    if (role != Qt::DisplayRole) return {};
    return section == Detector ? tr("Detector") : section == Score ? tr("Score") : tr("Above ID");
}

}  // namespace oodscope::ui
