// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/object_drawings.h"

namespace oodscope::demo {
namespace {

void drawEye(Canvas& c, Point at, double size) {
    c.fill(ellipse(at, size, size), {252, 250, 244});
    c.fill(ellipse({at.x - size * 0.2, at.y}, size * 0.6, size * 0.6), {30, 26, 34});
}

}  // namespace

void drawApple(Canvas& c, Look& look) {
    const double w = look.range(0.66, 0.82), h = look.range(0.62, 0.78), dip = look.range(0.1, 0.2);
    const double lean = look.range(-0.14, 0.14);
    c.tube(smooth({{0, -h + dip + 0.1}, {lean * 0.5, -h - 0.06}, {lean, -h - 0.22}}, false), {98, 70, 48}, 0.07);
    c.body(smooth({{0, -h + dip + 0.12},
                   {w * 0.5, -h + 0.08},
                   {w, -0.1 + 0.12},
                   {w * 0.72, h * 0.75 + 0.12},
                   {w * 0.26, h + 0.12},
                   {0, h - dip * 0.4 + 0.12},
                   {-w * 0.26, h + 0.12},
                   {-w * 0.72, h * 0.75 + 0.12},
                   {-w, -0.1 + 0.12},
                   {-w * 0.5, -h + 0.08}}),
           look.main);
    c.stroke(smooth({{-w * 0.7, 0.2}, {-w * 0.68, -0.15}, {-w * 0.45, -h * 0.55}}, false), look.glint, 0.09);
    if (look.random.chance(0.75)) {
        const Path blade = smooth({{0, 0}, {0.16, -0.14}, {0.42, -0.1}, {0.24, 0.06}});
        c.shape(moved(turned(blade, look.range(-30, 20)), {lean * 0.6 + 0.02, -h + 0.0}), {98, 168, 78});
    }
}

void drawBird(Canvas& c, Look& look) {
    const double plump = look.range(0.36, 0.48), head = look.range(0.23, 0.3);
    const Point crown{-0.48, look.range(-0.5, -0.36)};
    for (const double x : {-0.06, 0.14}) {
        c.stroke({{x, 0.35}, {x - 0.04, 0.88}}, {214, 140, 60}, 0.06);
        c.stroke({{x - 0.18, 0.9}, {x + 0.08, 0.9}}, {214, 140, 60}, 0.06);
    }
    const double tail = look.range(-0.28, 0.2);
    c.shape({{0.4, -0.06}, {0.98, tail - 0.1}, {0.92, tail + 0.16}, {0.4, 0.22}}, darker(look.main, 0.2));
    c.shape({{crown.x - head * 0.8, crown.y - 0.08},
             {crown.x - head - 0.28, crown.y + 0.05},
             {crown.x - head * 0.8, crown.y + 0.13}},
            {238, 164, 60});
    c.body(smooth({{crown.x - head, crown.y},
                   {crown.x - head * 0.1, crown.y - head},
                   {crown.x + head, crown.y - 0.02},
                   {0.2, -0.22},
                   {0.58, 0.02},
                   {0.36, plump},
                   {-0.1, plump + 0.14},
                   {-0.5, plump - 0.1}}),
           look.main);
    c.fill(smooth({{-0.58, 0.02}, {-0.3, 0.1}, {-0.12, plump * 0.8}, {-0.2, plump + 0.04}, {-0.46, plump - 0.14}}),
           lighter(look.main, 0.5));
    const Path wing = smooth({{-0.16, -0.06}, {0.2, -0.16}, {0.62, 0.06}, {0.28, 0.26}, {-0.02, 0.2}});
    c.shape(turned(wing, look.range(-35, 12), {-0.1, 0}), look.accent);
    drawEye(c, {crown.x - head * 0.25, crown.y - 0.03}, 0.085);
}

void drawCactus(Canvas& c, Look& look) {
    const double half = look.range(0.19, 0.26), top = look.range(-0.92, -0.75);
    const Colour skin = look.main;
    const int arms = look.random.integer(1, 2);
    for (int i = 0; i < arms; ++i) {
        const double side = i == 0 ? 1 : -1, y = look.range(-0.15, 0.2), out = look.range(0.5, 0.62);
        const double tip = y - look.range(0.35, 0.55), thick = look.range(0.19, 0.25);
        c.tube(smooth({{0, y}, {side * out * 0.8, y - 0.02}, {side * out, y - 0.16}, {side * out, tip}}, false), skin,
               thick);
    }
    const bool pot = look.random.chance(0.55);
    c.body(roundedRectangle(-half, top, half, pot ? 0.7 : 0.92, half * 0.95), skin);
    for (const double x : {-0.45, 0.0, 0.45})
        c.stroke({{x * half, top + 0.16}, {x * half, 0.5}}, darker(skin, 0.28), 0.035);
    for (int i = 0; i < 9; ++i) {
        const Point at{half * look.range(-0.85, 0.85), look.range(top + 0.15, 0.45)};
        c.stroke({at, at + Point(0.05, -0.05)}, {246, 242, 220}, 0.035);
    }
    if (look.random.chance(0.45)) {
        for (int i = 0; i < 5; ++i)
            c.fill(ellipse(turned({{0, -0.09}}, 72.0 * i)[0] + Point(0, top), 0.08, 0.08), {238, 120, 156});
        c.fill(ellipse({0, top}, 0.06, 0.06), {250, 220, 110});
    }
    if (!pot) return;
    c.shape({{-0.4, 0.52}, {0.4, 0.52}, {0.3, 0.94}, {-0.3, 0.94}}, look.accent);
    c.shape(rectangle(-0.46, 0.44, 0.46, 0.6), lighter(look.accent, 0.15));
}

void drawFish(Canvas& c, Look& look) {
    const double tall = look.range(0.34, 0.56), tail = look.range(0.3, 0.48);
    c.shape(smooth({{0.42, 0}, {0.95, -tail}, {0.8, 0}, {0.95, tail}}), look.accent);
    c.shape(
        smooth({{-0.3, -tall * 0.7}, {0.0, -tall - look.range(0.16, 0.34)}, {0.34, -tall * 0.8}, {0.2, -tall * 0.3}}),
        look.accent);
    c.shape(smooth({{-0.1, tall * 0.6}, {0.12, tall + 0.2}, {0.26, tall * 0.6}}), look.accent);
    c.body(smooth({{-0.94, 0.02},
                   {-0.6, -tall * 0.78},
                   {-0.1, -tall},
                   {0.34, -tall * 0.5},
                   {0.58, -0.08},
                   {0.58, 0.08},
                   {0.34, tall * 0.5},
                   {-0.1, tall},
                   {-0.6, tall * 0.78}}),
           look.main);
    c.stroke(ellipse({-0.62, 0}, 0.26, tall * 0.8, -62, 62), darker(look.main, 0.35), 0.045);
    for (int i = 0; i < 3; ++i)
        c.stroke(ellipse({-0.12 + 0.22 * i, look.range(-0.05, 0.05)}, 0.1, tall * 0.35, -80, 80),
                 darker(look.main, 0.22), 0.035);
    c.shape(turned(smooth({{-0.28, 0.06}, {0.02, 0.02}, {-0.02, 0.22}}), look.range(-15, 30), {-0.28, 0.08}),
            look.accent);
    drawEye(c, {-0.66, -tall * 0.25}, 0.1);
    c.stroke({{-0.92, 0.1}, {-0.8, 0.13}}, c.outlineColour(), 0.04);
}

void drawLeaf(Canvas& c, Look& look) {
    const double w = look.range(0.4, 0.62), bend = look.range(-0.15, 0.15);
    const int lobes = look.random.chance(0.4) ? look.random.integer(3, 5) : 0;
    Path right, left;
    const int steps = 24;
    for (int i = 0; i <= steps; ++i) {
        const double t = double(i) / steps;
        double half = w * std::pow(std::sin(3.14159 * std::pow(t, 0.8)), 0.85);
        if (lobes > 0) half *= 0.78 + 0.3 * std::sin(t * lobes * 6.2832);
        const double x = bend * std::sin(3.14159 * t), y = -0.95 + 1.55 * t;
        right.emplace_back(x + half, y);
        left.emplace_back(x - half, y);
    }
    c.tube(smooth({{0, 0.5}, {-bend * 0.6, 0.75}, {bend, 0.97}}, false), darker(look.main, 0.3), 0.06);
    right.insert(right.end(), left.rbegin(), left.rend());
    c.body(right, look.main);
    const Colour vein = look.random.chance(0.5) ? lighter(look.main, 0.4) : darker(look.main, 0.35);
    c.stroke(smooth({{0, -0.85}, {bend, -0.1}, {0, 0.58}}, false), vein, 0.055);
    for (int i = 0; i < 4; ++i) {
        const double y = 0.35 - 0.28 * i, x = bend * std::sin(3.14159 * (y + 0.95) / 1.55), out = w * (0.66 - 0.08 * i);
        c.stroke({{x, y}, {x + out * 0.8, y - 0.2}}, vein, 0.035);
        c.stroke({{x, y}, {x - out * 0.8, y - 0.2}}, vein, 0.035);
    }
}

void drawMushroom(Canvas& c, Look& look) {
    const double edge = look.range(-0.12, 0.12), rise = look.range(0.6, 0.82), wide = look.range(0.72, 0.92),
                 foot = look.range(0.2, 0.34);
    c.shape(smooth({{-foot * 0.8, edge - 0.1},
                    {-foot * 0.72, 0.4},
                    {-foot * 1.15, 0.84},
                    {0, 0.93},
                    {foot * 1.15, 0.84},
                    {foot * 0.72, 0.4},
                    {foot * 0.8, edge - 0.1}}),
            {238, 226, 202});
    if (look.random.chance(0.5)) c.shape(ellipse({0, edge + 0.24}, foot * 1.15, 0.08), {226, 212, 186});
    Path cap = ellipse({0, edge}, wide, rise, 180, 360);
    const Path under = ellipse({0, edge}, wide, look.range(0.12, 0.2), 0, 180);
    c.shape(under, {214, 188, 160});
    c.body(cap, look.main);
    const int spots = look.random.chance(0.75) ? look.random.integer(3, 7) : 0;
    for (int i = 0; i < spots; ++i) {
        const double angle = look.range(200, 340), reach = look.range(0.25, 0.8), size = look.range(0.06, 0.13);
        const Point at = scaled(turned({{reach, 0}}, angle), wide, rise)[0] + Point(0, edge);
        c.fill(ellipse(at, size, size * 0.85), {250, 244, 230});
    }
    c.stroke(ellipse({0, edge}, wide * 0.82, rise * 0.82, 200, 235), look.glint, 0.06);
}

void drawStarfish(Canvas& c, Look& look) {
    const double waist = look.range(0.34, 0.44), tip = look.range(0.1, 0.16);
    Path outline;
    for (int i = 0; i < 5; ++i) {
        const double angle = 72.0 * i + look.range(-7, 7), reach = look.range(0.82, 0.98);
        const Path arm = turned({{-tip, -reach + tip}, {0, -reach}, {tip, -reach + tip}}, angle);
        outline.insert(outline.end(), arm.begin(), arm.end());
        outline.push_back(turned({{0, -waist}}, 72.0 * i + 36)[0]);
    }
    c.body(smooth(outline), look.main);
    for (int i = 0; i < 5; ++i) {
        for (int k = 1; k <= 4; ++k)
            c.fill(ellipse(turned({{0, -0.17 * k}}, 72.0 * i)[0], 0.055 - 0.006 * k, 0.055 - 0.006 * k),
                   lighter(look.main, 0.5));
    }
    c.fill(ellipse({0, 0}, 0.08, 0.08), darker(look.main, 0.25));
    if (look.random.chance(0.3)) {
        for (const double x : {-0.13, 0.13})
            drawEye(c, {x, -0.12}, 0.08);
    }
}

}  // namespace oodscope::demo
