// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QPushButton>
#include <QToolBar>

#include "ui/models/evaluation_context.h"

namespace oodscope::ui {

/// Which detector, which OOD set, and the threshold as a number.
class ThresholdBar : public QToolBar {
    Q_OBJECT
public:
    explicit ThresholdBar(EvaluationContext* context, QWidget* parent = nullptr);

    QComboBox* detectorBox() const { return m_detector; }
    QComboBox* oodBox() const { return m_ood; }
    QDoubleSpinBox* thresholdBox() const { return m_threshold; }

private:
    void fill();
    void followDetector();
    void followOod();
    void followThreshold();
    void fitThresholdRange();

    EvaluationContext* m_context;
    QComboBox* m_detector;
    QComboBox* m_ood;
    QDoubleSpinBox* m_threshold;
    QPushButton* m_reset;
};

/// "Maximum softmax probability", "… (zero-shot)" from a key such as "zero-shot/msp".
QString detectorTitle(const std::string& key);

}  // namespace oodscope::ui
