// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace oodscope::experiment {

struct PlotSeries {
    std::string label;
    std::vector<std::pair<double, double>> points;
};

struct PlotAxes {
    std::string title;
    std::string xLabel;
    std::string yLabel;
    double xMin = 0, xMax = 1, yMin = 0, yMax = 1;
};

/// Lines in one pair of axes; `filled` closes each down to the x axis (histograms). `markerX` draws a dashed vertical.
std::string linePlotSvg(const PlotAxes& axes, const std::vector<PlotSeries>& series, bool filled,
                        const double* markerX);

struct ScatterSeries {
    struct Point {
        double x = 0;
        double y = 0;
        std::string name;  // shown by viewers when the pointer rests on it
    };
    std::string label;
    std::vector<Point> points;
    std::vector<std::pair<double, double>> line;  // two points, dashed, cut off at the axes; empty: none
};

/// Dots in one pair of axes, one colour per series.
std::string scatterPlotSvg(const PlotAxes& axes, const std::vector<ScatterSeries>& series);

/// A matrix of shares (row-normalised counts) as a heat map; names are left out where they do not fit.
std::string heatMapSvg(const std::string& title, const std::vector<std::string>& rowNames,
                       const std::vector<std::string>& columnNames,
                       const std::vector<std::vector<std::size_t>>& counts);

}  // namespace oodscope::experiment
