// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include "core/model/precision_speed.h"

using namespace oodscope;
using model::Device;
using model::Precision;

class TestPrecisionSpeed : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theCpuIsMeasured() {
        const auto speeds = model::measurePrecisions(Device{}, {});
        QVERIFY2(speeds, speeds ? "" : speeds.error().message.c_str());
        QCOMPARE(speeds->front().precision, Precision::Fp32);
        QCOMPARE(speeds->front().relativeError, 0.0);
        for (const auto& speed : *speeds) {
            // Between a slow emulation and what no processor reaches.
            QVERIFY2(speed.flops > 1e6 && speed.flops < 1e15, qPrintable(QString::number(speed.flops)));
        }
        const auto bf16 = std::ranges::find(*speeds, Precision::Bf16, &model::PrecisionSpeed::precision);
        QVERIFY(bf16 != speeds->end());
        // 8 bits of mantissa: half a unit in the last place is 2^-9 of the value.
        QVERIFY2(bf16->relativeError > 1e-4 && bf16->relativeError < 1e-2,
                 qPrintable(QString::number(bf16->relativeError)));
    }

    void stops() {
        std::stop_source source;
        source.request_stop();
        const auto speeds = model::measurePrecisions(Device{}, source.get_token());
        QVERIFY(!speeds);
        QCOMPARE(speeds.error().code, ErrorCode::Cancelled);
    }

    void anAbsentDeviceIsNamed() {
        const auto speeds = model::measurePrecisions(Device{Device::Kind::Cuda, 63}, {});
        QVERIFY(!speeds);
        QCOMPARE(speeds.error().code, ErrorCode::Device);
        QVERIFY(speeds.error().message.find("cuda:63") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestPrecisionSpeed)
#include "tst_precision_speed.moc"
