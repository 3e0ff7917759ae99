// Writes the weights of a linear classifier as synapses of a spiking network: what benchmarks/energy_comparison.sh
// converts.
//
//   linear_network EXPERIMENT.toml OUT.csv [key=value ...]
//
// trains it on the images of the experiment (io/tasks/baselines.hpp) and writes source,target,weight for a projection
// of rule = "explicit" from pixels to classes, in units of the largest weight; pixels that are never seen have weights
// of 0. Biases are left out.
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "synop/io/tasks/baselines.hpp"
#include "task_images.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2) {
    std::cerr << "usage: linear_network EXPERIMENT.toml OUT.csv [key=value ...]\n";
    return 2;
  }
  try {
    const synop::TaskImages images = synop::read_task_images(args[0], {args.begin() + 2, args.end()});
    const synop::LinearClassifier linear = synop::LinearClassifier::train(images.train);
    const std::size_t pixels = images.train.pixels_per_image();
    double largest = 0.0;
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < synop::class_count; ++c)
        largest = std::max(largest, std::abs(double{linear.weight(p, c)}));
    std::ofstream out(args[1]);
    out << "source,target,weight\n";
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t c = 0; c < synop::class_count; ++c)
        out << fmt::format("{},{},{:.6g}\n", p, c, linear.weight(p, c) / largest);
  } catch (const std::exception& error) {
    std::cerr << "linear_network: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
