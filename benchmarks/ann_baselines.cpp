// Question: what do conventional networks reach on the images of a task, and how many multiplications does it take
// them?
//
//   ann_baselines EXPERIMENT.toml OUT.json [EPOCHS] [key=value ...]
//
// trains small networks with dlib on the images that the experiment trains on, tests them on those of its last test
// phase and writes a file of baselines (docs/file_formats.md) for `synop energy --against`. dlib's networks start from
// fixed random numbers and images come in an order of ours, so a repeat gives the same networks on the same machine.
#include <fstream>
#include <functional>
#include <iostream>
#include <numeric>

#include <dlib/dnn.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "task_images.hpp"

namespace {

using Json = nlohmann::ordered_json;
using Image = dlib::matrix<float>;
using dlib::con;
using dlib::fc;
using dlib::input;
using dlib::loss_multiclass_log;
using dlib::relu;

template <int units>
using Mlp = loss_multiclass_log<fc<10, relu<fc<units, input<Image>>>>>;
using Linear = loss_multiclass_log<fc<10, input<Image>>>;
using Cnn = loss_multiclass_log<fc<10, relu<con<8, 5, 5, 2, 2, input<Image>>>>>;  // 12 x 12 outputs of 28 x 28 pixels
template <int maps, class Below>
using Convolved = dlib::max_pool<2, 2, 2, 2, relu<dlib::add_layer<dlib::con_<maps, 5, 5, 1, 1, 0, 0>, Below>>>;
// LeNet-5 (LeCun et al. 1998) with rectified units, maximum pooling and no padding: maps of 12 x 12, then of 4 x 4.
using LeNet = loss_multiclass_log<fc<10, relu<fc<84, relu<fc<120, Convolved<16, Convolved<6, input<Image>>>>>>>>>;

struct Set {
  std::vector<Image> images;
  std::vector<unsigned long> labels;
};

Set set_of(const synop::ImageSet& images) {
  Set set;
  for (std::size_t i = 0; i < images.size(); ++i) {
    Image image(images.height, images.width);
    const auto pixels = images.image(i);
    for (std::size_t p = 0; p < pixels.size(); ++p)
      image(static_cast<long>(p)) = static_cast<float>(pixels[p]) / 255.0F;
    set.images.push_back(std::move(image));
    set.labels.push_back(images.labels[i]);
  }
  return set;
}

// A permutation by a linear congruential generator of ours (Numerical Recipes), so that it is the same everywhere.
std::vector<std::size_t> order_of(std::size_t count, std::uint32_t seed) {
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t n = count; n > 1; --n) {
    seed = seed * 1664525U + 1013904223U;
    std::swap(order[n - 1], order[(std::uint64_t{seed} * n) >> 32]);
  }
  return order;
}

template <class Net>
void train(Net& net, const Set& set, int epochs) {
  dlib::dnn_trainer<Net, dlib::adam> trainer(net, dlib::adam(0.0F, 0.9F, 0.999F));
  constexpr std::size_t batch = 100;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    trainer.set_learning_rate(1e-3 / (1 + epoch / 2));
    const std::vector<std::size_t> order = order_of(set.images.size(), static_cast<std::uint32_t>(epoch + 1));
    for (std::size_t first = 0; first < order.size(); first += batch) {
      std::vector<Image> images;
      std::vector<unsigned long> labels;
      for (std::size_t i = first; i < std::min(first + batch, order.size()); ++i) {
        images.push_back(set.images[order[i]]);
        labels.push_back(set.labels[order[i]]);
      }
      trainer.train_one_step(images, labels);
    }
  }
  trainer.get_net();  // waits for the last step
  net.clean();
}

