# SPDX-License-Identifier: GPL-3.0-or-later
# LibTorch from a PyPI `torch` wheel, as an imported target of our own: find_package(Torch) demands a CUDA toolkit for
# a CUDA wheel. Only libtorch_cpu and libc10 are linked; libtorch_cuda is opened at run time (core/model/device.cpp),
# so one binary runs with the CPU and the CUDA build.
set(_oodscope_deps "$ENV{OODSCOPE_DEPS}")
if(NOT _oodscope_deps)
  set(_oodscope_deps "$ENV{HOME}/.cache/oodscope")
endif()
if(NOT OODSCOPE_TORCH)
  file(GLOB _oodscope_torch_candidates "${_oodscope_deps}/torch/lib/python3*/site-packages/torch")
  if(_oodscope_torch_candidates)
    list(GET _oodscope_torch_candidates 0 _oodscope_torch_default)
  endif()
endif()
set(OODSCOPE_TORCH "${_oodscope_torch_default}" CACHE PATH
  "LibTorch: a folder with include/ and lib/ (the `torch` folder of a wheel, or an unpacked libtorch)")
if(NOT EXISTS "${OODSCOPE_TORCH}/include/ATen/ATen.h" OR NOT EXISTS "${OODSCOPE_TORCH}/lib/libtorch_cpu.so")
  message(FATAL_ERROR "LibTorch not found in '${OODSCOPE_TORCH}'. Run packaging/setup.sh, or point "
    "-DOODSCOPE_TORCH=DIR at a folder that holds include/ATen/ATen.h and lib/libtorch_cpu.so.")
endif()
message(STATUS "LibTorch: ${OODSCOPE_TORCH}")

add_library(oodscope_torch INTERFACE)
# After the system's folders: the wheel carries a newer fmt that spdlog does not go with.
target_compile_options(oodscope_torch INTERFACE
  "SHELL:-idirafter ${OODSCOPE_TORCH}/include" "SHELL:-idirafter ${OODSCOPE_TORCH}/include/torch/csrc/api/include")
# at::parallel_for is a template that works on one thread alone where the compiler does not know OpenMP. The runtime must be
# the one that LibTorch runs on: it knows when it is inside such a loop. The thread sanitizer cannot see its barriers.
if(NOT CMAKE_CXX_FLAGS MATCHES "fsanitize=thread")
  file(GLOB _oodscope_openmp "${OODSCOPE_TORCH}/lib/libgomp*.so*")
  if(NOT _oodscope_openmp)
    set(_oodscope_openmp gomp)
  endif()
  target_compile_options(oodscope_torch INTERFACE -fopenmp)
  target_link_libraries(oodscope_torch INTERFACE ${_oodscope_openmp})
endif()
target_link_libraries(oodscope_torch INTERFACE
  ${OODSCOPE_TORCH}/lib/libtorch_cpu.so ${OODSCOPE_TORCH}/lib/libc10.so ${CMAKE_DL_LIBS})
