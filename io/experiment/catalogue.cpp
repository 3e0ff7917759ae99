#include "synop/io/experiment/catalogue.hpp"

namespace synop {

bool ModelEntry::injects_current() const {
  if (kind != ModelKind::stimulus) return false;
  for (const ParameterDefault& parameter : parameters)
    if (parameter.info.unit == "pA") return true;
  for (const ParameterInfo& list : lists)
    if (list.unit == "pA") return true;
  return false;
}

std::string_view kind_name(ModelKind kind) {
  switch (kind) {
    case ModelKind::neuron:
      return "neuron model";
    case ModelKind::source:
      return "spike source";
    case ModelKind::stimulus:
      return "stimulus";
    case ModelKind::synapse:
      return "synapse model";
    case ModelKind::reward:
      return "reward";
    case ModelKind::recorder:
      return "recorder";
    case ModelKind::connection_rule:
      return "connection rule";
  }
  return "model";
}

const ModelEntry* Catalogue::find(ModelKind kind, std::string_view name) const {
  for (const ModelEntry& entry : models)
    if (entry.kind == kind && entry.name == name) return &entry;
  return nullptr;
}

std::vector<std::string_view> Catalogue::names(ModelKind kind) const {
  std::vector<std::string_view> found;
  for (const ModelEntry& entry : models)
    if (entry.kind == kind) found.push_back(entry.name);
  return found;
}

}  // namespace synop
