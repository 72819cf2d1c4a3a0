// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractListModel>
#include <QString>
#include <vector>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// The classes with the highest softmax probability of one image's logits, first class first on ties.
class TopClassesModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        ProbabilityRole = Qt::UserRole,  // double
        LogitRole,                       // double
        ClassRole,                       // int, into Evaluation::classNames
        IsTrueRole,                      // bool: the image's own class, where it is one of the ID classes
        IsPseudoRole,                    // bool: the zero-shot label
    };

    explicit TopClassesModel(int count = 5, QObject* parent = nullptr);
    void setImage(const experiment::Evaluation* evaluation, ImageRef image);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    struct Item {
        QString name;
        double probability = 0, logit = 0;
        int classIndex = -1;
        bool isTrue = false, isPseudo = false;
    };

    int m_count;
    std::vector<Item> m_items;
};

}  // namespace oodscope::ui
