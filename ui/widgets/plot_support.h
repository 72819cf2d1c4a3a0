// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/qcp.h"

#include <QString>
#include <QStringList>
#include <functional>

namespace oodscope::ui {

/// Colours, fonts and grid of a plot from the palette of its widget.
void applyPlotPalette(QCustomPlot* plot);
/// Grid and ticks on or off, so that an empty plot does not look like a plot of nothing.
void showGrid(QCustomPlot* plot, bool on);
/// Names for the legend of `plot`, shortened to a share of its width. Where that would make several the same, what they
/// begin and end with alike gives way to what tells them apart.
QStringList legendNames(const QStringList& names, const QCustomPlot* plot);
/// The legend where there is something to name, and room for it beside the curves.
void showLegend(QCustomPlot* plot);
/// A text box that sits on top of the plot (hover readouts); hidden until it has a text.
QCPItemText* addReadout(QCustomPlot* plot);
/// Places `readout` beside `at` (pixels), kept inside the axis rectangle.
void showReadout(QCPItemText* readout, const QString& text, const QPointF& at);

enum class PlotFormat { Png, Svg, Pdf };
/// False when the file cannot be written. PNG is saved at twice the size for print.
bool savePlot(QCustomPlot* plot, const QString& path, PlotFormat format);

/// "Export…" for the context menu of a plot: asks for a file (PNG, SVG, PDF or, where `csv` is given, CSV), reports
/// trouble through `onError` (one line).
void exportPlotWithDialog(QCustomPlot* plot, const QString& suggestedName, const std::function<QString()>& csv,
                          const std::function<void(const QString&)>& onError);

}  // namespace oodscope::ui
