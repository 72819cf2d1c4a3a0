// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/object_drawings.h"

namespace oodscope::demo {

void drawBicycle(Canvas& c, Look& look) {
    const double r = look.range(0.34, 0.42), apart = look.range(0.52, 0.58);
    const Point back{-apart, 0.42}, front{apart, 0.42}, crank{look.range(-0.1, 0.02), 0.45};
    const Point saddle{look.range(-0.36, -0.26), -0.28}, head{look.range(0.3, 0.38), look.range(-0.42, -0.3)};
    for (const Point& hub : {back, front}) {
        c.stroke(ellipse(hub, r, r), {46, 44, 52}, 0.1, /*closed=*/true);
        const double phase = look.range(0, 60);
        for (int i = 0; i < 6; ++i) {
            const Point spoke = turned({{r, 0}}, 60.0 * i + phase)[0];
            c.stroke({hub, hub + spoke}, {150, 150, 158}, 0.02);
        }
        c.fill(ellipse(hub, 0.07, 0.07), look.accent);
    }
    const double pipe = look.range(0.075, 0.11);
    const Point joint = saddle + Point(0.05, 0.14), neck = head + Point(0.02, 0.1);
    const double line = c.outlineWidth();
    c.setOutline(c.outlineColour(), line * 0.5);
    for (const auto& [a, b] :
         {std::pair{back, joint}, {back, crank}, {joint, crank}, {crank, neck}, {joint, neck}, {neck, front}})
        c.tube({a, b}, look.main, pipe);
    c.tube({joint, saddle}, look.main, 0.06);
    c.tube({neck, head}, look.main, 0.06);
    c.tube({saddle + Point(-0.16, -0.02), saddle + Point(0.14, -0.02)}, {58, 50, 54}, 0.1);
    const double bar = look.range(-0.16, 0.04);
    c.tube(smooth({head + Point(-0.06, -0.02), head + Point(0.1, -0.06), head + Point(0.22, bar)}, false), {58, 50, 54},
           0.07);
    c.fill(ellipse(crank, 0.09, 0.09), look.accent);
    if (look.random.chance(0.3)) {
        c.shape({{head.x + 0.08, head.y + 0.06},
                 {head.x + 0.46, head.y + 0.06},
                 {head.x + 0.4, head.y + 0.34},
                 {head.x + 0.14, head.y + 0.34}},
                {196, 152, 98});
    }
}

void drawBoat(Canvas& c, Look& look) {
    const double deck = look.range(0.36, 0.48), top = look.range(-0.96, -0.82), mast = look.range(-0.1, 0.12);
    c.tube({{mast, top}, {mast, deck + 0.05}}, {130, 94, 64}, 0.06);
    const Colour sail = look.random.chance(0.6) ? Colour{246, 240, 226} : lighter(look.accent, 0.3);
    const double main = look.range(0.6, 0.78), foot = deck - look.range(0.1, 0.16);
    const Path lee =
        smooth({{mast + 0.06, top + 0.08}, {mast + main * 0.62, (top + foot) / 2}, {mast + main, foot}}, false);
    Path mainSail = lee;
    mainSail.emplace_back(mast + 0.06, foot);
    c.shape(mainSail, sail);
    if (look.random.chance(0.75))
        c.shape({{mast - 0.06, top + 0.22}, {mast - 0.06, foot}, {mast - look.range(0.44, 0.6), foot}},
                darker(sail, 0.08));
    if (look.random.chance(0.5))
        c.fill({{mast, top - 0.02}, {mast - 0.24, top + 0.06}, {mast, top + 0.13}}, look.accent);
    c.body(smooth({{-0.95, deck},
                   {-0.3, deck + 0.06},
                   {0.4, deck + 0.06},
                   {0.95, deck - 0.02},
                   {0.66, 0.82},
                   {0.2, 0.92},
                   {-0.4, 0.92},
                   {-0.72, 0.8}}),
           look.main);
    c.stroke(smooth({{-0.84, deck + 0.14}, {0, deck + 0.2}, {0.84, deck + 0.12}}, false), lighter(look.main, 0.55),
             0.06);
    const int portholes = look.random.integer(0, 3);
    for (int i = 0; i < portholes; ++i)
        c.shape(ellipse({-0.3 + 0.3 * i, deck + 0.32}, 0.06, 0.06), {190, 222, 232});
}

void drawKite(Canvas& c, Look& look) {
    const double wide = look.range(0.48, 0.66), cross = look.range(-0.5, -0.3), foot = look.range(0.3, 0.45);
    Path tail;
    double x = 0;
    const double swing = look.eitherSide(0.08, 0.2);
    for (int i = 0; i <= 5; ++i) {
        tail.emplace_back(x, foot + (0.97 - foot) * i / 5);
        x = (i % 2 == 0 ? swing : -swing) * (1 + 0.2 * i);
    }
    c.stroke(smooth(tail, false), c.outlineColour(), 0.04);
    for (int i = 1; i <= 5; i += 2) {
        const Point at = tail[static_cast<std::size_t>(i)];
        for (const double side : {-1.0, 1.0})
            c.shape({at, at + Point(side * 0.15, -0.08), at + Point(side * 0.15, 0.08)},
                    i == 3 ? look.main : look.accent);
    }
    const Point top{0, -0.96}, right{wide, cross}, bottom{0, foot}, left{-wide, cross}, middle{0, cross};
    c.body({top, right, bottom, left}, look.main);
    const bool quartered = look.random.chance(0.6);
    if (quartered) {
        c.fill({top, right, middle}, look.accent);
        c.fill({bottom, left, middle}, look.accent);
    }
    c.stroke({top, bottom}, darker(look.main, 0.45), 0.05);
    c.stroke({left, right}, darker(look.main, 0.45), 0.05);
    c.stroke({top, right, bottom, left}, c.outlineColour(), c.outlineWidth(), /*closed=*/true);
}

}  // namespace oodscope::demo
