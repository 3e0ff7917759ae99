#pragma once

#include <string>
#include <vector>

#include <fmt/format.h>
#include <hdf5.h>

#include "io/temporary_folder.hpp"
#include "synop/io/output_folder.hpp"

namespace synop::test {

// Writes an HDF5 file as other programs do. Groups on the way to an object are made.
class HdfFile {
 public:
  explicit HdfFile(const std::filesystem::path& path)
      : file_(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)), links_(H5Pcreate(H5P_LINK_CREATE)) {
    H5Pset_create_intermediate_group(links_, 1);
  }
  HdfFile(const HdfFile&) = delete;
  HdfFile& operator=(const HdfFile&) = delete;
  ~HdfFile() {
    H5Pclose(links_);
    H5Fclose(file_);
  }

  HdfFile& group(const std::string& path) {
    H5Gclose(H5Gcreate2(file_, path.c_str(), links_, H5P_DEFAULT, H5P_DEFAULT));
    return *this;
  }
  template <class T>
  HdfFile& array(const std::string& path, hid_t type, const std::vector<T>& values, hsize_t columns = 0) {
    const hsize_t extent[2] = {columns == 0 ? values.size() : values.size() / columns, columns};
    const hid_t space = H5Screate_simple(columns == 0 ? 1 : 2, extent, nullptr);
    const hid_t dataset = H5Dcreate2(file_, path.c_str(), type, space, links_, H5P_DEFAULT, H5P_DEFAULT);
    if (!values.empty()) H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Dclose(dataset);
    H5Sclose(space);
    return *this;
  }
  HdfFile& ids(const std::string& path, const std::vector<std::int64_t>& values, hsize_t columns = 0) {
    return array(path, H5T_NATIVE_INT64, values, columns);
  }
  HdfFile& reals(const std::string& path, const std::vector<double>& values) {
    return array(path, H5T_NATIVE_DOUBLE, values);
  }
  // A vector of lists of their own lengths.
  template <class T>
  HdfFile& lists(const std::string& path, hid_t type, const std::vector<std::vector<T>>& values) {
    std::vector<hvl_t> rows;
    for (const std::vector<T>& row : values) rows.push_back({row.size(), const_cast<T*>(row.data())});
    const hid_t of_lists = H5Tvlen_create(type);
    const hsize_t extent = rows.size();
    const hid_t space = H5Screate_simple(1, &extent, nullptr);
    const hid_t dataset = H5Dcreate2(file_, path.c_str(), of_lists, space, links_, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, of_lists, H5S_ALL, H5S_ALL, H5P_DEFAULT, rows.data());
    H5Dclose(dataset);
    H5Sclose(space);
    H5Tclose(of_lists);
    return *this;
  }
  HdfFile& text(const std::string& object, const std::string& name, const std::string& value) {
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, value.size());
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute =
        H5Acreate_by_name(file_, object.c_str(), name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, value.data());
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return *this;
  }

 private:
  hid_t file_;
  hid_t links_;
};

// A circuit of two virtual nodes 'in' and three IntFire1 cells 'v1', whose parts a test may change before it is written:
// in 0 -> v1 0 (2 synapses of 0.6), v1 0 -> v1 1 (1.5), in 1 -> v1 2 (-0.5), v1 1 -> v1 2 (1.2).
// tau is 10 ms, refrac 3 ms, delays are 2 ms, but 0.5 ms of v1 1 -> v1 2.
struct SmallCircuit {
  TemporaryFolder folder;

