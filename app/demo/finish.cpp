// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/finish.h"

#include <algorithm>
#include <cstring>
#include <opencv2/imgproc.hpp>

namespace oodscope::demo {

cv::Mat3b averagedDown(const cv::Mat3b& large) {
    constexpr int kArea = kOversampling * kOversampling;
    cv::Mat3b small(large.rows / kOversampling, large.cols / kOversampling);
    for (int y = 0; y < small.rows; ++y) {
        for (int x = 0; x < small.cols; ++x) {
            cv::Vec3i sum(0, 0, 0);
            for (int dy = 0; dy < kOversampling; ++dy) {
                const cv::Vec3b* row = large[y * kOversampling + dy] + x * kOversampling;
                for (int dx = 0; dx < kOversampling; ++dx)
                    sum += cv::Vec3i(row[dx]);
            }
            for (int i = 0; i < 3; ++i)
                small(y, x)[i] = static_cast<std::uint8_t>((sum[i] + kArea / 2) / kArea);
        }
    }
    return small;
}

void applyLight(cv::Mat3b& picture, double strength, Random& random) {
    const double angle = random.range(0, 6.283185307179586), slope = strength * random.range(0, 0.8);
    const double level = 1 + strength * random.range(-0.7, 0.35), contrast = 1 + strength * random.range(-0.7, 0.3);
    Colour cast;
    for (int i = 0; i < 3; ++i)
        cast[i] = 1 + strength * random.range(-0.3, 0.3);
    const double ux = std::cos(angle), uy = std::sin(angle);
    for (int y = 0; y < picture.rows; ++y) {
        cv::Vec3b* row = picture[y];
        for (int x = 0; x < picture.cols; ++x) {
            const double along = ux * (double(x) / picture.cols - 0.5) + uy * (double(y) / picture.rows - 0.5);
            const double light = level * (1 + slope * along);
            Colour c;
            for (int i = 0; i < 3; ++i)
                c[i] = (128 + (row[x][i] - 128.0) * contrast) * light * cast[i];
            row[x] = pixelOf(c);
        }
    }
}

void applyNoise(cv::Mat3b& picture, double deviation, Random& random) {
    for (int y = 0; y < picture.rows; ++y) {
        cv::Vec3b* row = picture[y];
        for (int x = 0; x < picture.cols; ++x) {
            const double grey = random.roughNormal() * 0.8;
            Colour c;
            for (int i = 0; i < 3; ++i)
                c[i] = row[x][i] + deviation * (grey + 0.6 * random.roughNormal());
            row[x] = pixelOf(c);
        }
    }
}

void applyBlur(cv::Mat3b& picture, double sigma) {
    cv::GaussianBlur(picture, picture, {}, sigma, sigma, cv::BORDER_REFLECT_101);
}

image::Image toImage(const cv::Mat3b& picture) {
    image::Image out;
    out.width = picture.cols;
    out.height = picture.rows;
    out.rgb.resize(picture.total() * 3);
    const std::size_t bytes = static_cast<std::size_t>(picture.cols) * 3;
    for (int y = 0; y < picture.rows; ++y)
        std::memcpy(out.rgb.data() + static_cast<std::size_t>(y) * bytes, picture[y], bytes);
    return out;
}

}  // namespace oodscope::demo
