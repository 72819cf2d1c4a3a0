// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/objects.h"

namespace oodscope::demo {

void drawApple(Canvas&, Look&);
void drawBicycle(Canvas&, Look&);
void drawBird(Canvas&, Look&);
void drawBoat(Canvas&, Look&);
void drawCactus(Canvas&, Look&);
void drawClock(Canvas&, Look&);
void drawFish(Canvas&, Look&);
void drawHouse(Canvas&, Look&);
void drawKey(Canvas&, Look&);
void drawKite(Canvas&, Look&);
void drawLamp(Canvas&, Look&);
void drawLeaf(Canvas&, Look&);
void drawMug(Canvas&, Look&);
void drawMushroom(Canvas&, Look&);
void drawStarfish(Canvas&, Look&);
void drawUmbrella(Canvas&, Look&);

void drawAcorn(Canvas&, Look&);
void drawBalloon(Canvas&, Look&);
void drawButterfly(Canvas&, Look&);
void drawCompass(Canvas&, Look&);
void drawFeather(Canvas&, Look&);
void drawPadlock(Canvas&, Look&);
void drawPear(Canvas&, Look&);
void drawTeapot(Canvas&, Look&);
void drawWhale(Canvas&, Look&);
void drawWindmill(Canvas&, Look&);

}  // namespace oodscope::demo