template <class Net>
double accuracy(Net& net, const Set& set) {
  const std::vector<unsigned long> answers = net(set.images, 100);
  std::size_t right = 0;
  for (std::size_t i = 0; i < answers.size(); ++i) right += answers[i] == set.labels[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(answers.size());
}

// Rounds the parameters of every layer to 255 values between minus and plus the largest.
template <class Net>
void round_to_8_bits(Net& net) {
  dlib::visit_computational_layers(net, [](auto& layer) {
    dlib::tensor& parameters = layer.get_layer_params();
    float largest = 0.0F;
    for (const float p : parameters) largest = std::max(largest, std::abs(p));
    if (largest == 0.0F) return;
    for (float& p : parameters) p = std::round(p / largest * 127.0F) * largest / 127.0F;
  });
}

double density(const dlib::tensor& values) {
  std::size_t active = 0;
  for (const float value : values) active += value != 0.0F ? 1 : 0;
  return static_cast<double>(active) / static_cast<double>(values.size());
}

double density(const Set& set) {
  double sum = 0.0;
  for (const Image& image : set.images)
    sum += static_cast<double>(dlib::sum(image != 0.0F)) / static_cast<double>(image.size());
  return sum / static_cast<double>(set.images.size());
}

Json layer(const char* name, std::uint64_t inputs, std::uint64_t outputs, std::uint64_t weights, std::uint64_t macs,
           double active) {
  return {{"name", name}, {"inputs", inputs},  {"outputs", outputs}, {"weights", weights},
          {"macs", macs}, {"biases", outputs}, {"density", active}};
}

Json dense(const char* name, std::uint64_t inputs, std::uint64_t outputs, double active) {
  return layer(name, inputs, outputs, inputs * outputs, inputs * outputs, active);
}

struct Trial {
  const Set& train_set;
  const Set& test_set;
  int epochs;
  Json results = Json::array();

  // `layers` describes the network once it is trained and has seen test images.
  template <class Net>
  void run(const std::string& name, const std::function<Json(Net&)>& layers) {
    Net net;
    train(net, train_set, epochs);
    const double exact = accuracy(net, test_set);
    Json all = layers(net);
    std::uint64_t macs = 0;
    for (const Json& each : all) macs += each.at("macs").get<std::uint64_t>();
    round_to_8_bits(net);
    const double rounded = accuracy(net, test_set);
    std::cerr << fmt::format("{:<16} {:>8} MACs  {:.2f} %, with weights of 8 bits {:.2f} %\n", name, macs, 100 * exact,
                             100 * rounded);
    // Forward, and backward to the weights and to the activations.
    results.push_back({{"name", name},
                       {"accuracy", exact},
                       {"int8_accuracy", rounded},
                       {"training_macs", 3 * macs * train_set.images.size() * static_cast<std::uint64_t>(epochs)},
                       {"layers", std::move(all)}});
  }
};

Json train_all(const Set& train_set, const Set& test_set, int epochs) {
  Trial trial{train_set, test_set, epochs};
  const double pixels = density(test_set);
  const auto inputs = static_cast<std::uint64_t>(test_set.images.front().size());
  trial.run<Linear>("linear", [&](Linear&) { return Json{dense("1", inputs, 10, pixels)}; });
  const auto hidden = [&](auto& net, std::uint64_t units) {
    return Json{dense("1", inputs, units, pixels), dense("2", units, 10, density(dlib::layer<2>(net).get_output()))};
  };
  trial.run<Mlp<10>>("MLP 10", [&](Mlp<10>& net) { return hidden(net, 10); });
  trial.run<Mlp<30>>("MLP 30", [&](Mlp<30>& net) { return hidden(net, 30); });
  trial.run<Mlp<100>>("MLP 100", [&](Mlp<100>& net) { return hidden(net, 100); });
  trial.run<Cnn>("CNN 8c5s2", [&](Cnn& net) {
    return Json{layer("1", inputs, 1152, 200, 28800, pixels),
                dense("2", 1152, 10, density(dlib::layer<2>(net).get_output()))};
  });
  trial.run<LeNet>("LeNet-5", [&](LeNet& net) {
    return Json{layer("1", inputs, 3456, 150, 86400, pixels),
                layer("2", 864, 1024, 2400, 153600, density(dlib::layer<9>(net).get_output())),
                dense("3", 256, 120, density(dlib::layer<6>(net).get_output())),
                dense("4", 120, 84, density(dlib::layer<4>(net).get_output())),
                dense("5", 84, 10, density(dlib::layer<2>(net).get_output()))};
  });
  return trial.results;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 2) {
    std::cerr << "usage: ann_baselines EXPERIMENT.toml OUT.json [EPOCHS] [key=value ...]\n";
    return 2;
  }
  try {
    std::vector<std::string> overrides(args.begin() + 2, args.end());
    int epochs = 5;
    if (!overrides.empty() && overrides.front().find('=') == std::string::npos) {
      epochs = std::stoi(overrides.front());
      overrides.erase(overrides.begin());
    }
    const synop::TaskImages images = synop::read_task_images(args[0], overrides);
    if (images.train.size() == 0 || images.test.size() == 0 || images.test.width != 28 || images.test.height != 28)
      throw std::runtime_error("the task needs images of 28 x 28 pixels to train on and to test with");
    const Json json{{"schema", "synop.baselines"},
                    {"schema_version", 1},
                    {"made_by", fmt::format("ann_baselines, dlib 19.24, {} epochs of Adam", epochs)},
                    {"dataset", images.test.origin},
                    {"test_samples", images.test.size()},
                    {"test_hash", fmt::format("{:016x}", synop::hash_of(images.test))},
                    {"baselines", train_all(set_of(images.train), set_of(images.test), epochs)}};
    std::ofstream(args[1]) << json.dump(2) << '\n';
  } catch (const std::exception& error) {
    std::cerr << "ann_baselines: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
