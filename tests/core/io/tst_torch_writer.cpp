// SPDX-License-Identifier: GPL-3.0-or-later
// What is written is compared byte by byte with files that Python has read (tests/parity/check_torch_writer.py).
// With OODSCOPE_KEEP_TORCH_FILES=FOLDER the files are written there instead, to be checked anew.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <numeric>

#include "core/base/files.h"
#include "core/io/open_tensor_file.h"
#include "core/io/torch_archive_writer.h"
#include "core/io/torch_file.h"

using namespace oodscope;
using io::DType;

namespace {

const fs::path kFolder = fs::path(OODSCOPE_TEST_DATA) / "torch";
const std::vector<std::int64_t> kIntegers{5, 0, 255, 256, 999, -1, 70000, 1LL << 33, INT64_MIN, INT64_MAX};

template <class Number>
io::TensorToWrite tensorOf(std::string name, DType dtype, std::vector<std::int64_t> shape,
                           const std::vector<Number>& values) {
    return {std::move(name), dtype, std::move(shape), std::as_bytes(std::span(values))};
}

struct StateDict {
    std::vector<float> weight{0.5F, -1.25F, 3e-45F, 1e38F, -0.0F, 7}, scale{4.6052F};
    std::vector<double> wide{0.1, -0.2};
    std::vector<std::uint16_t> half{0x3e00, 0x8001}, brain{0x3fc0, 0xbc00};
    std::vector<std::int64_t> labels{3, -1, 1LL << 40};
    std::vector<std::int32_t> i32{-3, 7};
    std::vector<std::int16_t> i16{-3, 7};
    std::vector<std::int8_t> i8{-3, 7};
    std::vector<std::uint8_t> u8{0, 255}, flags{1, 0, 1};
    std::vector<float> none;

    std::vector<io::TensorToWrite> tensors() const {
        return {tensorOf("fc.weight", DType::F32, {2, 3}, weight),
                tensorOf("fc.bias", DType::F64, {2}, wide),
                tensorOf("f16", DType::F16, {2, 1}, half),
                tensorOf("bf16", DType::BF16, {1, 2}, brain),
                tensorOf("labels", DType::I64, {3}, labels),
                tensorOf("i32", DType::I32, {2}, i32),
                tensorOf("i16", DType::I16, {2}, i16),
                tensorOf("i8", DType::I8, {2}, i8),
                tensorOf("u8", DType::U8, {2}, u8),
                tensorOf("flags", DType::Bool, {3}, flags),
                tensorOf("größe", DType::F32, {}, scale),
                tensorOf("none", DType::F32, {0, 5}, none)};
    }
};

}  // namespace

class TestTorchWriter : public QObject {
    Q_OBJECT

    QTemporaryDir m_temporary;
    fs::path place(const char* name) const {
        const QByteArray kept = qgetenv("OODSCOPE_KEEP_TORCH_FILES");
        return fs::path(kept.isEmpty() ? m_temporary.path().toStdString() : kept.toStdString()) / name;
    }
    void compareWithChecked(const char* name) const {
        const auto written = readTextFile(place(name)), checked = readTextFile(kFolder / name);
        QVERIFY(written && checked);
        QVERIFY(*written == *checked);
    }

private Q_SLOTS:
    void stateDict() {
        const StateDict values;
        const auto tensors = values.tensors();
        const Status written = io::writeTorchStateDict(place("written_state_dict.pt"), tensors);
        QVERIFY2(written, written ? "" : written.error().message.c_str());
        const auto file = io::openTensorFile(place("written_state_dict.pt"));
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->tensors.size(), tensors.size());
        for (const io::TensorToWrite& tensor : tensors) {
            const io::TensorView& view = file->tensors.at(tensor.name);
            QVERIFY(view.dtype == tensor.dtype && view.shape == tensor.shape);
            QVERIFY(std::ranges::equal(view.bytes, tensor.bytes));
            QVERIFY(view.bytes.empty() || reinterpret_cast<std::uintptr_t>(view.bytes.data()) % 64 == 0);
        }
        compareWithChecked("written_state_dict.pt");
    }

    void bareTensor() {
        std::vector<float> values(12);
        std::iota(values.begin(), values.end(), 0.0F);
        QVERIFY(io::writeTorchTensor(place("written_tensor.pt"), tensorOf("", DType::F32, {3, 4}, values)));
        const auto file = io::openTorchFile(place("written_tensor.pt"));
        QVERIFY(file && file->root().tensor() != nullptr);
        QCOMPARE(file->root().tensor()->shape, (std::vector<std::int64_t>{3, 4}));
        compareWithChecked("written_tensor.pt");
    }

    void integers() {
        QVERIFY(io::writeTorchIntegers(place("written_integers.pt"), kIntegers));
        const auto file = io::openTorchFile(place("written_integers.pt"));
        QVERIFY(file);
        std::vector<std::int64_t> read;
        for (const io::PickleValue* item : file->root().items())
            read.push_back(*item->integer());
        QCOMPARE(read, kIntegers);
        compareWithChecked("written_integers.pt");
        QVERIFY(io::writeTorchIntegers(place("written_empty.pt"), {}));
        QCOMPARE(io::openTorchFile(place("written_empty.pt"))->root().kind(), io::PickleValue::Kind::List);
    }

    void badTensorsAreNotWritten() {
        const fs::path path = fs::path(m_temporary.path().toStdString()) / "bad.pt";
        const std::vector<float> values{1, 2};
        const auto good = tensorOf("a", DType::F32, {2}, values);
        const auto refused = [&](const std::vector<io::TensorToWrite>& tensors) {
            const Status status = io::writeTorchStateDict(path, tensors);
            return !status && status.error().message.find("bad.pt: tensor '") != std::string::npos && !fs::exists(path);
        };
        QVERIFY(refused({tensorOf("a", DType::F32, {3}, values)}));
        QVERIFY(refused({tensorOf("a", DType::F32, {-2}, values)}));
        QVERIFY(refused({good, good}));
        QVERIFY(refused({tensorOf("\xff", DType::F32, {2}, values)}));
        QVERIFY(refused({tensorOf("a", DType::U32, {2}, values)}));
        QVERIFY(!io::writeTorchStateDict(kFolder / "bare.pt" / "x.pt", std::vector{good}));
    }

    // More entries than 16 bits count: the directory goes to zip64.
    void manyTensors() {
        const std::vector<std::uint8_t> one{1};
        std::vector<io::TensorToWrite> tensors;
        for (int i = 0; i < 70000; ++i)
            tensors.push_back(tensorOf(std::to_string(i), DType::U8, {1}, one));
        const fs::path path = fs::path(m_temporary.path().toStdString()) / "many.pt";
        QVERIFY(io::writeTorchStateDict(path, tensors));
        const auto file = io::openTensorFile(path);
        QVERIFY2(file, file ? "" : file.error().message.c_str());
        QCOMPARE(file->tensors.size(), tensors.size());
    }
};

QTEST_APPLESS_MAIN(TestTorchWriter)
#include "tst_torch_writer.moc"
