// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <optional>
#include <vector>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// The scores of one image under every detector, each with its place among the ID test scores, so that detectors of
/// different scale can be compared.
class ImageScoresModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Detector, Score, IdShare, Columns };
    enum Role {
        SortRole = Qt::UserRole,  // double, or the name
        IsCurrentRole,            // bool: the context's detector
    };

    explicit ImageScoresModel(QObject* parent = nullptr);
    /// O(ID test images × detectors).
    void setImage(const experiment::Evaluation* evaluation, ImageRef image);
    void setCurrentDetector(int detector);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Item {
        QString detector;
        std::optional<double> score;
        double idShare = 0;  // of ID test scores that are lower
    };

    std::vector<Item> m_items;
    int m_current = -1;
};

}  // namespace oodscope::ui
