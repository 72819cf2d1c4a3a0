// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/object_drawings.h"

namespace oodscope::demo {

void drawAcorn(Canvas& c, Look& look) {
    const double w = look.range(0.46, 0.62), edge = look.range(-0.2, -0.05);
    c.body(smooth({{-w * 0.92, edge},
                   {-w * 0.86, 0.3},
                   {-w * 0.4, 0.74},
                   {0, 0.95},
                   {w * 0.4, 0.74},
                   {w * 0.86, 0.3},
                   {w * 0.92, edge}}),
           look.main);
    c.stroke(smooth({{-w * 0.56, edge + 0.2}, {-w * 0.5, 0.35}, {-w * 0.24, 0.62}}, false), look.glint, 0.07);
    c.tube(smooth({{0, -0.6}, {0.05, -0.8}, {0.14, -0.95}}, false), darker(look.accent, 0.3), 0.09);
    Path cap = ellipse({0, edge}, w * 1.15, 0.55, 180, 360);
    const Path under = ellipse({0, edge}, w * 1.15, 0.14, 0, 180);
    cap.insert(cap.end(), under.begin(), under.end());
    c.shape(cap, look.accent);
    for (int row = 0; row < 3; ++row) {
        for (int i = -2; i <= 2; ++i)
            c.stroke(ellipse({(i + 0.5 * (row % 2)) * 0.22, edge - 0.02 - 0.14 * row}, 0.1, 0.07, 20, 160),
                     darker(look.accent, 0.35), 0.035);
    }
}

void drawBalloon(Canvas& c, Look& look) {
    const double r = look.range(0.58, 0.7), foot = look.range(0.5, 0.6), y = -0.95 + r;
    for (const double x : {-0.18, -0.06, 0.06, 0.18})
        c.stroke({{x * 1.8, y + r * 0.7}, {x, foot + 0.06}}, {92, 72, 60}, 0.03);
    c.body(smooth({{0, y - r},
                   {r * 0.72, y - r * 0.7},
                   {r, y},
                   {r * 0.62, y + r * 0.68},
                   {0.22, foot - 0.1},
                   {-0.22, foot - 0.1},
                   {-r * 0.62, y + r * 0.68},
                   {-r, y},
                   {-r * 0.72, y - r * 0.7}}),
           look.main);
    for (const double share : {-0.45, 0.45})
        c.stroke(smooth({{0, y - r}, {share * r * 1.4, y}, {share * 0.3, foot - 0.1}}, false), look.accent, 0.13);
    c.stroke(ellipse({0, y}, r * 0.8, r * 0.8, 200, 245), look.glint, 0.06);
    c.shape({{-0.2, foot + 0.08}, {0.2, foot + 0.08}, {0.15, 0.95}, {-0.15, 0.95}}, {176, 126, 80});
    c.stroke({{-0.18, foot + 0.22}, {0.18, foot + 0.22}}, {120, 82, 54}, 0.04);
}

void drawButterfly(Canvas& c, Look& look) {
    const double span = look.range(0.8, 0.97), fore = look.range(0.5, 0.8), hind = look.range(0.45, 0.75);
    for (const double s : {-1.0, 1.0}) {
        c.body(smooth({{0, 0.02},
                       {s * span * 0.5, -fore},
                       {s * span, -fore * 0.85},
                       {s * span * 0.86, -0.12},
                       {s * 0.3, 0.08}}),
               look.main);
        c.body(smooth({{0, 0.04},
                       {s * span * 0.6, 0.1},
                       {s * span * 0.74, hind * 0.7},
                       {s * span * 0.4, hind + 0.1},
                       {s * 0.12, 0.4}}),
               darker(look.main, 0.1));
        c.fill(ellipse({s * span * 0.66, -fore * 0.5}, 0.13, 0.14), look.accent);
        c.fill(ellipse({s * span * 0.45, hind * 0.55}, 0.1, 0.11), look.accent);
        c.stroke(smooth({{0, -0.34}, {s * 0.14, -0.62}, {s * 0.28, -0.72}}, false), {44, 38, 44}, 0.04);
    }
    c.tube({{0, -0.34}, {0, 0.48}}, {66, 54, 58}, 0.13);
}

void drawCompass(Canvas& c, Look& look) {
    const double r = look.range(0.68, 0.8);
    const Point centre{0, 0.1};
    c.stroke(ellipse({0, -r - 0.02}, 0.13, 0.13), look.accent, 0.08, /*closed=*/true);
    c.body(ellipse(centre, r, r), look.main);
    c.shape(ellipse(centre, r * 0.78, r * 0.78), {246, 240, 220});
    for (int i = 0; i < 8; ++i) {
        const double inner = i % 2 == 0 ? 0.56 : 0.64;
        c.stroke({turned({{0, -r * inner}}, 45.0 * i)[0] + centre, turned({{0, -r * 0.72}}, 45.0 * i)[0] + centre},
                 {70, 62, 66}, 0.05);
    }
    const double north = look.range(0, 360), half = r * 0.15, reach = r * 0.58;
    c.fill(turned({{-half, centre.y}, {0, centre.y - reach}, {half, centre.y}}, north, centre), {200, 50, 48});
    c.fill(turned({{-half, centre.y}, {0, centre.y + reach}, {half, centre.y}}, north, centre), {70, 84, 110});
    c.fill(ellipse(centre, 0.06, 0.06), look.accent);
    c.stroke(ellipse(centre, r * 0.89, r * 0.89, 200, 260), look.glint, 0.05);
}

void drawFeather(Canvas& c, Look& look) {
    const double w = look.range(0.26, 0.4), bend = look.eitherSide(0.1, 0.26);
    const auto spine = [&](double t) { return Point(bend * std::sin(3.14159 * t), -0.95 + 1.9 * t); };
    Path right, left;
    for (int i = 0; i <= 26; ++i) {
        const double t = 0.78 * i / 26.0;
        const double half = w * std::pow(std::sin(3.14159 * std::pow(i / 26.0, 0.6)), 0.7) * (i % 5 == 4 ? 0.74 : 1.0);
        right.push_back(spine(t) + Point(half, 0.06));
        left.push_back(spine(t) + Point(-half, 0.06));
    }
    right.insert(right.end(), left.rbegin(), left.rend());
    c.body(right, look.main);
    for (int i = 2; i < 12; ++i) {
        const Point at = spine(0.06 * i);
        for (const double s : {-1.0, 1.0})
            c.stroke({at, at + Point(s * w * 0.72, -0.14)}, darker(look.main, 0.25), 0.025);
    }
    Path quill;
    for (int i = 0; i <= 10; ++i)
        quill.push_back(spine(i / 10.0));
    c.stroke(quill, {244, 236, 214}, 0.06);
}

void drawPadlock(Canvas& c, Look& look) {
    const double half = look.range(0.5, 0.64), top = look.range(-0.16, 0.04), bow = half * look.range(0.6, 0.75),
                 rise = look.range(0.5, 0.66);
    Path shackle{{-bow, top + 0.1}};
    const Path arc = ellipse({0, top - 0.15}, bow, rise, 180, 360);
    shackle.insert(shackle.end(), arc.begin(), arc.end());
    shackle.emplace_back(bow, look.random.chance(0.75) ? top + 0.1 : top - 0.1);
    c.tube(shackle, {176, 180, 188}, look.range(0.13, 0.18));
    c.body(roundedRectangle(-half, top, half, 0.92, look.range(0.06, 0.2)), look.main);
    c.stroke({{-half * 0.72, top + 0.16}, {-half * 0.72, 0.72}}, look.glint, 0.07);
    const double y = (top + 0.92) / 2 - 0.06;
    c.fill(ellipse({0, y}, 0.11, 0.11), {44, 38, 46});
    c.fill({{-0.05, y}, {0.05, y}, {0.09, y + 0.26}, {-0.09, y + 0.26}}, {44, 38, 46});
}

void drawPear(Canvas& c, Look& look) {
    const double w = look.range(0.54, 0.68), neck = look.range(0.2, 0.3), lean = look.range(-0.12, 0.12);
    c.tube(smooth({{lean, -0.62}, {lean + 0.04, -0.8}, {lean + 0.12, -0.95}}, false), {98, 70, 48}, 0.07);
    c.body(smooth({{lean, -0.7},
                   {lean + neck, -0.5},
                   {lean * 0.5 + neck * 1.15, -0.1},
                   {w, 0.42},
                   {w * 0.6, 0.88},
                   {0, 0.94},
                   {-w * 0.6, 0.88},
                   {-w, 0.42},
                   {lean * 0.5 - neck * 1.15, -0.1},
                   {lean - neck, -0.5}}),
           look.main);
    c.stroke(smooth({{-w * 0.7, 0.5}, {-w * 0.58, 0.2}, {-neck * 0.9, -0.12}}, false), look.glint, 0.08);
    for (int i = 0; i < 6; ++i)
        c.fill(ellipse({look.range(-0.3, 0.4), look.range(0.2, 0.75)}, 0.025, 0.025), darker(look.main, 0.3));
    if (look.random.chance(0.5))
        c.shape(moved(turned(smooth({{0, 0}, {0.16, -0.14}, {0.4, -0.1}, {0.24, 0.06}}), look.range(-30, 20)),
                      {lean + 0.04, -0.76}),
                {98, 168, 78});
}

void drawTeapot(Canvas& c, Look& look) {
    const double w = look.range(0.5, 0.6), h = look.range(0.44, 0.56);
    const Point belly{0, 0.3};
    c.tube(smooth({{w * 0.8, 0.0}, {w + 0.34, -0.1}, {w + 0.3, 0.36}, {w * 0.8, 0.55}}, false), darker(look.main, 0.08),
           0.12);
    c.shape(smooth({{-w * 0.7, 0.5},
                    {-w - 0.16, 0.2},
                    {-w - 0.38, -0.24},
                    {-w - 0.2, -0.28},
                    {-w * 0.85, 0.02},
                    {-w * 0.6, 0.15}}),
            darker(look.main, 0.06));
    c.body(ellipse(belly, w, h), look.main);
    c.stroke(ellipse(belly, w * 0.76, h * 0.76, 195, 245), look.glint, 0.07);
    c.shape(ellipse({0, belly.y - h * 0.86}, w * 0.52, 0.13), lighter(look.main, 0.25));
    c.shape(ellipse({0, belly.y - h * 0.86 - 0.17}, 0.1, 0.1), look.accent);
    c.shape(rectangle(-w * 0.5, belly.y + h - 0.06, w * 0.5, belly.y + h + 0.06), darker(look.main, 0.2));
}

void drawWhale(Canvas& c, Look& look) {
    const double tall = look.range(0.46, 0.6), fluke = look.range(0.24, 0.36);
    c.shape(smooth({{0.66, -0.16}, {0.62, -0.5}, {0.92, -0.3 - fluke}, {0.88, -0.26}, {0.98, -0.02}}), look.main);
    c.body(smooth({{-0.93, 0.1},
                   {-0.8, -tall * 0.75},
                   {-0.3, -tall},
                   {0.2, -tall * 0.6},
                   {0.62, -0.34},
                   {0.84, -0.36},
                   {0.84, -0.1},
                   {0.5, 0.4},
                   {-0.1, tall + 0.06},
                   {-0.7, tall * 0.9}}),
           look.main);
    c.fill(smooth({{-0.86, 0.24}, {-0.4, 0.26}, {0.16, 0.3}, {-0.1, tall}, {-0.66, tall * 0.82}}),
           lighter(look.main, 0.6));
    c.shape(turned(smooth({{-0.2, 0.22}, {0.1, 0.22}, {0.06, 0.56}}), look.range(-15, 25), {-0.1, 0.24}),
            darker(look.main, 0.15));
    c.fill(ellipse({-0.6, -0.02}, 0.06, 0.06), {26, 24, 32});
    if (look.random.chance(0.5)) {
        for (const double s : {-1.0, 1.0})
            c.stroke(smooth({{-0.3, -tall}, {-0.3 + s * 0.06, -tall - 0.26}, {-0.3 + s * 0.24, -tall - 0.22}}, false),
                     {150, 206, 236}, 0.06);
    }
}

void drawWindmill(Canvas& c, Look& look) {
    const double half = look.range(0.34, 0.44), top = look.range(-0.28, -0.16);
    const Point hub{0, top - 0.04};
    c.shape({{-half * 0.62, top}, {half * 0.62, top}, {half, 0.93}, {-half, 0.93}}, lighter(look.accent, 0.45));
    c.body({{-half * 0.8, top + 0.02}, {0, top - 0.34}, {half * 0.8, top + 0.02}}, look.main);
    c.shape(rectangle(-0.12, 0.56, 0.12, 0.93), darker(look.main, 0.25));
    c.shape(rectangle(-0.09, 0.12, 0.09, 0.32), {160, 206, 226});
    const double phase = look.range(10, 80);
    for (int i = 0; i < 4; ++i) {
        const double angle = 90.0 * i + phase;
        c.shape(turned(rectangle(hub.x + 0.14, hub.y, hub.x + 0.68, hub.y + 0.17), angle, hub), {244, 238, 222});
        c.stroke(turned({hub, {hub.x + 0.7, hub.y}}, angle, hub), {96, 72, 56}, 0.06);
    }
    c.shape(ellipse(hub, 0.08, 0.08), look.accent);
}

}  // namespace oodscope::demo