  std::string simulation = R"({
    "manifest": {"$BASE": ".", "$IN": "${BASE}/inputs"},
    "network": "$BASE/circuit.json",
    "node_sets_file": "node_sets.json",
    "run": {"tstop": 100.0, "dt": 0.1},
    "inputs": {"spikes": {"input_type": "spikes", "module": "h5", "input_file": "$IN/in.h5", "node_set": "senders"}},
    "output": {"output_dir": "$BASE/output", "spikes_sort_order": "time"}
  })";
  std::string circuit = R"({
    "manifest": {"$NET": "${configdir}/network"},
    "components": {"point_neuron_models_dir": "models", "synaptic_models_dir": "synapses"},
    "networks": {
      "nodes": [{"nodes_file": "$NET/v1.h5", "node_types_file": "$NET/v1.csv"},
                {"nodes_file": "$NET/in.h5", "node_types_file": "$NET/in.csv"}],
      "edges": [{"edges_file": "$NET/in_v1.h5", "edge_types_file": "$NET/in_v1_types.csv"},
                {"edges_file": "$NET/v1_v1.h5", "edge_types_file": "$NET/v1_v1_types.csv", "enabled": true}]
    }
  })";
  std::string node_sets = R"({"senders": {"population": "in"}, "first": {"population": "v1", "node_id": 0},
                              "others": {"population": "v1", "ei": ["e"]}, "both": ["first", "others"]})";
  std::string v1_types = "node_type_id model_type model_template dynamics_params ei\n"
                         "1 point_process nrn:IntFire1 cell.json e\n\n2 point_neuron \"nrn:IntFire1\" cell.json i\n";
  std::string in_types = "node_type_id model_type\n7 virtual\n";
  std::string in_v1_types = "edge_type_id target_query source_query delay syn_weight dynamics_params\n"
                            "5 * * 2.0 0.6 excitatory.json\n6 \"ei=='e' & x>\"\"1\"\"\" * 2.0 0.5 inhibitory.json\n";
  std::string v1_v1_types = "edge_type_id delay syn_weight dynamics_params\n5 2.0 NULL excitatory.json\n";
  std::string cell = R"({"type": "NEURON_IntFire1", "tau": 0.010, "refrac": 0.003})";

  std::vector<double> spike_times{10.0, 40.0, 70.0, 9.0};
  std::vector<std::int64_t> spike_ids{0, 0, 0, 1};

  std::string path(const std::string& name) const { return (folder / name).string(); }
  std::string config() const { return path("simulation.json"); }

  // Writes everything; the HDF5 files can be replaced afterwards.
  void write() const {
    for (const char* sub : {"network", "inputs", "models", "synapses"}) std::filesystem::create_directory(folder / sub);
    write_text_file(folder / "simulation.json", simulation);
    write_text_file(folder / "circuit.json", circuit);
    write_text_file(folder / "node_sets.json", node_sets);
    write_text_file(folder / "network/v1.csv", v1_types);
    write_text_file(folder / "network/in.csv", in_types);
    write_text_file(folder / "network/in_v1_types.csv", in_v1_types);
    write_text_file(folder / "network/v1_v1_types.csv", v1_v1_types);
    write_text_file(folder / "models/cell.json", cell);
    write_text_file(folder / "synapses/excitatory.json", R"({"level_of_detail": "instanteneous", "sign": 1})");
    write_text_file(folder / "synapses/inhibitory.json", R"({"level_of_detail": "instantaneous", "sign": -1})");
    write_nodes();
    write_edges();
    HdfFile(folder / "inputs/in.h5").reals("/spikes/timestamps", spike_times).ids("/spikes/gids", spike_ids);
  }
  void write_nodes() const {
    HdfFile(folder / "network/v1.h5")
        .ids("/nodes/v1/node_type_id", {1, 2, 1})
        .ids("/nodes/v1/node_group_id", {0, 0, 0})
        .ids("/nodes/v1/node_group_index", {0, 1, 2})
        .reals("/nodes/v1/0/x", {1.0, 2.0, 3.0});
    HdfFile(folder / "network/in.h5").ids("/nodes/in/node_type_id", {7, 7}).ids("/nodes/in/node_id", {0, 1});
  }
  void write_edges() const {
    HdfFile(folder / "network/in_v1.h5")
        .ids("/edges/in_v1/edge_type_id", {5, 6})
        .ids("/edges/in_v1/source_node_id", {0, 1})
        .ids("/edges/in_v1/target_node_id", {0, 2})
        .ids("/edges/in_v1/edge_group_id", {0, 0})
        .ids("/edges/in_v1/edge_group_index", {1, 0})
        .ids("/edges/in_v1/0/nsyns", {1, 2})
        .text("/edges/in_v1/source_node_id", "node_population", "in")
        .text("/edges/in_v1/target_node_id", "node_population", "v1")
        .ids("/edges/in_v1/indicies/source_to_target/node_id_to_range", {0, 1, 1, 2}, 2)
        .ids("/edges/in_v1/indicies/source_to_target/range_to_edge_id", {0, 1, 1, 2}, 2);
    HdfFile(folder / "network/v1_v1.h5")
        .ids("/edges/v1_v1/edge_type_id", {5, 5})
        .ids("/edges/v1_v1/source_node_id", {0, 1})
        .ids("/edges/v1_v1/target_node_id", {1, 2})
        .ids("/edges/v1_v1/edge_group_id", {0, 3})
        .ids("/edges/v1_v1/edge_group_index", {0, 0})
        .reals("/edges/v1_v1/0/syn_weight", {1.5})
        .reals("/edges/v1_v1/3/syn_weight", {1.2})
        .reals("/edges/v1_v1/3/delay", {0.5})
        .text("/edges/v1_v1/source_node_id", "node_population", "v1")
        .text("/edges/v1_v1/target_node_id", "node_population", "v1")
        .ids("/edges/v1_v1/indices/target_to_source/node_id_to_ranges", {-1, -1, 0, 1, 1, 2}, 2)
        .ids("/edges/v1_v1/indices/target_to_source/range_to_edge_id", {0, 1, 1, 2}, 2);
  }
};

}  // namespace synop::test
