# SPDX-License-Identifier: GPL-3.0-or-later
"""Images per second of image towers on the CPU: bench_encoder beside eager PyTorch, torch.compile with freezing, ONNX
Runtime and OpenVINO, in one run, from pixels or normalised tensors in memory.

Usage: bench_towers.py BENCH_ENCODER FOLDER [--arch RN50 convnext_base_w] [--batches 1 32] [--threads 2] [--peers ...]
Needs torch, open_clip_torch, safetensors; onnx, onnxruntime and openvino for their lines. FOLDER keeps the models (with
random weights). Each figure is the best of a few runs, per second of processor time times the threads: the measure that
other programs on the machine disturb least.
"""
import argparse
import pathlib
import re
import subprocess
import time
import warnings

import torch
from make_bench_model import image_size, open_clip, write

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16}


def best_rate(run, batch, threads, repeats):
    run()
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return batch * threads / best


def eager(visual, images, channels_last=False):
    visual = visual.to(images.dtype)
    if channels_last:
        visual, images = visual.to(memory_format=torch.channels_last), images.contiguous(memory_format=torch.channels_last)
    return lambda: visual(images)


def compiled(visual, images):
    torch._inductor.config.freezing = True
    torch._dynamo.reset()
    run = torch.compile(visual.to(images.dtype))
    return lambda: run(images)


def openvino(visual, images, threads):
    import openvino as ov
    hint = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "bf16" if images.dtype == torch.bfloat16 else "f32"}
    model = ov.convert_model(visual.float(), example_input=images.float())
    model.reshape(list(images.shape))
    request = ov.compile_model(model, "CPU", hint).create_infer_request()
    request.set_input_tensor(ov.Tensor(images.float().numpy()))
    return request.infer


def onnxruntime(visual, images, threads, folder):
    import onnxruntime as ort
    path = folder / f"batch{len(images)}.onnx"
    torch.backends.mha.set_fastpath_enabled(False)  # its attention has no ONNX operator
    torch.onnx.export(visual.float(), (images.float(),), str(path), dynamo=False, input_names=["images"])
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    feed = {"images": images.float().numpy()}
    return lambda: session.run(None, feed)


def peer(name, visual, images, options, folder):
    if name == "eager":
        return eager(visual, images)
    if name == "channels_last":
        return eager(visual, images, channels_last=True)
    if name == "compile":
        return compiled(visual, images)
    if name == "openvino":
        return openvino(visual, images, options.threads)
    return onnxruntime(visual, images, options.threads, folder)


def ours(options, folder):
    """{(precision, batch): rate}"""
    command = [options.bench_encoder, folder, options.threads, "cpu", *options.batches]
    text = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
    rates, precision = {}, None
    for line in text.splitlines():
        if match := re.match(r"cpu (\w+):", line):
            precision = match[1]
        if match := re.match(r"  batch (\d+): .*, ([\d.]+) per second of processor time", line):
            rates[precision, int(match[1])] = float(match[2]) * options.threads
        elif "relative error" in line:
            print(f"    oodscope {precision}:{line}", flush=True)
    return rates


@torch.no_grad()
def compare(arch, options):
    torch.manual_seed(0)
    model = open_clip.create_model(arch, pretrained=None).eval()
    folder = options.folder / arch
    if not (folder / "vectors.safetensors").exists():
        write(folder, model, arch)
    size = image_size(model)
    print(arch, flush=True)
    native = ours(options, folder)
    for precision, dtype in PRECISIONS.items():
        for batch in options.batches:
            mine = native[precision, batch]
            print(f"    {precision} batch {batch:2}: oodscope {mine:.2f} images/s", flush=True)
            images = torch.randn(batch, 3, size, size).to(dtype)
            for name in options.peers:
                if name == "onnxruntime" and precision != "fp32":
                    continue
                try:
                    rate = best_rate(peer(name, model.visual, images, options, folder), batch, options.threads,
                                     options.repeats)
                    print(f"        {name:14} {rate:8.2f}   oodscope is {mine / rate:.2f} times as fast", flush=True)
                except Exception as problem:  # a peer that is not installed, or does not take the model
                    print(f"        {name:14} failed: {str(problem).splitlines()[0][:100]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bench_encoder")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--arch", nargs="+", default=["RN50", "convnext_base_w"])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 32])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peers", nargs="*",
                        default=["eager", "channels_last", "compile", "onnxruntime", "openvino"])
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    torch.set_num_threads(options.threads)
    for arch in options.arch:
        compare(arch, options)


if __name__ == "__main__":
    main()
