// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "app/demo/random.h"

namespace oodscope::demo {

/// Red, green, blue in 0 … 255; not clamped until it is painted.
using Colour = cv::Vec3d;
using Point = cv::Point2d;
using Path = std::vector<Point>;

Colour mixed(const Colour& a, const Colour& b, double share);
inline Colour lighter(const Colour& c, double share) {
    return mixed(c, {255, 255, 255}, share);
}
inline Colour darker(const Colour& c, double share) {
    return mixed(c, {20, 16, 28}, share);
}
cv::Vec3b pixelOf(const Colour& c);

// Outlines in the unit square of an object, −1 … 1, y downwards; angles in degrees, 0 to the right, clockwise.
Path ellipse(Point centre, double rx, double ry, double from = 0, double to = 360);
Path rectangle(double left, double top, double right, double bottom);
Path roundedRectangle(double left, double top, double right, double bottom, double radius);
/// A closed (or open) curve through `knots`.
Path smooth(const Path& knots, bool closed = true);
Path turned(Path path, double degrees, Point around = {0, 0});
Path moved(Path path, Point by);
Path scaled(Path path, double sx, double sy, Point around = {0, 0});

/// Where an object's unit square lies on the canvas.
struct Placement {
    Point centre;       // pixels
    double radius = 1;  // pixels a unit
    double degrees = 0;
    double shear = 0;
    double stretch = 1;  // width over height
    bool mirrored = false;

    Point map(Point p) const;
};

/// One drawn layer: colours, where something is drawn, and which of it is the object's body (that patterns may cover).
class Canvas {
public:
    Canvas(cv::Size size, Placement placement);

    /// Colour and width (in units) of the lines around shapes; width 0 draws none.
    void setOutline(const Colour& colour, double width);
    double outlineWidth() const { return m_outlineWidth; }
    const Colour& outlineColour() const { return m_outline; }

    void fill(const Path& path, const Colour& colour);
    void stroke(const Path& path, const Colour& colour, double width, bool closed = false);
    /// Fill and outline.
    void shape(const Path& path, const Colour& colour);
    /// The same, and patterns may cover it.
    void body(const Path& path, const Colour& colour);
    /// A rounded pipe along an open path, with outline.
    void tube(const Path& path, const Colour& colour, double width, bool closed = false);
    /// A hole through everything drawn so far, with an outline around it.
    void hole(const Path& path);

    const Placement& placement() const { return m_placement; }
    cv::Mat3b& colours() { return m_colours; }
    cv::Mat1b& mask() { return m_mask; }
    cv::Mat1b& bodyMask() { return m_body; }

private:
    std::vector<cv::Point> toPixels(const Path& path) const;
    int pixelWidth(double units) const;

    Placement m_placement;
    cv::Mat3b m_colours;
    cv::Mat1b m_mask;
    cv::Mat1b m_body;
    Colour m_outline{40, 34, 44};
    double m_outlineWidth = 0.05;
};

}  // namespace oodscope::demo
