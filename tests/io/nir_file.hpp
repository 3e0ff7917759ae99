#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <hdf5.h>

#include "io/temporary_folder.hpp"
#include "synop/io/nir/options.hpp"
#include "synop/io/nir/read_graph.hpp"

namespace synop::test {

// A NIR file as other programs write it, held in memory so that a test can change it before it is written.
struct NirFile {
  struct Dataset {
    std::vector<hsize_t> shape;  // empty: a scalar
    std::vector<double> values;
    bool whole = false;     // stored as int64, else as float64
    std::string text = {};  // in place of values
  };
  struct Node {
    std::string type;
    std::map<std::string, Dataset> datasets;
  };
  std::string version = "1.0.1";
  std::string type = "NIRGraph";
  std::map<std::string, Node> nodes;
  std::map<std::string, NirFile> graphs;
  std::vector<std::pair<std::string, std::string>> edges;

  NirFile& node(const std::string& name, const std::string& kind, std::map<std::string, Dataset> datasets) {
    nodes[name] = {kind, std::move(datasets)};
    return *this;
  }
  NirFile& chain(const std::vector<std::string>& names) {
    for (std::size_t i = 1; i < names.size(); ++i) edges.emplace_back(names[i - 1], names[i]);
    return *this;
  }
  Dataset& of(const std::string& name, const std::string& dataset) { return nodes.at(name).datasets[dataset]; }

  void write(const std::filesystem::path& path) const {
    const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    write_text(file, "version", version);
    write_graph(file, "node");
    H5Fclose(file);
  }

 private:
  static hid_t text_type() {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return type;
  }
  static void write_text(hid_t at, const std::string& name, const std::string& value) {
    const hid_t type = text_type(), space = H5Screate(H5S_SCALAR);
    const hid_t dataset = H5Dcreate2(at, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const char* const pointer = value.c_str();
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer);
    H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(type);
  }
  static void write_dataset(hid_t at, const std::string& name, const Dataset& data) {
    if (!data.text.empty()) return write_text(at, name, data.text);
    const hid_t space = data.shape.empty()
                            ? H5Screate(H5S_SCALAR)
                            : H5Screate_simple(static_cast<int>(data.shape.size()), data.shape.data(), nullptr);
    const hid_t dataset = H5Dcreate2(at, name.c_str(), data.whole ? H5T_STD_I64LE : H5T_IEEE_F64LE, space, H5P_DEFAULT,
                                     H5P_DEFAULT, H5P_DEFAULT);
    if (!data.values.empty()) H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data.values.data());
    H5Dclose(dataset);
    H5Sclose(space);
  }
  void write_graph(hid_t at, const std::string& name) const {
    const hid_t group = H5Gcreate2(at, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    write_text(group, "type", type);
    write_edges(group);
    const hid_t list = H5Gcreate2(group, "nodes", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    for (const auto& [key, node] : nodes) {
      const hid_t one = H5Gcreate2(list, key.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
      if (!node.type.empty()) write_text(one, "type", node.type);
      for (const auto& [dataset, data] : node.datasets) write_dataset(one, dataset, data);
      H5Gclose(one);
    }
    for (const auto& [key, graph] : graphs) graph.write_graph(list, key);
    H5Gclose(list);
    H5Gclose(group);
  }
  void write_edges(hid_t group) const {
    std::vector<const char*> texts;
    for (const auto& [source, target] : edges) {
      texts.push_back(source.c_str());
      texts.push_back(target.c_str());
    }
    const hsize_t extent[2] = {edges.size(), 2};
    const hid_t type = text_type(), space = H5Screate_simple(2, extent, nullptr);
    const hid_t dataset = H5Dcreate2(group, "edges", type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    if (!texts.empty()) H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts.data());
    H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(type);
  }
};

inline NirFile::Dataset numbers(std::vector<double> values) {
  return {{values.size()}, std::move(values)};
}
inline NirFile::Dataset scalar(double value) {
  return {{}, {value}};
}
inline NirFile::Dataset whole(std::vector<double> values) {
  return {{values.size()}, std::move(values), true};
}
inline NirFile::Dataset array(std::vector<hsize_t> shape, std::vector<double> values) {
  return {std::move(shape), std::move(values)};
}

// The graph that the program reads from it.
inline nir::Graph read(const NirFile& file) {
  const TemporaryFolder folder;
  file.write(folder / "net.nir");
  return nir::read_graph(folder / "net.nir");
}

// Impulses of the area 1 ms.
inline nir::Options impulses() {
  nir::Options options;
  options.spike_area = Delay{ticks_per_ms};
  return options;
}

// input (2) -> fc (Affine 3 x 2) -> lif (3) -> output (3); tau is 10 ms, v_threshold 1, v_leak 0.
inline NirFile small_nir() {
  NirFile file;
  file.node("input", "Input", {{"shape", whole({2})}})
      .node("fc", "Affine",
            {{"weight", array({3, 2}, {0.3, 0.1, -0.2, 0.5, 0.7, 0.9})}, {"bias", numbers({0.0, 0.25, -0.5})}})
      .node("lif", "LIF",
            {{"tau", numbers({0.01, 0.01, 0.02})},
             {"r", numbers({1.0, 2.0, 1.0})},
             {"v_leak", numbers({0.0, 0.0, 0.1})},
             {"v_threshold", numbers({1.0, 1.0, 0.5})}})
      .node("output", "Output", {{"shape", whole({3})}})
      .chain({"input", "fc", "lif", "output"});
  return file;
}

// input (1) -> one neuron of that kind -> output (1), for closed forms.
inline NirFile one_neuron(const std::string& kind, std::map<std::string, NirFile::Dataset> parameters) {
  NirFile file;
  file.node("input", "Input", {{"shape", whole({1})}})
      .node("neuron", kind, std::move(parameters))
      .node("output", "Output", {{"shape", whole({1})}})
      .chain({"input", "neuron", "output"});
  return file;
}

}  // namespace synop::test
