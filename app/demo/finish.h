// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/canvas.h"
#include "core/image/image.h"

namespace oodscope::demo {

/// Pictures are drawn this many times larger and averaged down.
constexpr int kOversampling = 3;

/// The exact mean of each block of kOversampling² pixels.
cv::Mat3b averagedDown(const cv::Mat3b& large);
/// A light from one side and a colour cast; `strength` 0 … 1.
void applyLight(cv::Mat3b& picture, double strength, Random& random);
/// Noise of a sensor with this standard deviation in levels.
void applyNoise(cv::Mat3b& picture, double deviation, Random& random);
void applyBlur(cv::Mat3b& picture, double sigma);
image::Image toImage(const cv::Mat3b& picture);

}  // namespace oodscope::demo
