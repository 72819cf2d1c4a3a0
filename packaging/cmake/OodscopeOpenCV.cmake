# SPDX-License-Identifier: GPL-3.0-or-later
# OpenCV core, imgproc, imgcodecs. Debian's OpenCVConfig.cmake comes only with the full libopencv-dev, so the three
# small development packages are looked up by hand when it is absent.
find_package(OpenCV 4.5 QUIET CONFIG COMPONENTS core imgproc imgcodecs)
add_library(oodscope_opencv INTERFACE)
if(OpenCV_FOUND)
  target_include_directories(oodscope_opencv SYSTEM INTERFACE ${OpenCV_INCLUDE_DIRS})
  target_link_libraries(oodscope_opencv INTERFACE opencv_core opencv_imgproc opencv_imgcodecs)
else()
  find_path(OODSCOPE_OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
  target_include_directories(oodscope_opencv SYSTEM INTERFACE ${OODSCOPE_OPENCV_INCLUDE})
  foreach(_part core imgproc imgcodecs)
    find_library(OODSCOPE_OPENCV_${_part} opencv_${_part} REQUIRED)
    target_link_libraries(oodscope_opencv INTERFACE ${OODSCOPE_OPENCV_${_part}})
  endforeach()
endif()
