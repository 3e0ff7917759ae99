#pragma once

#include <memory>

#include "synop/io/events/event_set.hpp"
#include "synop/io/events/geometry.hpp"
#include "synop/io/tasks/dataset.hpp"

namespace synop {

// How images become synthetic events. The image moves over a sensor that has `saccade_margin` more pixels on each side,
// along the triangle (-a, -a) -> (0, a) -> (a, -a) -> (-a, -a), a = saccade_amplitude pixels, each side in 100 ms at
// constant speed, as N-MNIST was recorded (Orchard, Jayant, Cohen & Thakor 2015, Front. Neurosci. 9:437). Between
// pixels the image is interpolated bilinearly. A pixel of the sensor sees the brightness
//
//   b = 1 + 9 ink,  ink in [0, 1],
//
// and sends an event whenever ln b has moved by `threshold` since its last event (since the beginning, for the first):
// polarity 1 upwards, 0 downwards. Brightness is computed every millisecond; in between ln b is taken as linear in
// time, so times are continuous. There is no noise, no refractory time and no mismatch between pixels: this is NOT a
// recording of an event camera, and accuracies on it compare only with accuracies on it.
struct Saccades {
  double threshold = 0.3;  // of ln b, > 0
};

inline constexpr std::uint32_t saccade_margin = 3;
inline constexpr double saccade_amplitude = 2.0;
inline constexpr std::int64_t saccade_ms = 300;  // all three

// The sensor for images of that size: 34 x 34 pixels with 2 polarities for those of MNIST.
EventGeometry saccade_geometry(const ImageSet& images);

// Sample i is image i under saccades, computed each time it is asked for. Throws Error(model) on a threshold that is
// not in [0.01, 2].
std::unique_ptr<EventSet> saccade_events(ImageSet images, const Saccades& saccades);

}  // namespace synop
