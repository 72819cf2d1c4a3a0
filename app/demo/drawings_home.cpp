// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/object_drawings.h"

namespace oodscope::demo {

void drawMug(Canvas& c, Look& look) {
    const double half = look.range(0.46, 0.62), top = look.range(-0.78, -0.5), foot = half * look.range(0.72, 1.0);
    const double reach = look.range(0.3, 0.46), rim = look.range(0.1, 0.2);
    const double middle = (top + 0.7) / 2;
    c.tube(smooth({{half * 0.9, top + 0.25},
                   {half + reach, top + 0.3},
                   {half + reach * 0.95, middle + 0.2},
                   {foot * 0.95, middle + 0.42}},
                  false),
           darker(look.main, 0.08), look.range(0.11, 0.17));
    Path wall{{-half, top}};
    const Path bottom = ellipse({0, 0.72}, foot, rim * 0.8, 180, 0);
    wall.insert(wall.end(), bottom.begin(), bottom.end());
    wall.emplace_back(half, top);
    c.body(wall, look.main);
    c.stroke({{-half * 0.72, top + 0.32}, {-foot * 0.74, 0.45}}, look.glint, 0.07);
    c.shape(ellipse({0, top}, half, rim), lighter(look.main, 0.35));
    c.fill(ellipse({0, top + 0.02}, half * 0.82, rim * 0.68), {86, 54, 38});
    if (look.random.chance(0.4)) {
        for (const double x : {-0.16, 0.16})
            c.stroke(
                smooth({{x, top - 0.1}, {x + 0.07, top - 0.2}, {x - 0.05, top - 0.3}, {x + 0.03, top - 0.4}}, false),
                {236, 236, 240}, 0.05);
    }
}

void drawKey(Canvas& c, Look& look) {
    const double bow = look.range(0.3, 0.42), shaft = look.range(0.09, 0.14), tip = look.range(0.8, 0.98);
    const double start = -0.95 + 2 * bow;
    c.body(rectangle(start - 0.08, -shaft, tip, shaft), look.main);
    const int teeth = look.random.integer(2, 3);
    for (int i = 0; i < teeth; ++i) {
        const double right = tip - 0.02 - i * 0.21;
        c.shape(rectangle(right - 0.13, shaft * 0.6, right, shaft + look.range(0.16, 0.34)), darker(look.main, 0.1));
    }
    c.shape(rectangle(start - 0.02, -shaft * 1.7, start + 0.1, shaft * 1.7), look.accent);
    const Point centre{-0.95 + bow, 0};
    if (look.random.chance(0.35)) {
        for (int i = 0; i < 3; ++i)
            c.body(ellipse(turned({{centre.x - bow * 0.5, 0}}, 120.0 * i + 180, centre)[0], bow * 0.62, bow * 0.62),
                   look.main);
        c.hole(ellipse(centre, bow * 0.36, bow * 0.36));
        return;
    }
    c.body(ellipse(centre, bow, bow * look.range(0.85, 1.1)), look.main);
    c.stroke(ellipse(centre, bow * 0.78, bow * 0.78, 190, 280), look.glint, 0.06);
    c.hole(ellipse(centre, bow * 0.48, bow * 0.5));
}

void drawLamp(Canvas& c, Look& look) {
    const double top = look.range(0.24, 0.42), wide = look.range(0.62, 0.82), shade = look.range(-0.12, 0.06);
    const bool lit = look.random.chance(0.5);
    c.shape(ellipse({0, 0.86}, look.range(0.36, 0.5), 0.12), look.accent);
    if (look.random.chance(0.5)) {
        c.tube({{0, shade}, {0, 0.8}}, look.accent, look.range(0.08, 0.13));
    } else {
        c.shape(smooth({{-0.08, shade},
                        {-0.1, 0.2},
                        {-0.3, 0.5},
                        {-0.14, 0.82},
                        {0.14, 0.82},
                        {0.3, 0.5},
                        {0.1, 0.2},
                        {0.08, shade}}),
                look.accent);
    }
    const Colour cloth = lit ? lighter(look.main, 0.25) : look.main;
    c.body({{-top, -0.9}, {top, -0.9}, {wide, shade}, {-wide, shade}}, cloth);
    c.stroke({{-wide * 0.97, shade - 0.06}, {wide * 0.97, shade - 0.06}}, darker(cloth, 0.25), 0.06);
    c.stroke({{-top * 0.5, -0.78}, {-wide * 0.52, shade - 0.16}}, look.glint, 0.06);
    if (lit) c.fill(ellipse({0, shade + 0.04}, wide * 0.7, 0.07), {255, 236, 160});
    if (look.random.chance(0.4)) {
        c.stroke({{wide * 0.6, shade}, {wide * 0.6, shade + 0.3}}, c.outlineColour(), 0.03);
        c.fill(ellipse({wide * 0.6, shade + 0.32}, 0.05, 0.05), look.accent);
    }
}

void drawClock(Canvas& c, Look& look) {
    const double r = look.range(0.68, 0.8);
    const Point centre{0, 0.06};
    if (look.random.chance(0.55)) {  // an alarm clock: feet and bells
        for (const double side : {-1.0, 1.0}) {
            c.tube({{side * 0.4, 0.6}, {side * 0.58, 0.94}}, look.accent, 0.11);
            c.shape(turned(ellipse({0, -r - 0.02}, 0.27, 0.16, 180, 360), side * 36, centre), look.accent);
        }
        c.tube({{0, -r}, {0, -r - 0.12}}, look.accent, 0.07);
    }
    c.body(ellipse(centre, r, r), look.main);
    c.shape(ellipse(centre, r * 0.78, r * 0.78), {248, 244, 232});
    for (int i = 0; i < 12; ++i) {
        const double inner = i % 3 == 0 ? 0.56 : 0.64;
        c.stroke({turned({{0, -r * inner}}, 30.0 * i)[0] + centre, turned({{0, -r * 0.7}}, 30.0 * i)[0] + centre},
                 {50, 46, 54}, i % 3 == 0 ? 0.06 : 0.035);
    }
    const double hour = look.range(0, 360), minute = look.range(0, 360);
    c.stroke({centre, turned({{0, -r * 0.42}}, hour)[0] + centre}, {40, 36, 46}, 0.085);
    c.stroke({centre, turned({{0, -r * 0.62}}, minute)[0] + centre}, {40, 36, 46}, 0.055);
    c.fill(ellipse(centre, 0.06, 0.06), look.accent);
    c.stroke(ellipse(centre, r * 0.89, r * 0.89, 200, 260), look.glint, 0.05);
}

void drawUmbrella(Canvas& c, Look& look) {
    const double edge = look.range(-0.12, 0.08), rise = look.range(0.66, 0.86), foot = look.range(0.66, 0.82);
    const double hook = look.eitherSide(0.1, 0.17);
    c.tube({{0, edge - 0.5}, {0, foot}}, look.accent, 0.07);
    c.tube(ellipse({hook, foot}, hook, 0.17, 180, 0), look.accent, 0.08);
    const int panels = look.random.integer(3, 5);
    Path canopy = ellipse({0, edge}, 0.95, rise, 180, 360);
    const double step = 1.9 / panels;
    for (int i = 0; i < panels; ++i) {
        const Path arc = ellipse({0.95 - step * (i + 0.5), edge}, step / 2, 0.13, 0, -180);
        canopy.insert(canopy.end(), arc.begin(), arc.end());
    }
    c.body(canopy, look.main);
    for (int i = 1; i < panels; ++i) {
        const double x = -0.95 + step * i;
        c.stroke(smooth({{0, edge - rise}, {x * 0.75, edge - rise * 0.62}, {x, edge}}, false), darker(look.main, 0.35),
                 0.045);
    }
    c.stroke(ellipse({0, edge}, 0.78, rise * 0.8, 205, 245), look.glint, 0.06);
    c.tube({{0, edge - rise - 0.1}, {0, edge - rise}}, look.accent, 0.06);
}

void drawHouse(Canvas& c, Look& look) {
    const double half = look.range(0.5, 0.72), eaves = look.range(-0.2, 0.05), ridge = look.range(-0.92, -0.7);
    const Colour wall = lighter(look.accent, 0.45);
    if (look.random.chance(0.6)) {
        const double x = look.eitherSide(0.2, 0.42);
        c.shape(rectangle(x - 0.1, ridge - 0.02, x + 0.1, eaves), darker(wall, 0.3));
        c.shape(rectangle(x - 0.14, ridge - 0.08, x + 0.14, ridge + 0.04), darker(wall, 0.4));
    }
    c.shape(rectangle(-half, eaves, half, 0.88), wall);
    c.body({{-half - 0.2, eaves + 0.04},
            {-half * look.range(0, 0.7), ridge},
            {half * look.range(0, 0.7), ridge},
            {half + 0.2, eaves + 0.04}},
           look.main);
    const double door = look.range(-0.3, 0.3) * half;
    c.shape(rectangle(door - 0.13, 0.36, door + 0.13, 0.88), darker(look.main, 0.25));
    c.fill(ellipse({door + 0.07, 0.64}, 0.03, 0.03), {250, 220, 120});
    const Colour pane = look.random.chance(0.4) ? Colour{255, 226, 130} : Colour{160, 206, 226};
    for (const double side : {-1.0, 1.0}) {
        const double x = (side * half + door) / 2 + side * 0.05;
        if (half < 0.6 && side * door > 0.05) continue;
        c.shape(rectangle(x - 0.13, 0.2, x + 0.13, 0.46), pane);
        c.stroke({{x, 0.2}, {x, 0.46}}, c.outlineColour(), 0.035);
        c.stroke({{x - 0.13, 0.33}, {x + 0.13, 0.33}}, c.outlineColour(), 0.035);
    }
}

}  // namespace oodscope::demo
